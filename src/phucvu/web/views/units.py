"""Page of a unit."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.results.boards import unit_score
from phucvu.results.boundaries import unit_boundaries
from phucvu.units.history import history_of
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.trends import trend_of
from phucvu.web.view_models.histories import show_history
from phucvu.web.view_models.units import show_unit
from phucvu.web.views.boards import board_below, tabs_below

__all__ = ["unit"]


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show a unit's own score with every component, and the units below it."""
    since = newest_mark()
    found = pages.look(request, code)
    if found is None:
        raise Http404
    tree, node, asked = found.tree, found.unit, found.asked
    score = unit_score(
        node, asked.period, asked.compared, editions=asked.editions,
        tree=tree, earlier=asked.earlier,
    )  # fmt: skip
    history = history_of(node.id)
    below = board_below(request, tree, node, asked)
    return pages.show(
        request,
        "web/unit.html",
        {
            "unit": node,
            "path": tree.path(node.id),
            "asked": asked,
            "shown": show_unit(score, trend_of(request, node, asked), unit_boundaries(history)),
            "below": below,
            "tabs": tabs_below(tree, node, below.board.kind if below else None),
            "unit_history": show_history(history),
            "simulation": pages.simulation([node]),
        },
        live=[node],
        since=since,
        scored=score.scored,
    )
