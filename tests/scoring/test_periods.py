"""Periods: written forms, months, neighbours, labels, and errors that say what to do."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu.scoring import Kind, Period, PeriodError

WRITTEN = [
    ("2026-08", Kind.MONTH, 202608, 202608, "Tháng 8/2026", "August 2026"),
    ("2026-Q3", Kind.QUARTER, 202607, 202609, "Quý III/2026", "Quarter III, 2026"),
    ("2026-H1", Kind.HALF, 202601, 202606, "6 tháng đầu năm 2026", "First half of 2026"),
    ("2026-H2", Kind.HALF, 202607, 202612, "6 tháng cuối năm 2026", "Second half of 2026"),
    ("2026-9M", Kind.NINE_MONTHS, 202601, 202609, "9 tháng năm 2026", "First nine months of 2026"),
    ("2026", Kind.YEAR, 202601, 202612, "Năm 2026", "Year 2026"),
    (
        "2010-10..2012-01",
        Kind.SPAN,
        201010,
        201201,
        "Từ tháng 10/2010 đến tháng 1/2012",
        "October 2010 to January 2012",
    ),
]


@pytest.mark.parametrize(("text", "kind", "first", "last", "vi", "en"), WRITTEN)
def test_written_forms(text: str, kind: Kind, first: int, last: int, vi: str, en: str) -> None:
    period = Period.parse(text)
    assert (period.kind, period.first, period.last) == (kind, first, last)
    assert str(period) == text
    assert period.label("vi") == vi
    assert period.label("en") == en


@pytest.mark.parametrize(
    ("text", "previous", "year_before"),
    [
        ("2026-01", "2025-12", "2025-01"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-H1", "2025-H2", "2025-H1"),
        ("2026-9M", "2025-9M", "2025-9M"),
        ("2026", "2025", "2025"),
        ("2010-10..2012-01", "2009-06..2010-09", "2009-10..2011-01"),
    ],
)
def test_neighbours(text: str, previous: str, year_before: str) -> None:
    assert str(Period.parse(text).previous()) == previous
    assert str(Period.parse(text).year_before()) == year_before


def test_days_and_months() -> None:
    period = Period.parse("2024-Q1")
    assert (period.first_day, period.last_day) == (date(2024, 1, 1), date(2024, 3, 31))
    assert period.months() == [202401, 202402, 202403]
    assert Period.parse("2024-02").last_day == date(2024, 2, 29)
    assert period.covers(202402)
    assert not period.covers(202404)
    assert period.share_of_year == Fraction(1, 4)


def test_containing() -> None:
    day = date(2026, 8, 20)
    written = {kind: str(Period.containing(day, kind)) for kind in Kind}
    assert written == {
        Kind.MONTH: "2026-08",
        Kind.QUARTER: "2026-Q3",
        Kind.HALF: "2026-H2",
        Kind.NINE_MONTHS: "2026-9M",
        Kind.YEAR: "2026",
        Kind.SPAN: "2026-08..2026-08",
    }
    with pytest.raises(PeriodError, match="after the first nine months"):
        Period.containing(date(2026, 10, 1), Kind.NINE_MONTHS)


@pytest.mark.parametrize(
    "text", ["", "26-08", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-8", "2026-9m", "x"]
)
def test_errors_say_how_to_write(text: str) -> None:
    with pytest.raises(PeriodError, match=r"2026-08|number from 1 to"):
        Period.parse(text)


def test_a_period_is_a_calendar_block() -> None:
    with pytest.raises(PeriodError, match="not one quarter"):
        Period(Kind.QUARTER, 202602, 202604)
    with pytest.raises(PeriodError, match="cannot end"):
        Period.span(202602, 202601)


@given(st.integers(1950, 2200), st.sampled_from([k for k in Kind if k is not Kind.SPAN]))
def test_parse_is_the_inverse_of_str(year: int, kind: Kind) -> None:
    period = Period.block(kind, year * 100 + 1)
    assert Period.parse(str(period)) == period
    assert period.previous().last < period.first
    assert len(period.months()) == len(period)
