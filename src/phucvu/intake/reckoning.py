"""Derived columns of a fact, computed when it is written."""

from __future__ import annotations

from collections.abc import Sequence

from phucvu.facts.petitions import Petition
from phucvu.intake import authority, links
from phucvu.intake.record import DossierRecord
from phucvu.intake.store import Reckoned
from phucvu.register.petition_terms import DUE_COLUMNS, PetitionDates, petition_dues
from phucvu.register.terms import Dated, due_by_term

__all__ = ["ABOUT_DOSSIERS", "OF_DOSSIERS", "OF_PETITIONS"]


def _of_dossiers(records: Sequence[DossierRecord]) -> list[tuple[int | str | None, ...]]:
    dues = due_by_term(
        {
            record.code: Dated(record.procedure_code, record.unit_id, record.received_at)
            for record in records
            if record.promised_at is None and record.received_at is not None
        }
    )
    counts = links.said_of([record.code for record in records])
    return [
        (dues.get(record.code), *counted) for record, counted in zip(records, counts, strict=True)
    ]


def _of_petitions(records: Sequence[Petition]) -> list[tuple[int | bool | None, ...]]:
    dues = petition_dues(
        [
            PetitionDates(*(getattr(record, name) for name in PetitionDates._fields))
            for record in records
        ]
    )
    said = authority.speaks(records)
    return [(*due, *speaks) for due, speaks in zip(dues, said, strict=True)]


OF_DOSSIERS = Reckoned(("term_due_at", *links.COLUMNS), _of_dossiers)
OF_PETITIONS = Reckoned((*DUE_COLUMNS, "speaks"), _of_petitions)
ABOUT_DOSSIERS = Reckoned(("speaks",), authority.speaks)
