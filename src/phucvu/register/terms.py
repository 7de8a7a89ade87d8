"""Deadline by a procedure's longest term, for a dossier without a promised date.

The term is counted from the reception: a dossier received after closing or on a day off counts as
received the next working morning.

- *Working hours* pass while the office works.
- *Working days*: the day of reception is not counted, and the term ends with its last day.
- *Days*: likewise, and a last day that is off moves to the next working day (Civil Code 2015,
  articles 147 and 148).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from phucvu.facts.procedures import LONGEST_TERM, TermUnit
from phucvu.register.calendars import work_times
from phucvu.register.models import Procedure
from phucvu.register.walltime import DAY_MS, from_wall, to_wall
from phucvu.workdays import WorkTime

__all__ = ["LONGEST_TERM", "Dated", "Term", "due_by_term", "term_end"]

_FEW = 500


class Term(NamedTuple):
    """Longest time a procedure may take; `unit` is a `TermUnit`."""

    number: int
    unit: str


class Dated(NamedTuple):
    """Data of a dossier on which its term depends."""

    procedure_code: str
    unit_id: int
    received_at: int


def due_by_term(dossiers: Mapping[str, Dated]) -> dict[str, int]:
    """Return the wall time at which each dossier's term runs out, by code.

    A term is the catalogue's at the reception. Dossiers whose procedure has none then, or was
    abolished (`until_at`), are left out.
    """
    if not dossiers:
        return {}
    terms = _terms({item.procedure_code for item in dossiers.values()})
    if not terms:
        return {}
    work = work_times({item.unit_id for item in dossiers.values()})
    found = {}
    for code, item in dossiers.items():
        term = _at(item.received_at, terms.get(item.procedure_code, ()))
        if term is not None:
            found[code] = term_end(item.received_at, term, work[item.unit_id])
    return found


def term_end(received_at: int, term: Term, work: WorkTime) -> int:
    """Return the wall time at which `term` runs out after a reception at a wall time."""
    received = from_wall(received_at)
    if term.unit == TermUnit.HOURS:
        return to_wall(work.add_working_hours(received, term.number))
    first = work.next_worked(received).date()
    if term.unit == TermUnit.DAYS:
        return _end_of(work.days.add_working_days(first + timedelta(days=term.number), 0))
    return _end_of(work.days.add_working_days(first, term.number))


def _end_of(day: date) -> int:
    return to_wall(datetime.combine(day, time())) + DAY_MS - 1


# From when a term holds, until when (None: no end is known), and the term.
_Held = tuple[int | None, int | None, Term | None]


def _terms(codes: set[str]) -> dict[str, list[_Held]]:
    """Return the terms of each procedure that has any, in the order in which they take effect."""
    known = Procedure.objects.newest_last()
    if len(codes) <= _FEW:  # a database takes only so many parameters
        known = known.filter(procedure_code__in=codes)
    found: dict[str, list[_Held]] = {}
    for code, begun, ended, number, unit in known.values_list(
        "procedure_code", "from_at", "until_at", "term", "term_unit"
    ):
        term = None if number is None else Term(number, unit)
        found.setdefault(code, []).append((begun, ended, term))
    return {
        code: terms for code, terms in found.items() if any(held[2] is not None for held in terms)
    }


def _at(wall: int, terms: Iterable[_Held]) -> Term | None:
    found = None
    for begun, ended, term in terms:
        if begun is None or begun <= wall:
            found = term if ended is None or wall < ended else None
    return found
