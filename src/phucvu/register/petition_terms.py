"""When each step of a petition is due, by `petition_terms.yaml` and the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from phucvu.register.calendars import work_times
from phucvu.register.walltime import DAY_MS, from_wall, to_wall
from phucvu.workdays import WorkTime

__all__ = ["DUE_COLUMNS", "PetitionDates", "petition_dues"]


class PetitionDates(NamedTuple):
    """What the terms of a petition depend on; moments are wall times."""

    unit_id: int
    received_at: int | None
    transferred_at: int | None
    waiting_at: int | None


class _Term(NamedTuple):
    column: str
    working_days: int
    since: tuple[str, ...]


@cache
def _terms() -> tuple[_Term, ...]:
    text = Path(__file__).with_name("petition_terms.yaml").read_text(encoding="utf-8")
    terms = yaml.safe_load(text)["terms"]
    return tuple(
        _Term(column, term["working_days"], tuple(term["from"])) for column, term in terms.items()
    )


DUE_COLUMNS = tuple(term.column for term in _terms())
"""The columns that hold the deadlines, in the order in which `petition_dues` gives them."""


def petition_dues(petitions: Sequence[PetitionDates]) -> list[tuple[int | None, ...]]:
    """The deadlines of each petition, the last millisecond of their days; None without a start."""
    work = work_times({petition.unit_id for petition in petitions})
    return [
        tuple(_due(petition, term, work[petition.unit_id]) for term in _terms())
        for petition in petitions
    ]


def _due(petition: PetitionDates, term: _Term, work: WorkTime) -> int | None:
    moments = (getattr(petition, name) for name in term.since)
    start = next((moment for moment in moments if moment is not None), None)
    if start is None:
        return None
    first = work.next_worked(from_wall(start)).date()
    end = work.days.add_working_days(first, term.working_days)
    return to_wall(datetime.combine(end, time())) + DAY_MS - 1
