"""When a procedure's longest term runs out."""

from __future__ import annotations

from datetime import datetime

import pytest

from phucvu.register.terms import Term, term_end
from phucvu.register.walltime import from_wall, to_wall
from phucvu.workdays import WorkDays, WorkTime

WORK = WorkTime(WorkDays())


@pytest.mark.parametrize(
    ("received", "number", "unit", "ends"),
    [
        # Monday; Friday is worked, the Saturday after it too.
        ("2026-01-05T08:30", 5, "working_days", "2026-01-10T23:59"),
        ("2026-01-05T16:59", 1, "working_days", "2026-01-06T23:59"),
        ("2026-01-05T17:00", 1, "working_days", "2026-01-07T23:59"),  # after closing
        ("2026-01-03T10:00", 1, "working_days", "2026-01-06T23:59"),  # on a day off
        ("2026-01-05T08:30", 0, "working_days", "2026-01-05T23:59"),  # at once
        ("2025-12-29T08:30", 3, "days", "2026-01-05T23:59"),  # its last day is a holiday
        ("2026-01-05T08:30", 3, "days", "2026-01-08T23:59"),
        ("2026-01-05T16:00", 4, "hours", "2026-01-06T10:00"),
        ("2026-01-05T18:00", 8, "hours", "2026-01-06T17:00"),
    ],
)
def test_a_term_runs_out(received: str, number: int, unit: str, ends: str) -> None:
    end = from_wall(term_end(to_wall(datetime.fromisoformat(received)), Term(number, unit), WORK))
    assert end.replace(second=0, microsecond=0) == datetime.fromisoformat(ends)
