"""View model of the last week's moves on a scoreboard's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.results.week import Move, Week

__all__ = ["WeekViewModel", "show_week"]

_MOST = 5
_PARTS = 3


@dataclass(frozen=True)
class MoveViewModel:
    """Move of a unit, with the components that moved most: id and points gained or lost."""

    move: Move
    parts: Sequence[tuple[str, Decimal]]
    more: int


@dataclass(frozen=True)
class WeekViewModel:
    """View model of a week: the largest moves, the others folded away, the numbers up and down."""

    week: Week
    first: Sequence[MoveViewModel]
    others: Sequence[MoveViewModel]
    up: int
    down: int


def show_week(week: Week | None) -> WeekViewModel | None:
    """Lay out a week; None where there is none."""
    if week is None:
        return None
    moves = [_shown(move) for move in week.moves]
    changes = [move.by for move in week.moves if move.by is not None]
    return WeekViewModel(
        week,
        moves[:_MOST],
        moves[_MOST:],
        up=sum(change > 0 for change in changes),
        down=sum(change < 0 for change in changes),
    )


def _shown(move: Move) -> MoveViewModel:
    parts = [(id_, after - before) for id_, (before, after) in move.parts.items()]
    return MoveViewModel(move, parts[:_PARTS], max(0, len(parts) - _PARTS))
