"""Map of results (Bản đồ thực thi thể chế), and the squares of its schematic form."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import units_of_kind
from phucvu.units.places import places
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.mapping import map_of
from phucvu.web.view_models.tiles import tiles
from phucvu.web.views.boards import tabs_below

__all__ = ["result_map", "shapes"]

_SHAPES_CACHED_FOR = 3600  # seconds


@require_safe
def result_map(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the units below one, coloured by the total, a group or a component."""
    since = newest_mark()
    found = pages.look(request, code)
    if found is None:
        return pages.show(request, "web/empty.html", {})
    tree, parent = found.tree, found.unit
    kind = pages.kind_below(request, tree, parent, on_map=True)
    context: dict[str, Any] = {
        "parent": parent,
        "roots": tree.roots,
        "path": tree.path(parent.id),
        "asked": found.asked,
    }
    if kind is not None:
        shown = map_of(request, found, kind)
        context |= {
            "shown": shown,
            "tabs": tabs_below(tree, parent, kind, on_map=True),
            "simulation": pages.simulation([parent, *(row.score.unit for row in shown.rows)]),
        }
    scored = found.asked.scored(kind or parent.kind)
    return pages.show(request, "web/map.html", context, live=[parent], since=since, scored=scored)


@require_safe
def shapes(request: HttpRequest, code: str) -> HttpResponse:
    """Answer GeoJSON of a square for each unit of a kind below one; features carry codes."""
    found = pages.look(request, code)
    kind = pages.kind_below(request, found.tree, found.unit, on_map=True) if found else None
    if found is None or kind is None:
        raise Http404(gettext("There is nothing to draw here."))
    lie = places(found.asked.day)
    answer = JsonResponse(
        tiles(
            [(unit.code, lie.get(unit.id)) for unit in units_of_kind(found.tree, found.unit, kind)]
        )
    )
    answer.headers["Content-Type"] = "application/geo+json"
    answer.headers["Cache-Control"] = f"public, max-age={_SHAPES_CACHED_FOR}"
    return answer
