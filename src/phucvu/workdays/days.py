"""Arithmetic in working days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from phucvu.workdays.vietnam import known_working_days

__all__ = ["WorkDays"]


class _Span(NamedTuple):
    """Working days (ordinals, in order) of some whole years, both ends included."""

    first: int
    last: int
    days: tuple[int, ...]


class WorkDays:
    """Calendar of working days. `off` and `worked` change the known ones; `worked` wins.

    A year is put together when it is first asked for; after that a question is a bisection.
    """

    def __init__(self, off: Iterable[date] = (), worked: Iterable[date] = ()) -> None:
        self._worked = frozenset(day.toordinal() for day in worked)
        self._off = frozenset(day.toordinal() for day in off) - self._worked
        self._span: _Span | None = None

    def is_working_day(self, day: date) -> bool:
        """Tell whether the offices work on `day`."""
        days = self._over(day.year, day.year)
        ordinal = day.toordinal()
        at = bisect_left(days, ordinal)
        return at < len(days) and days[at] == ordinal

    def add_working_days(self, day: date, number: int) -> date:
        """Return the `number`-th working day after `day`, which itself is not counted.

        0 gives `day` itself where it is a working day, else the next one. A negative number goes
        back. Raises OverflowError beyond the years 1 to 9999.
        """
        ordinal = day.toordinal()
        first = last = day.year
        while True:
            days = self._over(first, last)
            if number > 0:
                at = bisect_right(days, ordinal) + number - 1
            else:
                at = bisect_left(days, ordinal) + number
            if at < 0:
                first = self._span_years()[0] - 1
            elif at >= len(days):
                last = self._span_years()[1] + 1
            else:
                return date.fromordinal(days[at])
            if first < date.min.year or last > date.max.year:
                raise OverflowError(f"{number} working days from {day} lie beyond all calendars")

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start`, up to and with `end`.

        The result is n for the day that `add_working_days(start, n)` gives; negative where `end`
        lies before `start`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = self._over(start.year, end.year)
        return bisect_right(days, end.toordinal()) - bisect_right(days, start.toordinal())

    def _span_years(self) -> tuple[int, int]:
        span = self._span
        assert span is not None  # noqa: S101 - asked only after `_over`
        return span.first, span.last

    def _over(self, first: int, last: int) -> tuple[int, ...]:
        """Return the working days of all years from `first` to `last`, and maybe of more years."""
        span = self._span
        if span is None:
            days: tuple[int, ...] = ()
            for year in range(first, last + 1):
                days += self._year(year)
            span = _Span(first, last, days)
        elif first >= span.first and last <= span.last:
            return span.days
        else:
            before = [self._year(year) for year in range(first, span.first)]
            after = [self._year(year) for year in range(span.last + 1, last + 1)]
            days = (*_joined(before), *span.days, *_joined(after))
            span = _Span(min(first, span.first), max(last, span.last), days)
        self._span = span  # in one go: another thread sees the old years or the new ones
        return span.days

    def _year(self, year: int) -> tuple[int, ...]:
        known = known_working_days(year)
        begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        more = {day for day in self._worked if begin <= day <= end}
        less = {day for day in self._off if begin <= day <= end}
        if not more and not less:
            return known
        return tuple(sorted((set(known) | more) - less))


def _joined(years: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(day for year in years for day in year)
