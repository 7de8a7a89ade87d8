"""Periods of the scorecard: month, quarter, half, nine months, year, and a free span.

A month is an integer yyyymm, as in the count tables. A period is two such months, both included.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

_ROMAN = ("I", "II", "III", "IV")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_HOW = (
    "Write a month as 2026-08, a quarter as 2026-Q3, a half as 2026-H1, nine months as 2026-9M, "
    "a year as 2026, or a span of months as 2010-10..2012-01."
)
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|Q(?P<quarter>\d)|H(?P<half>\d)|(?P<nine>9M)))?"
)
_SPAN = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")


class PeriodError(ValueError):
    """Error of a text or a pair of months that is no period; the message says how to write one."""


class Kind(StrEnum):
    """Kind of period, as the national portal and the quarterly reports use them."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    SPAN = "span"


_LENGTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.NINE_MONTHS: 9, Kind.YEAR: 12}


def add_months(yyyymm: int, count: int) -> int:
    """Return the month `count` months after `yyyymm` (before it, where negative)."""
    months = (yyyymm // 100) * 12 + yyyymm % 100 - 1 + count
    return months // 12 * 100 + months % 12 + 1


def month_of(day: date) -> int:
    """Return the month of a day, as yyyymm."""
    return day.year * 100 + day.month


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole months.

    `first` and `last` are months yyyymm, both included; `kind` says which calendar block they are.
    Raises PeriodError where the months are no such block.
    """

    kind: Kind
    first: int
    last: int

    def __post_init__(self) -> None:
        for month in (self.first, self.last):
            if not (1 <= month % 100 <= 12 and 1900 <= month // 100 <= 9998):
                raise PeriodError(f"{month} is not a month between 1900-01 and 9998-12. {_HOW}")
        if self.last < self.first:
            raise PeriodError(f"A period cannot end ({self.last}) before it begins ({self.first}).")
        if self.kind is Kind.SPAN:
            return
        length = _LENGTHS[self.kind]
        starts_a_block = (self.first % 100 - 1) % length == 0
        if self.kind is Kind.NINE_MONTHS:
            starts_a_block = self.first % 100 == 1
        if not starts_a_block or add_months(self.first, length - 1) != self.last:
            raise PeriodError(
                f"{self.first} to {self.last} is not one {self.kind.value}. {_HOW}",
            )

    # -- making one ---------------------------------------------------------

    @classmethod
    def block(cls, kind: Kind, first: int) -> Period:
        """Make the calendar block of `kind` that begins with the month `first` (yyyymm)."""
        if kind is Kind.SPAN:
            raise PeriodError("A span needs its last month too: use Period.span(first, last).")
        return cls(kind, first, add_months(first, _LENGTHS[kind] - 1))

    @classmethod
    def span(cls, first: int, last: int) -> Period:
        """Make a free span of months, yyyymm to yyyymm, both included."""
        return cls(Kind.SPAN, first, last)

    @classmethod
    def containing(cls, day: date, kind: Kind) -> Period:
        """Return the period of `kind` that holds `day`.

        Nine months means January to September: a later day of the year is in none of them, and
        raises PeriodError.
        """
        month = month_of(day)
        if kind is Kind.SPAN:
            return cls.span(month, month)
        if kind is Kind.NINE_MONTHS:
            period = cls.block(kind, day.year * 100 + 1)
            if month > period.last:
                raise PeriodError(f"{day} is after the first nine months of {day.year}.")
            return period
        length = _LENGTHS[kind]
        return cls.block(kind, month - (day.month - 1) % length)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period as `str()` writes it. Raises PeriodError, which says how to write one."""
        text = text.strip()
        if span := _SPAN.fullmatch(text):
            a, b, c, d = map(int, span.groups())
            return cls.span(a * 100 + b, c * 100 + d)
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise PeriodError(f"{text!r} is not a period. {_HOW}")
        year = int(written["year"]) * 100
        if written["month"]:
            return cls.block(Kind.MONTH, year + int(written["month"]))
        if written["quarter"]:
            return cls._numbered(Kind.QUARTER, year, int(written["quarter"]), 4)
        if written["half"]:
            return cls._numbered(Kind.HALF, year, int(written["half"]), 2)
        if written["nine"]:
            return cls.block(Kind.NINE_MONTHS, year + 1)
        return cls.block(Kind.YEAR, year + 1)

    @classmethod
    def _numbered(cls, kind: Kind, year: int, number: int, highest: int) -> Period:
        if not 1 <= number <= highest:
            raise PeriodError(
                f"A year has no {kind.value} {number}: use a number from 1 to {highest}."
            )
        return cls.block(kind, year + (number - 1) * _LENGTHS[kind] + 1)

    # -- reading it ---------------------------------------------------------

    def __str__(self) -> str:
        """Write the period, e.g. as `2026-Q3`."""
        year, month = divmod(self.first, 100)
        match self.kind:
            case Kind.MONTH:
                return f"{year:04d}-{month:02d}"
            case Kind.QUARTER:
                return f"{year:04d}-Q{self._number}"
            case Kind.HALF:
                return f"{year:04d}-H{self._number}"
            case Kind.NINE_MONTHS:
                return f"{year:04d}-9M"
            case Kind.YEAR:
                return f"{year:04d}"
            case _:
                last_year, last_month = divmod(self.last, 100)
                return f"{year:04d}-{month:02d}..{last_year:04d}-{last_month:02d}"

    @property
    def _number(self) -> int:
        """Return the number of the block among those of its kind in the year, from 1."""
        return (self.first % 100 - 1) // _LENGTHS[self.kind] + 1

    @property
    def first_day(self) -> date:
        """Return the first day of the period."""
        return date(self.first // 100, self.first % 100, 1)

    @property
    def last_day(self) -> date:
        """Return the last day of the period."""
        year, month = divmod(self.last, 100)
        return date(year, month, monthrange(year, month)[1])

    def months(self) -> list[int]:
        """Return every month of the period in order, as yyyymm."""
        return [add_months(self.first, i) for i in range(len(self))]

    def __len__(self) -> int:
        """Return the number of months."""
        years = self.last // 100 - self.first // 100
        return years * 12 + self.last % 100 - self.first % 100 + 1

    @property
    def share_of_year(self) -> Fraction:
        """Return the months of the period ÷ 12, by which a yearly figure is reduced (1.4's
        fallback).
        """
        return Fraction(len(self), 12)

    def covers(self, yyyymm: int) -> bool:
        """Tell whether a month lies in the period."""
        return self.first <= yyyymm <= self.last

    def previous(self) -> Period:
        """Return the period of the same kind just before; for nine months, that of the year
        before.
        """
        if self.kind is Kind.NINE_MONTHS:
            return self.year_before()
        return Period(self.kind, add_months(self.first, -len(self)), add_months(self.first, -1))

    def year_before(self) -> Period:
        """Return the period one year earlier."""
        return Period(self.kind, self.first - 100, self.last - 100)

    # -- saying it ----------------------------------------------------------

    def label(self, language: str = "vi") -> str:
        """Write the period as people say it, in Vietnamese (`vi`) or English (any other
        language).
        """
        return self._vietnamese() if language.startswith("vi") else self._english()

    def _vietnamese(self) -> str:
        year, month = divmod(self.first, 100)
        match self.kind:
            case Kind.MONTH:
                return f"Tháng {month}/{year}"
            case Kind.QUARTER:
                return f"Quý {_ROMAN[self._number - 1]}/{year}"
            case Kind.HALF:
                return f"6 tháng {'đầu' if self._number == 1 else 'cuối'} năm {year}"
            case Kind.NINE_MONTHS:
                return f"9 tháng năm {year}"
            case Kind.YEAR:
                return f"Năm {year}"
            case _:
                return f"Từ tháng {month}/{year} đến tháng {self.last % 100}/{self.last // 100}"

    def _english(self) -> str:
        year, month = divmod(self.first, 100)
        match self.kind:
            case Kind.MONTH:
                return f"{_MONTHS_EN[month - 1]} {year}"
            case Kind.QUARTER:
                return f"Quarter {_ROMAN[self._number - 1]}, {year}"
            case Kind.HALF:
                return f"{'First' if self._number == 1 else 'Second'} half of {year}"
            case Kind.NINE_MONTHS:
                return f"First nine months of {year}"
            case Kind.YEAR:
                return f"Year {year}"
            case _:
                last = _MONTHS_EN[self.last % 100 - 1]
                return f"{_MONTHS_EN[month - 1]} {year} to {last} {self.last // 100}"
