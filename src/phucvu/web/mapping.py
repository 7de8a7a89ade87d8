"""Maps of the units of a kind below one: with their boundaries, else as squares."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from phucvu.results.boards import scoreboard, units_of_kind
from phucvu.results.scores import UnitScore
from phucvu.units import boundaries
from phucvu.units.models import Kind
from phucvu.web import pages
from phucvu.web.view_models.maps import CODE, LARGE, MapViewModel, show_map

__all__ = ["map_of"]

# Of detail: no more than a screen shows of the area that units of a kind make up; the finer one
# is fetched when a reader looks closer.
_LEVEL, _LEVEL_OF_COMMUNES = 2, 1
_LEVEL_OF_LARGE = 3


def map_of(
    request: HttpRequest, found: pages.Look, kind: Kind, *, within: bool = True
) -> MapViewModel:
    """Lay out the map, coloured by `?chi-so=`; `within` lets units open the map inside them."""
    tree, asked = found.tree, found.asked
    shade = request.GET.get("chi-so", "")
    units = units_of_kind(tree, found.unit, kind)
    drawn = boundaries.drawn({unit.id for unit in units})
    schematic = not drawn

    def has_inside(score: UnitScore) -> bool:
        return within and bool(tree.children(score.unit.id))

    finer = ""
    if schematic:
        shapes = _address("web:map_shapes", found.unit.code, asked.query, loai=kind)
    else:
        level = _LEVEL_OF_COMMUNES if kind == Kind.COMMUNE else _LEVEL
        large = len(units) > LARGE
        shapes = _shapes(found, kind, _LEVEL_OF_LARGE if large else level)
        finer = _shapes(found, kind, _LEVEL) if large else ""
    return show_map(
        scoreboard(
            found.unit,
            kind,
            asked.period,
            asked.compared,
            editions=asked.editions,
            tree=tree,
            earlier=asked.earlier,
        ),
        shade,
        request.GET.get("sap-xep", ""),
        shapes=shapes,
        finer=finer,
        schematic=schematic,
        undrawn=0 if schematic else len(units) - len(drawn),
        page=_address("web:unit", CODE, asked.query),
        inside=_address("web:map", CODE, asked.query, **({"chi-so": shade} if shade else {})),
        has_inside=has_inside,
    )


def _shapes(found: pages.Look, kind: Kind, level: int) -> str:
    day = found.asked.day.isoformat()
    return _address("web:boundaries", found.unit.code, "", loai=kind, ngay=day, muc=str(level))


def _address(name: str, code: str, query: str, **more: str) -> str:
    parts = [part for part in (query, urlencode(more)) if part]
    return f"{reverse(name, args=[code])}?{'&'.join(parts)}"
