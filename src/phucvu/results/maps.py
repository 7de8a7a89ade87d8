"""As it was, or on today's map: which units a result of a period is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import timezone

from phucvu.scoring import Period, PeriodError
from phucvu.units.map import map_of
from phucvu.units.tree import State, UnitEras, UnitTree, load_eras

__all__ = ["Atlas", "View"]


class View(StrEnum):
    """How the past is looked at."""

    THEN = "then"
    """the units of the period's last day, each with what it did itself"""
    TODAY = "today"
    """today's units, each with what those did that became it"""


@dataclass(frozen=True)
class Atlas:
    """The tree of any period, in one view."""

    view: View
    eras: UnitEras
    today: date

    @classmethod
    def open(cls, view: View = View.THEN) -> Atlas:
        """The atlas as of now."""
        return cls(view, load_eras(), timezone.localdate())

    def tree(self, period: Period) -> UnitTree:
        """The units a result of the period is about."""
        if self.view is View.TODAY:
            return map_of(self.eras, self.today)
        return self.eras.on(self.day(period))

    def day(self, period: Period) -> date:
        """The day whose units a result of the period is about, as it was."""
        return min(period.last_day, self.today)

    def before(self, period: Period) -> UnitTree:
        """The units of the period before; before the first there is, the same."""
        try:
            return self.tree(period.previous())
        except PeriodError:
            return self.tree(period)

    @property
    def newest(self) -> UnitTree:
        """Today's units."""
        on_map = self.view is View.TODAY
        return map_of(self.eras, self.today) if on_map else self.eras.on(self.today)

    def last_bearing(self, code: str) -> State | None:
        """The state that bore the code last, in force or not."""
        return max(self.eras.bearing(code), key=lambda s: s.end or date.max, default=None)
