"""Moves of the last seven days, with how far back they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from phucvu.results.boards import Scoreboard
from phucvu.results.keeping import WEEK, day_before, is_counted, kept_scores, points_of
from phucvu.results.models import KeptDay
from phucvu.results.scores import UnitScore, score_units
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Move", "Week", "week_of"]


@dataclass(frozen=True)
class Move:
    """A unit whose total or a component moved.

    The totals are None where one of them lacks components: these cannot be compared. `parts`:
    component id → points before and now, the largest move first.
    """

    unit: UnitNode
    before: Decimal | None
    after: Decimal | None
    parts: Mapping[str, tuple[Decimal, Decimal]]

    @property
    def by(self) -> Decimal | None:
        """Return the points of the total gained or lost."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def size(self) -> tuple[Decimal, Decimal]:
        """Return the size of the move, for an order."""
        parts = [abs(after - before) for before, after in self.parts.values()]
        return abs(self.by or Decimal(0)), max(parts, default=Decimal(0))


@dataclass(frozen=True)
class Week:
    """Moves since a moment, the largest first.

    `since`: seven days ago, or the first snapshot of counted scores, if that is later (then
    `short`). `unknown`: units without a snapshot then, `other_rule`: units that were scored by
    another edition then; neither is compared.
    """

    since: datetime
    short: bool
    moves: Sequence[Move]
    unknown: int
    other_rule: int


def week_of(board: Scoreboard, *, tree: UnitTree) -> Week | None:
    """Return the moves on a board; None for a period that ended more than a week ago.

    Reported values are read as known seven days ago. Counts cannot be made anew as of then: they
    are compared with the snapshot of that day.
    """
    start = board.moment - WEEK
    if board.period.last_day < timezone.localdate(start):
        return None
    known = [score for score in board.entries if score.total is not None]
    counted = [score for score in known if is_counted(score)]
    moves = _stated(board, tree, [score for score in known if not is_counted(score)], start)
    if not counted:
        return Week(start, False, _ordered(moves), 0, 0)
    day = day_before(start)
    if day is None:
        return Week(start, True, _ordered(moves), len(counted), 0)
    found, unknown, other_rule = _counted(board, day, counted)
    return Week(day.at, day.at > start, _ordered(moves + found), unknown, other_rule)


def _stated(
    board: Scoreboard, tree: UnitTree, scores: Sequence[UnitScore], start: datetime
) -> list[Move]:
    recent = [score for score in scores if score.as_of is not None and score.as_of > start]
    units = [score.unit for score in recent]
    earlier = score_units(board.scored, tree, units, board.moment, start) if units else []
    found = []
    for old, new in zip(earlier, recent, strict=True):
        if old.total is not None:
            move = _move(new, None if old.missing else old.total, points_of(old))
            found += [move] if move else []
    return found


def _counted(
    board: Scoreboard, day: KeptDay, scores: Sequence[UnitScore]
) -> tuple[list[Move], int, int]:
    kept = kept_scores(day, [score.unit.id for score in scores], board.period)
    found, other_rule = [], 0
    for score in scores:
        row = kept.get(score.unit.id)
        if row is None:
            continue
        if row.edition != board.edition.digest:
            other_rule += 1
            continue
        before = {id_: Decimal(points) for id_, points in row.points.items()}
        move = _move(score, None if row.missing else row.total, before)
        found += [move] if move else []
    return found, len(scores) - len(kept), other_rule


def _move(score: UnitScore, total: Decimal | None, points: Mapping[str, Decimal]) -> Move | None:
    now = points_of(score)
    parts = {
        id_: (before, now[id_])
        for id_, before in points.items()
        if id_ in now and now[id_] != before
    }
    parts = dict(sorted(parts.items(), key=lambda item: -abs(item[1][1] - item[1][0])))
    whole = total is not None and not score.missing
    before, after = (total, score.total) if whole else (None, None)
    return Move(score.unit, before, after, parts) if parts or before != after else None


def _ordered(moves: Sequence[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: move.size, reverse=True)
