"""Working days: what is known, what is told beyond it, and counting in them."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu.workdays import WorkDays, holiday_names

DAYS = st.dates(date(2014, 1, 1), date(2033, 12, 31))
KNOWN = WorkDays()


def test_every_day_of_the_published_calendars(shared: Path) -> None:
    """Each day of 2022-2027 is on or off as the decrees say."""
    path = shared / "data/calendar/vn_nonworking_and_swaps_2022_2027.csv"
    with path.open(encoding="utf-8") as file:
        kinds = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
    assert len(kinds) > 90
    day = date(2022, 1, 1)
    wrong = []
    while day.year < 2028:
        kind = kinds.get(day)
        expected = kind == "working_weekend" or (kind is None and day.weekday() < 5)
        if KNOWN.is_working_day(day) != expected:
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),  # a swap the library misses
        (date(2026, 1, 10), True),
        (date(2026, 1, 5), True),
        (date(2026, 8, 22), True),  # a Saturday worked for 31 August
        (date(2026, 8, 31), False),
        (date(2026, 9, 2), False),
        (date(2014, 12, 27), True),  # a Saturday worked for 2 January of the next year
        (date(2015, 1, 2), False),
    ],
)
def test_known_days(day: date, worked: bool) -> None:
    assert KNOWN.is_working_day(day) is worked


def test_holidays_have_names() -> None:
    assert holiday_names(2026)[date(2026, 2, 17)] == "Tết Nguyên Đán"
    assert date(2026, 1, 2) in holiday_names(2026)


def test_counting() -> None:
    friday = date(2025, 12, 26)
    assert KNOWN.add_working_days(friday, 5) == date(2026, 1, 6)  # over 1 and 2 January
    assert KNOWN.working_days_between(friday, date(2026, 1, 6)) == 5
    assert KNOWN.add_working_days(date(2026, 1, 6), -5) == friday
    assert KNOWN.add_working_days(date(2026, 1, 3), 0) == date(2026, 1, 5)


def test_what_is_told_stands() -> None:
    storm = WorkDays(off=[date(2026, 9, 7)], worked=[date(2026, 9, 12)])
    assert not storm.is_working_day(date(2026, 9, 7))
    assert storm.is_working_day(date(2026, 9, 12))
    assert storm.add_working_days(date(2026, 9, 4), 1) == date(2026, 9, 8)
    both = WorkDays(off=[date(2026, 9, 12)], worked=[date(2026, 9, 12)])
    assert both.is_working_day(date(2026, 9, 12))


def test_there_are_no_days_beyond_the_calendar() -> None:
    with pytest.raises(OverflowError):
        KNOWN.add_working_days(date(9999, 12, 1), 60)


@given(start=DAYS, number=st.integers(-400, 400).filter(bool))
def test_adding_and_counting_agree(start: date, number: int) -> None:
    days = WorkDays()
    end = days.add_working_days(start, number)
    assert days.is_working_day(end)
    if number > 0 or days.is_working_day(start):
        assert days.working_days_between(start, end) == number


@given(start=DAYS, end=DAYS, off=st.sets(DAYS, max_size=5), worked=st.sets(DAYS, max_size=5))
def test_counting_is_looking_at_each_day(
    start: date, end: date, off: set[date], worked: set[date]
) -> None:
    days = WorkDays(off, worked)
    low, high = min(start, end), max(start, end)
    high = min(high, low + timedelta(days=700))
    each = (low + timedelta(days=n) for n in range(1, (high - low).days + 1))
    assert days.working_days_between(low, high) == sum(map(days.is_working_day, each))
