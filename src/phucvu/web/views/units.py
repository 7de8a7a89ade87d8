"""A unit's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.results.boards import unit_score
from phucvu.units.tree import load_tree
from phucvu.web import pages
from phucvu.web.shown.units import show_unit
from phucvu.web.trends import trend_of
from phucvu.web.views.boards import board_below, tabs_below

__all__ = ["unit"]


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """A unit's own score with every component, and the units below it."""
    since = pages.latest_change()
    tree = load_tree()
    node = pages.unit_of(tree, code)
    asked = pages.period_of(request, node, tree)
    score = unit_score(node, asked.period, tree=tree)
    below = board_below(request, tree, node, asked)
    return pages.show(
        request,
        "web/unit.html",
        {
            "unit": node,
            "path": tree.path(node.id),
            "asked": asked,
            "shown": show_unit(score, trend_of(request, node, asked.period, tree)),
            "below": below,
            "tabs": tabs_below(tree, node, below.board.kind if below else None),
            "simulation": pages.simulation([node]),
        },
        live=[node],
        since=since,
    )
