"""What moved in the last week, as a scoreboard's page tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.results.week import Move, Week

__all__ = ["ShownWeek", "show_week"]

_MOST = 5
_PARTS = 3


@dataclass(frozen=True)
class ShownMove:
    """A unit's move and its components that moved most: id and points gained or lost."""

    move: Move
    parts: Sequence[tuple[str, Decimal]]
    more: int


@dataclass(frozen=True)
class ShownWeek:
    """The largest moves, the others folded away, and how many rose and fell."""

    week: Week
    first: Sequence[ShownMove]
    others: Sequence[ShownMove]
    up: int
    down: int


def show_week(week: Week | None) -> ShownWeek | None:
    """Lay out a week; None where there is none to tell."""
    if week is None:
        return None
    moves = [_shown(move) for move in week.moves]
    changes = [move.by for move in week.moves if move.by is not None]
    return ShownWeek(
        week,
        moves[:_MOST],
        moves[_MOST:],
        up=sum(change > 0 for change in changes),
        down=sum(change < 0 for change in changes),
    )


def _shown(move: Move) -> ShownMove:
    parts = [(id_, after - before) for id_, (before, after) in move.parts.items()]
    return ShownMove(move, parts[:_PARTS], max(0, len(parts) - _PARTS))
