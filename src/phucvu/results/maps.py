"""Views of the past: as it was, or on today's map, for a result of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from phucvu import clock
from phucvu.scoring import Period, PeriodError
from phucvu.units.map import as_it_was, map_of
from phucvu.units.tree import UnitEras, UnitNode, UnitState, UnitTree, load_eras

__all__ = ["Atlas", "View"]


class View(StrEnum):
    """View of the past."""

    THEN = "then"
    """the units of the period's last day, each with what it did itself and what ended below it"""
    TODAY = "today"
    """today's units, each with what those did that became it"""


@dataclass(frozen=True)
class Atlas:
    """Tree of any period, in one view."""

    view: View
    eras: UnitEras
    today: date

    @classmethod
    def open(cls, view: View = View.THEN, now: datetime | None = None) -> Atlas:
        """Open the atlas as of a moment, now by default."""
        return cls(view, load_eras(), timezone.localdate(now or clock.now()))

    def tree(self, period: Period) -> UnitTree:
        """Return the units of a result of the period."""
        return self.at(self.day(period))

    def at(self, day: date) -> UnitTree:
        """Return the units of a day as they were; on today's map, today's whatever the day."""
        if self.view is View.TODAY:
            return map_of(self.eras, self.today)
        return as_it_was(self.eras, day)

    def day(self, period: Period) -> date:
        """Return the day whose units a result of the period shows, as it was."""
        return min(period.last_day, self.today)

    def has(self, unit: UnitNode, period: Period) -> bool:
        """Tell whether the unit's code means this unit in a result of the period."""
        if self.view is View.TODAY:
            return unit.id in self.newest
        day = self.day(period)
        states = self.eras.bearing(unit.code)
        return any(state.node.id == unit.id and state.covers(day) for state in states)

    def before(self, period: Period) -> UnitTree:
        """Return the units of the period before; those of the period itself, where it is the
        first.
        """
        try:
            return self.tree(period.previous())
        except PeriodError:
            return self.tree(period)

    @property
    def newest(self) -> UnitTree:
        """Return today's units."""
        return self.at(self.today)

    def last_bearing(self, code: str) -> UnitState | None:
        """Return the state that bore the code last, in force or not."""
        return max(self.eras.bearing(code), key=lambda s: s.end or date.max, default=None)
