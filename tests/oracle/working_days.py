"""Working days in Viet Nam, from the public list of holidays and the swaps it misses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

__all__ = ["deadline", "is_worked", "working_days_from", "working_days_until"]

CLOSES = time(17)
OFF, WORKED = {date(2026, 1, 2)}, {date(2026, 1, 10)}


@cache
def _public(year: int) -> tuple[set[date], set[date]]:
    """Days off, and weekend days worked in exchange for them."""
    known = holidays.country_holidays("VN", years=year)
    return set(known), set(known.weekend_workdays)


def is_worked(day: date) -> bool:
    off, worked = _public(day.year)
    if day in WORKED or day in worked:
        return True
    return day.weekday() < 5 and day not in off and day not in OFF


def working_days_from(day: date, number: int) -> date:
    """The working day so many working days after a day."""
    for _ in range(number):
        day = _next(day)
    return day


def working_days_until(day: date, later: date) -> int:
    """How many working days lie between two working days: Monday to the Monday after, 5."""
    number = 0
    while day < later:
        day = _next(day)
        number += 1
    return number


def deadline(begun: datetime, term: int, unit: str = "working_days") -> date:
    """The last day of a term; what begins after closing or on a day off begins the next one."""
    day = begun.date()
    if begun.time() >= CLOSES or not is_worked(day):
        day = _next(day)
    if unit == "days":
        end = day + timedelta(days=term)
        return end if is_worked(end) else _next(end)
    return working_days_from(day, term)


def _next(day: date) -> date:
    day += timedelta(days=1)
    while not is_worked(day):
        day += timedelta(days=1)
    return day
