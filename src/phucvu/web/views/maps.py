"""The map of results (Bản đồ thực thi thể chế), and the shapes it is drawn from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import UnitScore, scoreboard
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode
from phucvu.web import pages
from phucvu.web.shown.maps import ShownMap, show_map
from phucvu.web.shown.tiles import tiles
from phucvu.web.views.boards import tabs_below

__all__ = ["result_map", "shapes"]

_SHAPES_KEPT = 86_400  # seconds


@require_safe
def result_map(request: HttpRequest, code: str = "") -> HttpResponse:
    """The units below one, coloured by the total, a group or a component."""
    since = pages.latest_change()
    found = pages.look(request, code)
    if found is None:
        return pages.show(request, "web/empty.html", {})
    tree, parent, asked = found.tree, found.unit, found.asked
    context: dict[str, Any] = {
        "parent": parent,
        "roots": tree.roots,
        "path": tree.path(parent.id),
        "asked": asked,
        "shown": None,
    }
    kind = pages.kind_below(request, tree, parent)
    if kind is not None:
        shown = _shown(request, found, kind)
        context |= {
            "shown": shown,
            "tabs": tabs_below(tree, parent, kind),
            "simulation": pages.simulation([parent, *(row.score.unit for row in shown.rows)]),
        }
    return pages.show(request, "web/map.html", context, live=[parent], since=since)


@require_safe
def shapes(request: HttpRequest, code: str) -> HttpResponse:
    """The shapes of the units of a kind below one, as GeoJSON whose features carry codes."""
    found = pages.look(request, code)
    kind = found and pages.kind_below(request, found.tree, found.unit)
    if found is None or kind is None:
        raise Http404(gettext("There is nothing to draw here."))
    units = [child for child in found.tree.children(found.unit.id) if child.kind == kind]
    answer = JsonResponse(tiles([(unit.code, None) for unit in units]))
    answer.headers["Content-Type"] = "application/geo+json"
    answer.headers["Cache-Control"] = f"public, max-age={_SHAPES_KEPT}"
    return answer


def _shown(request: HttpRequest, found: pages.Look, kind: Kind) -> ShownMap:
    tree, parent, asked = found.tree, found.unit, found.asked
    shade = request.GET.get("chi-so", "")

    def page_of(score: UnitScore) -> str:
        return _address("web:unit", score.unit, asked)

    def inside_of(score: UnitScore) -> str:
        if not tree.children(score.unit.id):
            return ""
        return _address("web:map", score.unit, asked, **({"chi-so": shade} if shade else {}))

    return show_map(
        scoreboard(parent, kind, asked.period, tree=tree, earlier=asked.earlier),
        shade,
        request.GET.get("sap-xep", ""),
        shapes=_address("web:map_shapes", parent, asked, loai=kind),
        schematic=True,
        page_of=page_of,
        inside_of=inside_of,
    )


def _address(name: str, unit: UnitNode, asked: pages.Asked, **more: str) -> str:
    query = "&".join([asked.query, urlencode(more)]) if more else asked.query
    return f"{reverse(name, args=[unit.code])}?{query}"
