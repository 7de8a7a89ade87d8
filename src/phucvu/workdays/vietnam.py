"""Known calendar of Vietnam: weekends, public holidays, swapped days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays.countries import Vietnam

__all__ = ["holiday_names", "known_working_days"]

# Swaps by decree that the library misses.
_DAYS_OFF = {date(2026, 1, 2): "Ngày nghỉ (thay cho ngày 10/01/2026)"}
_DAYS_WORKED = frozenset({date(2026, 1, 10)})
_SATURDAY = 5


@lru_cache(maxsize=256)
def known_working_days(year: int) -> tuple[int, ...]:
    """Return the working days of a year, as proleptic Gregorian ordinals in order."""
    names = holiday_names(year)
    swapped = _swapped_saturdays(year) | _DAYS_WORKED
    day = date(year, 1, 1)
    found = []
    while day.year == year:
        if day in swapped or (day.weekday() < _SATURDAY and day not in names):
            found.append(day.toordinal())
        if day == date.max:
            break
        day += timedelta(days=1)
    return tuple(found)


@lru_cache(maxsize=256)
def holiday_names(year: int) -> Mapping[date, str]:
    """Return the public holidays and days off in exchange with their Vietnamese names, in order."""
    names = {day: str(name) for day, name in _library(year).items()}
    names.update((day, name) for day, name in _DAYS_OFF.items() if day.year == year)
    return dict(sorted(names.items()))


def _swapped_saturdays(year: int) -> frozenset[date]:
    # A Saturday of December may be worked for a day in January, of which only its year knows.
    libraries = (_library(year), _library(min(year + 1, date.max.year)))
    return frozenset(day for lib in libraries for day in lib.weekend_workdays if day.year == year)


@lru_cache(maxsize=256)
def _library(year: int) -> Vietnam:
    # Imported where it is needed: it takes a while, and most commands ask for no deadline.
    from holidays.countries import Vietnam

    return Vietnam(years=year, expand=False, language="vi")  # type: ignore[no-untyped-call]
