"""Arithmetic in working time: the hours of the day in which offices work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from phucvu.workdays.days import WorkDays

__all__ = ["OFFICE_HOURS", "OfficeHours", "WorkTime"]

_HOURS = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])-([01]?[0-9]|2[0-4]):([0-5][0-9])")
_MIDNIGHT = time()
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Spans of working time in a day, counted from midnight, in order and apart."""

    spans: tuple[tuple[timedelta, timedelta], ...]

    @classmethod
    def parse(cls, text: str) -> OfficeHours:
        """Read `7:00-11:30,13:30-17:00`. Raises ValueError for anything else."""
        spans: list[tuple[timedelta, timedelta]] = []
        for part in text.split(","):
            found = _HOURS.fullmatch(part.strip())
            if found is None:
                raise ValueError(f"{part.strip()!r} are no hours: write them as 7:00-11:30")
            begin, begin_minute, end, end_minute = map(int, found.groups())
            span = (
                timedelta(hours=begin, minutes=begin_minute),
                timedelta(hours=end, minutes=end_minute),
            )
            if span[1] > timedelta(days=1) or span[0] >= span[1]:
                raise ValueError(f"{part.strip()!r} ends before it begins, or after midnight")
            if spans and span[0] <= spans[-1][1]:
                raise ValueError(f"{part.strip()!r} does not lie after the hours before it")
            spans.append(span)
        return cls(tuple(spans))

    @property
    def length(self) -> timedelta:
        """Return the working time of a day."""
        return sum((end - begin for begin, end in self.spans), _NOTHING)

    def elapsed(self, of_day: timedelta) -> timedelta:
        """Return the working time that has passed at a time of the day."""
        passed = _NOTHING
        for begin, end in self.spans:
            if of_day > begin:
                passed += min(of_day, end) - begin
        return passed

    def at(self, passed: timedelta) -> timedelta:
        """Return the time of the day at which so much working time has passed."""
        for begin, end in self.spans:
            if passed <= end - begin:
                return begin + passed
            passed -= end - begin
        return self.spans[-1][1]


OFFICE_HOURS = OfficeHours.parse("7:00-11:30,13:30-17:00")
"""8 hours a day."""


class WorkTime:
    """Working time: `days` at `hours`. Moments are the office's own clock time, without a zone."""

    def __init__(self, days: WorkDays, hours: OfficeHours = OFFICE_HOURS) -> None:
        self.days = days
        self.hours = hours

    def next_worked(self, moment: datetime) -> datetime:
        """Return the moment itself where it is working time, else the next moment that is.

        A dossier that arrives after closing, or on a day off, is taken up the next working morning;
        one that arrives at noon, when work goes on.
        """
        day = moment.date()
        if self.days.is_working_day(day):
            of_day = moment - datetime.combine(day, _MIDNIGHT)
            for begin, end in self.hours.spans:
                if of_day < end:
                    return max(moment, datetime.combine(day, _MIDNIGHT) + begin)
        following = self.days.add_working_days(day, 1)
        return datetime.combine(following, _MIDNIGHT) + self.hours.spans[0][0]

    def add_working_hours(self, moment: datetime, number: int) -> datetime:
        """Return the moment by which `number` hours of work (0 or more) have passed.

        A whole number of days ends at closing, not the next morning.
        """
        begin = self.next_worked(moment)
        if number <= 0:
            return begin
        day = begin.date()
        passed = self.hours.elapsed(begin - datetime.combine(day, _MIDNIGHT))
        more, rest = divmod(passed + timedelta(hours=number), self.hours.length)
        if not rest:
            more, rest = more - 1, self.hours.length
        if more:
            day = self.days.add_working_days(day, more)
        return datetime.combine(day, _MIDNIGHT) + self.hours.at(rest)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; negative where `end` lies before."""
        if end < start:
            return -self.working_time_between(end, start)
        whole = self.days.working_days_between(start.date(), end.date())
        return whole * self.hours.length + self._passed_at(end) - self._passed_at(start)

    def _passed_at(self, moment: datetime) -> timedelta:
        """Return the working time passed on the moment's own day, less a whole day.

        `working_days_between` counts the last day as a whole and the first not at all.
        """
        day = moment.date()
        if not self.days.is_working_day(day):
            return _NOTHING
        of_day = self.hours.elapsed(moment - datetime.combine(day, _MIDNIGHT))
        return of_day - self.hours.length
