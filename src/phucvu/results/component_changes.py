"""Changes of units on one component, each against the figure before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from phucvu.editions.finding import Editions, PeriodEdition
from phucvu.register.models import StatedFigure
from phucvu.results.boards import Scoreboard, before_of
from phucvu.results.figures import FigureSource
from phucvu.results.scores import UnitScore, score_units
from phucvu.scoring import Period
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["ComponentChange", "component_changes"]

_MOMENTS = 3  # of publication, looked back from
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class ComponentChange:
    """A unit's ratio on a component now and before (of 2.2: average days).

    `since` is the period before; for a published figure, the moment of the earlier one.
    """

    before: Decimal
    after: Decimal
    since: Period | datetime

    @property
    def by(self) -> Decimal:
        """Return the percentage points (or days) gained."""
        return self.after - self.before


def component_changes(
    board: Scoreboard,
    id_: str,
    *,
    tree: UnitTree,
    earlier: UnitTree,
    editions: Editions | None = None,
) -> Mapping[int, ComponentChange]:
    """Return the change of every unit of a board that has a figure on both sides, by unit id.

    A counted figure is compared with the period before (`earlier`: its units); a published or typed
    one with the value that stood just before, of the same period. Where another edition scored the
    period before, nothing is compared with it.
    """
    counted: list[UnitScore] = []
    stated: dict[datetime, list[UnitScore]] = defaultdict(list)
    for score in board.entries:
        told = score.provenance.get(id_)
        if told is None or score.result.indicators[id_].ratio is None:
            continue
        if told.source is FigureSource.COUNTED:
            counted.append(score)
        elif told.as_of is not None:
            stated[told.as_of].append(score)
    before = before_of(editions or Editions.open(), board.scored)
    found = _from_the_period_before(board, before, id_, counted, earlier)
    for moment in sorted(stated, reverse=True)[:_MOMENTS]:
        now = {score.unit.id: score for score in stated[moment]}
        units = [score.unit for score in stated[moment]]
        rows = StatedFigure.objects.filter(period=str(board.period), indicator=id_)
        if not rows.filter(as_of__lt=moment).exists():
            break  # nobody stated it before that, of whatever unit
        for old in _scores(board, board.scored, tree, units, moment - _INSTANT):
            told = old.provenance.get(id_)
            if told is not None and told.as_of is not None:
                _add(found, id_, old, now[old.unit.id], told.as_of)
    return found


def _from_the_period_before(
    board: Scoreboard,
    before: PeriodEdition | None,
    id_: str,
    counted: list[UnitScore],
    earlier: UnitTree,
) -> dict[int, ComponentChange]:
    found: dict[int, ComponentChange] = {}
    if before is None or not board.scored.is_like(before):
        return found
    now = {score.unit.id: score for score in counted}
    units = [node for score in counted if (node := earlier.get(score.unit.id)) is not None]
    for old in _scores(board, before, earlier, units, None):
        if id_ in old.provenance:
            _add(found, id_, old, now[old.unit.id], before.period)
    return found


def _scores(
    board: Scoreboard,
    scored: PeriodEdition,
    tree: UnitTree,
    units: list[UnitNode],
    as_of: datetime | None,
) -> list[UnitScore]:
    if not units:
        return []
    return score_units(scored, tree, units, board.moment, as_of)


def _add(
    found: dict[int, ComponentChange],
    id_: str,
    old: UnitScore,
    new: UnitScore,
    since: Period | datetime,
) -> None:
    before, after = old.result.indicators[id_].ratio, new.result.indicators[id_].ratio
    # A share of nothing is the rule's answer, not a figure to have moved from.
    if old.result.indicators[id_].decided_by in ("empty", "not_provided"):
        return
    if before is not None and after is not None:
        found[new.unit.id] = ComponentChange(before, after, since)
