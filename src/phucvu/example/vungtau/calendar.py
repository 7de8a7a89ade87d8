"""Working days and hours of the city, and the hours at which people hand in.

Moments in this module are wall-clock moments of the city, without a zone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

__all__ = [
    "CLOSING", "add_working_days", "arrival", "in_office_hours", "is_working_day",
    "next_office_moment", "office_moment", "working_days_between",
]  # fmt: skip

CLOSING = time(17)
_OPEN = ((time(7), time(11, 30)), (time(13, 30), CLOSING))

# Public holidays on working days, and Saturdays worked in exchange, as published. In a year that
# is not listed only the weekends are off.
_HOLIDAYS = {
    date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18),
    date(2026, 2, 19), date(2026, 2, 20), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1),
    date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24),
    date(2027, 1, 1), date(2027, 2, 4), date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 9),
    date(2027, 2, 10), date(2027, 4, 16), date(2027, 4, 30), date(2027, 5, 3), date(2027, 9, 2),
    date(2027, 9, 3), date(2027, 11, 24),
}  # fmt: skip
_WORKED_SATURDAYS = {date(2026, 1, 10), date(2026, 8, 22)}

# (from, to, weight): minutes of the day and how many people come then, relative to each other.
_COUNTER = (
    (420, 480, 5), (480, 540, 16), (540, 600, 20), (600, 660, 17), (660, 690, 4),
    (810, 840, 3), (840, 900, 17), (900, 960, 15), (960, 1020, 7),
)  # fmt: skip
_AT_HOME = (
    (0, 60, 0.6), (60, 330, 0.4), (330, 420, 2), (690, 810, 7), (1020, 1080, 6), (1080, 1140, 6),
    (1140, 1200, 11), (1200, 1260, 14), (1260, 1320, 11), (1320, 1380, 5), (1380, 1440, 2),
)  # fmt: skip
# Of those who apply online, so many do it outside office hours.
AT_HOME_SHARE = 0.22


def is_working_day(day: date) -> bool:
    """Tell whether the offices are open on a day."""
    if day in _WORKED_SATURDAYS:
        return True
    return day.weekday() < 5 and day not in _HOLIDAYS


def add_working_days(day: date, count: int) -> date:
    """Return the day `count` working days later; with 0, the day itself or the next working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Count the working days after `first`, up to and including `last`."""
    return sum(
        is_working_day(first + timedelta(days=ahead)) for ahead in range(1, (last - first).days + 1)
    )


def in_office_hours(moment: datetime) -> bool:
    """Tell whether the offices are open at that moment."""
    return is_working_day(moment.date()) and any(a <= moment.time() < b for a, b in _OPEN)


def next_office_moment(moment: datetime) -> datetime:
    """Return the moment itself in office hours, else the next opening."""
    if in_office_hours(moment):
        return moment
    if is_working_day(moment.date()):
        for opening, _closing in _OPEN:
            if moment.time() < opening:
                return datetime.combine(moment.date(), opening)
    return datetime.combine(add_working_days(moment.date() + timedelta(days=1), 0), _OPEN[0][0])


def office_moment(day: date, chance: Random) -> datetime:
    """Draw a moment of a working day, most often in mid-morning and mid-afternoon."""
    return _moment(day, _COUNTER, chance)


def arrival(day: date, online: float, chance: Random) -> datetime:
    """Draw the moment at which somebody hands in, where the share `online` of people does so
    online.
    """
    at_home = online * AT_HOME_SHARE if is_working_day(day) else 1.0
    return _moment(day, _AT_HOME if chance.random() < at_home else _COUNTER, chance)


def _moment(day: date, slots: tuple[tuple[int, int, float], ...], chance: Random) -> datetime:
    first, last, _weight = chance.choices(slots, [weight for _a, _b, weight in slots])[0]
    return datetime.combine(day, time()) + timedelta(
        seconds=chance.randrange(first * 60, last * 60)
    )
