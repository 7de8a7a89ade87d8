"""Small multiples: the trend of the total of every unit on a scoreboard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.results.boards import scoreboard
from phucvu.results.trends import trends_of_totals
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.view_models.multiples import HEIGHT, WIDTH, lay_out
from phucvu.web.views.boards import tabs_below

__all__ = ["board_trends"]


@require_safe
def board_trends(request: HttpRequest, code: str) -> HttpResponse:
    """Show a small chart for each unit of a kind below one, all on one scale."""
    since = newest_mark()
    found = pages.look(request, code)
    if found is None:
        return pages.show(request, "web/empty.html", {})
    tree, parent, asked = found.tree, found.unit, found.asked
    context = {"parent": parent, "path": tree.path(parent.id), "asked": asked}
    kind = pages.kind_below(request, tree, parent)
    if kind is not None:
        board = scoreboard(
            parent, kind, asked.period, asked.compared, editions=asked.editions,
            tree=tree, earlier=asked.earlier,
        )  # fmt: skip
        units = [score.unit for score in board.entries]
        trends = trends_of_totals(
            units, board.scored, editions=asked.editions, trees=asked.atlas.tree
        )
        context |= {
            "shown": lay_out(board, trends),
            "board": board,
            "width": WIDTH,
            "height": HEIGHT,
            "tabs": tabs_below(tree, parent, kind),
            "simulation": pages.simulation([parent, *units]),
        }
    scored = asked.scored(kind or parent.kind)
    return pages.show(
        request, "web/multiples.html", context, live=[parent], since=since, scored=scored
    )
