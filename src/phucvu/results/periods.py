"""Periods that have anything to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from phucvu import clock
from phucvu.counters.reading import months_counted
from phucvu.register.models import StatedFigure
from phucvu.results.maps import Atlas
from phucvu.scoring import Kind, Period, PeriodError
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode, UnitTree

__all__ = [
    "SHOWN",
    "NotBegunError",
    "default_period",
    "has_begun",
    "periods_with_data",
    "require_begun",
]

SHOWN = (Kind.YEAR, Kind.HALF, Kind.QUARTER, Kind.MONTH)


class NotBegunError(PeriodError):
    """Error of a period that has not begun where the unit is; the message tells a reader so."""


def has_begun(period: Period, unit: UnitNode | Unit, now: datetime | None = None) -> bool:
    """Tell whether the period's first day has come on the unit's own clock."""
    here = (now or clock.now()).astimezone(ZoneInfo(unit.time_zone))
    return period.first_day <= here.date()


def require_begun(period: Period, unit: UnitNode | Unit, now: datetime | None = None) -> None:
    """Refuse a period that has not begun: nothing in it has happened, so it has no score.

    Raises NotBegunError.
    """
    if not has_begun(period, unit, now):
        told = _("%(period)s begins on %(day)s: there is nothing to score yet.")
        name = period.label(translation.get_language() or "vi")
        raise NotBegunError(told % {"period": name, "day": f"{period.first_day:%d/%m/%Y}"})


def periods_with_data(unit: UnitNode, atlas: Atlas, tree: UnitTree) -> list[Period]:
    """Return years to months with a figure of the unit or of one below it in `tree`, newest first.

    Only periods in which the unit's code means it on the atlas and that have begun: others cannot
    be asked for.
    """
    ids = tree.pool(unit.id)
    found: set[Period] = set()
    stated = StatedFigure.objects.of_indicators().filter(unit_id__in=ids).order_by()
    for text in stated.values_list("period", flat=True).distinct():
        try:
            found.add(Period.parse(text))
        except PeriodError:
            continue  # a period no page can show; the import refuses such rows
    counted = months_counted(ids)
    if counted is not None:
        found.update(_within(*counted))
    there = [period for period in found if atlas.has(unit, period) and has_begun(period, unit)]
    return sorted(there, key=lambda period: (_order(period), -period.first))


def _order(period: Period) -> int:
    return SHOWN.index(period.kind) if period.kind in SHOWN else len(SHOWN)


def _within(first: int, last: int) -> set[Period]:
    found: set[Period] = set()
    month = first
    while month <= last:
        day = date(month // 100, month % 100, 1)
        found.update(Period.containing(day, kind) for kind in SHOWN)
        month = month + 1 if month % 100 < 12 else month + 89
    return found


def default_period(periods: Sequence[Period]) -> Period:
    """Return the newest year there is, else the newest period, else this year."""
    years = [period for period in periods if period.kind is Kind.YEAR]
    if years:
        return years[0]
    return periods[0] if periods else Period.containing(clock.today(), Kind.YEAR)
