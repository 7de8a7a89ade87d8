"""The map of results (Bản đồ thực thi thể chế), and the shapes it is drawn from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import UnitScore, scoreboard, unit_score
from phucvu.units.tree import UnitNode, load_tree
from phucvu.web import pages
from phucvu.web.shown.maps import show_map
from phucvu.web.shown.tiles import tiles
from phucvu.web.views.boards import tabs_below

__all__ = ["result_map", "shapes"]

_SHAPES_KEPT = 86_400  # seconds


@require_safe
def result_map(request: HttpRequest, code: str = "") -> HttpResponse:
    """The units below one, coloured by the total, a group or a component."""
    since = pages.latest_change()
    tree = load_tree()
    if not tree.roots:
        return pages.show(request, "web/empty.html", {})
    parent = pages.unit_of(tree, code) if code else pages.top_unit(tree)
    kind = pages.kind_below(request, tree, parent)
    asked = pages.period_of(request, parent, tree)
    context: dict[str, Any] = {
        "parent": parent,
        "roots": tree.roots,
        "path": tree.path(parent.id),
        "asked": asked,
        "own": unit_score(parent, asked.period, tree=tree),
        "shown": None,
    }
    if kind is not None:
        board = scoreboard(parent, kind, asked.period, tree=tree)
        query = {"loai": kind}

        def page_of(score: UnitScore) -> str:
            return _address("web:unit", score.unit, ky=str(asked.period))

        def inside_of(score: UnitScore) -> str:
            if not tree.children(score.unit.id):
                return ""
            kept = {"chi-so": request.GET["chi-so"]} if "chi-so" in request.GET else {}
            return _address("web:map", score.unit, ky=str(asked.period), **kept)

        shown = show_map(
            board,
            request.GET.get("chi-so", ""),
            request.GET.get("sap-xep", ""),
            shapes=f"{reverse('web:map_shapes', args=[parent.code])}?{urlencode(query)}",
            schematic=True,
            page_of=page_of,
            inside_of=inside_of,
        )
        context |= {
            "shown": shown,
            "tabs": tabs_below(tree, parent, kind),
            "simulation": pages.simulation([parent, *(row.score.unit for row in shown.rows)]),
        }
    return pages.show(request, "web/map.html", context, live=[parent], since=since)


@require_safe
def shapes(request: HttpRequest, code: str) -> HttpResponse:
    """The shapes of the units of a kind below one, as GeoJSON whose features carry codes."""
    tree = load_tree()
    parent = pages.unit_of(tree, code)
    kind = pages.kind_below(request, tree, parent)
    if kind is None:
        raise Http404(gettext("%(unit)s has no units below it.") % {"unit": parent.name})
    units = [child for child in tree.children(parent.id) if child.kind == kind]
    answer = JsonResponse(tiles([(unit.code, None) for unit in units]))
    answer.headers["Content-Type"] = "application/geo+json"
    answer.headers["Cache-Control"] = f"public, max-age={_SHAPES_KEPT}"
    return answer


def _address(name: str, unit: UnitNode, **query: str) -> str:
    return f"{reverse(name, args=[unit.code])}?{urlencode(query)}"
