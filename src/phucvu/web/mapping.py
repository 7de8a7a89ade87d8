"""The map of the units of a kind below one: with their boundaries, else as squares."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from phucvu.results.boards import UnitScore, scoreboard
from phucvu.units import boundaries
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode
from phucvu.web import pages
from phucvu.web.shown.maps import ShownMap, show_map

__all__ = ["children_of", "map_of"]

# Of detail: no more than a screen shows of the area that units of a kind make up.
_LEVEL, _LEVEL_OF_COMMUNES = 2, 1


def children_of(found: pages.Look, kind: Kind) -> list[UnitNode]:
    """The units of the kind directly below."""
    return [child for child in found.tree.children(found.unit.id) if child.kind == kind]


def map_of(request: HttpRequest, found: pages.Look, kind: Kind, *, within: bool = True) -> ShownMap:
    """The map, coloured by what `?chi-so=` asks for; `within`: units open to the map in them."""
    tree, asked = found.tree, found.asked
    shade = request.GET.get("chi-so", "")
    schematic = not boundaries.known({child.id for child in children_of(found, kind)})

    def page_of(score: UnitScore) -> str:
        return _address("web:unit", score.unit, asked.query)

    def inside_of(score: UnitScore) -> str:
        if not within or not tree.children(score.unit.id):
            return ""
        return _address("web:map", score.unit, asked.query, **({"chi-so": shade} if shade else {}))

    if schematic:
        shapes = _address("web:map_shapes", found.unit, asked.query, loai=kind)
    else:
        day = asked.day.isoformat()
        level = _LEVEL_OF_COMMUNES if kind == Kind.COMMUNE else _LEVEL
        shapes = _address("web:boundaries", found.unit, "", ngay=day, muc=str(level))
    return show_map(
        scoreboard(found.unit, kind, asked.period, tree=tree, earlier=asked.earlier),
        shade,
        request.GET.get("sap-xep", ""),
        shapes=shapes,
        schematic=schematic,
        page_of=page_of,
        inside_of=inside_of,
    )


def _address(name: str, unit: UnitNode, query: str, **more: str) -> str:
    parts = [part for part in (query, urlencode(more)) if part]
    return f"{reverse(name, args=[unit.code])}?{'&'.join(parts)}"
