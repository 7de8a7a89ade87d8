"""Finder of the unit of a record: by its code, among the units in force on the record's day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu import clock
from phucvu.accounts.policy import Scope
from phucvu.intake import authority
from phucvu.intake.reaching import covers
from phucvu.intake.shapes import SHAPES, shown
from phucvu.register.walltime import DAY_MS, to_wall
from phucvu.units.tree import UnitEras, UnitNode

__all__ = ["EPOCH_DAY", "UnitFinder"]

EPOCH_DAY = date(1970, 1, 1).toordinal()


class UnitFinder:
    """Finder of the units of the records of one batch.

    `within`: the sender's scope; None is everywhere. `now`: the moment dates are compared with.
    """

    def __init__(
        self, units: UnitEras, *, within: Scope | int | None = None, now: datetime | None = None
    ) -> None:
        self._units = units
        self._within = Scope(subtrees=frozenset({within})) if isinstance(within, int) else within
        self._sent_for = authority.told(self._within)
        self._now = now or clock.now()
        self._found: dict[tuple[str, int], UnitNode] = {}
        self._latest: dict[str, int] = {}

    def _unit_on(self, unit_code: str, day: int) -> UnitNode | str:
        """Return the unit with this code on a day (counted from 1970), or the reason why there is
        none.
        """
        on = date.fromordinal(day + EPOCH_DAY)
        key = (unit_code, self._units.era(on))
        if key in self._found:
            return self._found[key]
        found = self._look_up(unit_code, on)
        if isinstance(found, UnitNode):  # a refusal names the day: not for the others of the era
            self._found[key] = found
        return found

    def _look_up(self, unit_code: str, day: date) -> UnitNode | str:
        unit = self._units.on(day).by_code(unit_code)
        if unit is None:
            if self._units.knows(unit_code):
                reason = _("the unit %(code)s was not in force on %(day)s")
            else:
                reason = _("there is no unit with the code %(code)s")
            return reason % {"code": _told(unit_code), "day": day.isoformat()}
        if self._within is not None and not covers(self._within, self._units, unit.id):
            return _("the sender may not send for the unit %(code)s") % {"code": _told(unit_code)}
        return unit

    def _today(self) -> int:
        return timezone.localtime(self._now).toordinal() - EPOCH_DAY

    def _tomorrow(self, time_zone: str) -> int:
        """Return the latest moment an event may have: a day from now on the unit's clock."""
        latest = self._latest.get(time_zone)
        if latest is None:
            latest = to_wall(self._now.astimezone(ZoneInfo(time_zone))) + DAY_MS
            self._latest[time_zone] = latest
        return latest


def _told(unit_code: str) -> str:
    """Return a code for a reason; one of no unit may be anything, and is shown where it looks like
    a code.
    """
    return unit_code if SHAPES["code"](unit_code) else shown(unit_code)
