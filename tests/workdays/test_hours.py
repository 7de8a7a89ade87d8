"""Working time: office hours, and deadlines in them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu.workdays import OFFICE_HOURS, OfficeHours, WorkDays, WorkTime

WORK = WorkTime(WorkDays())
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "taken_up"),
    [
        ("2026-01-05 08:15", "2026-01-05 08:15"),
        ("2026-01-05 00:00", "2026-01-05 07:00"),
        ("2026-01-05 12:00", "2026-01-05 13:30"),
        ("2026-01-05 17:00", "2026-01-06 07:00"),
        ("2026-01-09 18:30", "2026-01-10 07:00"),  # a Saturday that is worked
        ("2026-01-01 09:00", "2026-01-05 07:00"),
    ],
)
def test_when_work_begins(moment: str, taken_up: str) -> None:
    assert WORK.next_worked(at(moment)) == at(taken_up)


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        ("2026-01-05 08:00", 2, "2026-01-05 10:00"),
        ("2026-01-05 11:00", 1, "2026-01-05 14:00"),  # half before noon, half after
        ("2026-01-05 07:00", 8, "2026-01-05 17:00"),
        ("2026-01-05 16:30", 8, "2026-01-06 16:30"),
        ("2026-01-05 17:30", 8, "2026-01-06 17:00"),
        ("2025-12-31 16:00", 2, "2026-01-05 08:00"),
        ("2026-01-05 12:00", 0, "2026-01-05 13:30"),
    ],
)
def test_adding_hours(moment: str, hours: int, due: str) -> None:
    assert WORK.add_working_hours(at(moment), hours) == at(due)


def test_a_day_has_eight_hours() -> None:
    assert OFFICE_HOURS.length == timedelta(hours=8)


@given(moment=MOMENTS, hours=st.integers(1, 400))
def test_adding_and_measuring_agree(moment: datetime, hours: int) -> None:
    due = WORK.add_working_hours(moment, hours)
    assert WORK.working_time_between(moment, due) == timedelta(hours=hours)


@given(first=MOMENTS, second=MOMENTS, third=MOMENTS)
def test_working_time_adds_up(first: datetime, second: datetime, third: datetime) -> None:
    between = WORK.working_time_between
    assert between(first, second) + between(second, third) == between(first, third)


@pytest.mark.parametrize(
    "text", ["", "7-11", "7:00-25:00", "17:00-7:00", "7:00-12:00,11:00-17:00", "7:00-24:30"]
)
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|ends|after"):
        OfficeHours.parse(text)


def test_other_hours() -> None:
    hours = OfficeHours.parse("8:00-12:00, 13:00-17:00")
    work = WorkTime(WorkDays(), hours)
    assert work.add_working_hours(at("2026-01-05 11:00"), 2) == at("2026-01-05 14:00")
