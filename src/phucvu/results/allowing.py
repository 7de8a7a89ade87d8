"""Permission to show a figure by procedure in a period: the levels of each year it touches.

By procedure nothing is shown of a unit that is not the same in every view of the year: one that
ended or began to hold other units within it, or on today's map one that stands for others too. Nor
of a period that has not begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from phucvu.results.telling import Level
from phucvu.results.telling_read import Telling, telling_of
from phucvu.results.year_cells import population_of
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator, Kind, Period
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Allowed", "allowed_in"]

_LEVELS = {
    Kind.MONTH: Level.MONTH,
    Kind.QUARTER: Level.QUARTER,
    Kind.HALF: Level.QUARTER,
    Kind.NINE_MONTHS: Level.QUARTER,
    Kind.YEAR: Level.YEAR,
}


@dataclass(frozen=True)
class Allowed:
    """Figures by procedure that may be shown of a period, for units of a tree."""

    edition: Edition
    tree: UnitTree
    years: Sequence[tuple[Telling, Level]]
    """each year the period touches, with the level at which what it has of it is told"""
    everything: bool = False
    """nothing is hidden on this installation"""

    def is_whole(self, unit: UnitNode) -> bool:
        """Tell whether the unit is the same in every view of the years."""
        if self.everything:
            return True
        own = set(self.tree.pool(unit.id))
        return bool(self.years) and all(
            # What ended, or begins later, is in the pool of what is above it.
            unit.id in telling.tree and set(telling.tree.pool(unit.id)) == own
            for telling, _level in self.years
        )

    def tells(self, unit: UnitNode, code: str, rule: Indicator) -> bool:
        """Tell whether a component of one procedure in a unit may be shown."""
        if self.everything:
            return True
        population = population_of(self.edition, rule)
        return self.is_whole(unit) and all(
            telling.level(unit.id, code, population) >= level for telling, level in self.years
        )

    def named(self, unit: UnitNode) -> set[str]:
        """Return the procedures that may be named, whether or not their figures are shown."""
        if self.everything or not self.is_whole(unit):
            return set()
        return {code for telling, _level in self.years for code in telling.named(unit.id)}


def allowed_in(
    edition: Edition, rules: Sequence[Indicator], period: Period, tree: UnitTree, now: datetime
) -> Allowed:
    """Find out what may be shown of a period, for units of `tree`."""
    if settings.PHUCVU_SMALLEST_CELL <= 1:
        return Allowed(edition, tree, (), everything=True)
    if period.first_day > timezone.localdate(now):
        return Allowed(edition, tree, ())
    found = []
    for year in range(period.first // 100, period.last // 100 + 1):
        telling = telling_of(edition, rules, year, now)
        if telling.codes:
            found.append((telling, _level(period, year, telling)))
    return Allowed(edition, tree, found)


def _level(period: Period, year: int, telling: Telling) -> Level:
    """Return the level at which a period's part of a year is shown.

    A span that leaves out no month with a dossier counts as the whole year.
    """
    if period.kind is not Kind.SPAN:
        return _LEVELS[period.kind]
    first = max(period.first, year * 100 + 1)
    last = min(period.last, year * 100 + 12)
    if first <= telling.first and last >= telling.last:
        return Level.YEAR
    whole = first % 100 % 3 == 1 and last % 100 % 3 == 0
    return Level.QUARTER if whole else Level.MONTH
