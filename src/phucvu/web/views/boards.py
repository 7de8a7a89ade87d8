"""Pages of the scoreboard: the units of one kind under one parent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.results.boards import scoreboard, unit_score, units_of_kind
from phucvu.results.ranking import By
from phucvu.results.week import week_of
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.view_models.boards import BoardViewModel, show_board
from phucvu.web.view_models.weeks import WeekViewModel, show_week
from phucvu.web.view_models.words import kind_in_plural

__all__ = ["board", "home", "tabs_below"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the scoreboard of the top unit; without any unit, show what to do."""
    return _page(request, "")


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Show the scoreboard of the units below one."""
    return _page(request, code)


def _page(request: HttpRequest, code: str) -> HttpResponse:
    since = newest_mark()
    found = pages.look(request, code)
    if found is None:
        return pages.show(request, "web/empty.html", {})
    tree, parent, asked = found.tree, found.unit, found.asked
    shown = board_below(request, tree, parent, asked)
    own = unit_score(
        parent, asked.period, asked.compared, editions=asked.editions,
        tree=tree, earlier=asked.earlier,
    )  # fmt: skip
    return pages.show(
        request,
        "web/scoreboard.html",
        {
            "is_home": not code,
            "parent": parent,
            "roots": tree.roots,
            "path": tree.path(parent.id),
            "asked": asked,
            "own": own,
            "shown": shown,
            "week": _week(shown, tree) if shown else None,
            "tabs": tabs_below(tree, parent, shown.board.kind if shown else None),
            "simulation": pages.simulation(
                [parent, *(row.score.unit for row in shown.rows)] if shown else [parent]
            ),
        },
        live=[parent],
        since=since,
        scored=shown.board.scored if shown else own.scored,
    )


def board_below(
    request: HttpRequest, tree: UnitTree, parent: UnitNode, asked: pages.PageChoice
) -> BoardViewModel | None:
    """Return the board of the kind `?loai=` names, else of the first kind; None without units
    below.
    """
    kind = pages.kind_below(request, tree, parent)
    if kind is None:
        return None
    found = scoreboard(
        parent, kind, asked.period, asked.compared, editions=asked.editions,
        tree=tree, earlier=asked.earlier, by=_by(request),
    )  # fmt: skip
    return show_board(found, request.GET.get("sap-xep", ""))


def _week(shown: BoardViewModel, tree: UnitTree) -> WeekViewModel | None:
    """Show what moved; of a comparison nothing: what was kept is of the edition that counts."""
    board = shown.board
    return None if board.scored.is_comparison else show_week(week_of(board, tree=tree))


_BY = {"nhom": By.PEERS, "tien-bo": By.PROGRESS}


def _by(request: HttpRequest) -> By:
    """Read from `?xep=` by what the units are ranked."""
    return _BY.get(request.GET.get("xep", ""), By.TOTAL)


def tabs_below(
    tree: UnitTree, parent: UnitNode, shown: Kind | None, *, on_map: bool = False
) -> list[tuple[Kind, str, int, bool]]:
    """List the kinds to choose from: code, words, number of units, whether it is shown."""
    kinds = pages.kinds_on_map if on_map else pages.kinds_below
    return [
        (kind, kind_in_plural(kind), len(units_of_kind(tree, parent, kind)), kind == shown)
        for kind in kinds(tree, parent)
    ]
