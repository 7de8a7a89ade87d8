"""Deadlines of a petition's steps: by the law of its day and the calendar.

The law is the edition in force on the day the petition was received. A deadline is kept with the
petition, so that no other edition and no later one moves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings

from phucvu import scorecards
from phucvu.facts import VOCABULARIES
from phucvu.measures import Type
from phucvu.register.calendars import work_times
from phucvu.register.walltime import DAY_MS, from_wall, to_wall
from phucvu.scoring import Scorecard, TermSpec
from phucvu.workdays import WorkTime

__all__ = ["DUE_COLUMNS", "PetitionDates", "law_digest", "petition_dues"]

_PETITION = VOCABULARIES["petition"]

DUE_COLUMNS = tuple(
    column.name
    for column in _PETITION.values()
    if column.type is Type.WALL_TIME and not column.message_field
)
"""The columns that hold the deadlines, in the order in which `petition_dues` gives them."""


class PetitionDates(NamedTuple):
    """The unit of a petition and its wall times, from which terms may run."""

    unit_id: int
    received_at: int | None
    accepted_at: int | None = None
    refused_at: int | None = None
    supplement_asked_at: int | None = None
    supplement_answered_at: int | None = None
    transferred_at: int | None = None
    processed_at: int | None = None
    waiting_at: int | None = None
    published_at: int | None = None


def petition_dues(petitions: Sequence[PetitionDates]) -> list[tuple[int | None, ...]]:
    """Return each petition's deadlines, the last millisecond of their days; None without a start.

    A step of which the law of its day says nothing has no deadline.
    """
    work = work_times({petition.unit_id for petition in petitions})
    laws = _laws()
    dues = []
    for petition in petitions:
        terms = _in_force(laws, petition.received_at)
        moments = petition._asdict()
        dues.append(
            tuple(
                _due(moments, terms[column], work[petition.unit_id]) if column in terms else None
                for column in DUE_COLUMNS
            )
        )
    return dues


def law_digest() -> str:
    """Return a SHA-256 (hex) that is equal for laws that give every petition the same deadlines."""
    said = [
        (
            str(card.in_force_from),
            str(card.in_force_to),
            sorted(
                (column, term.working_days, term.since) for column, term in _terms_of(card).items()
            ),
        )
        for card in _laws()
    ]
    return sha256(repr(said).encode()).hexdigest()


def _laws() -> list[Scorecard]:
    """Return the editions that say anything of petitions' terms, in the order they begin."""
    folders = [folder for folder in settings.PHUCVU_SCORECARDS if folder.is_dir()]
    cards = (scorecards.load(id_, folders).scorecard for id_ in scorecards.available(folders))
    said = [card for card in cards if _terms_of(card)]
    return sorted(said, key=lambda card: (card.in_force_from, card.id))


def _terms_of(card: Scorecard) -> Mapping[str, TermSpec]:
    fact = card.facts.get(_PETITION.fact)
    return {} if fact is None else fact.terms


def _in_force(laws: Sequence[Scorecard], received_at: int | None) -> Mapping[str, TermSpec]:
    """Return the terms of a day: of the last edition to begin that is in force on it.

    Where none is, of the first to begin after it, else of the last there was.
    """
    day = date.max if received_at is None else from_wall(received_at).date()
    in_force = [law for law in laws if law.is_in_force(day)]
    after = [law for law in laws if law.in_force_from > day]
    law = in_force[-1] if in_force else after[0] if after else laws[-1] if laws else None
    return {} if law is None else _terms_of(law)


def _due(moments: Mapping[str, int | None], term: TermSpec, work: WorkTime) -> int | None:
    start = next((moment for name in term.since if (moment := moments[name]) is not None), None)
    if start is None:
        return None
    first = work.next_worked(from_wall(start)).date()
    end = work.days.add_working_days(first, term.working_days)
    return to_wall(datetime.combine(end, time())) + DAY_MS - 1
