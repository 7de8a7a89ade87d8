"""What a dossier's row holds beside what was sent: reckoned when it is written."""

from __future__ import annotations

from collections.abc import Sequence

from phucvu.intake.record import DossierRecord
from phucvu.intake.store import Reckoned
from phucvu.register.terms import Dated, due_by_term

__all__ = ["OF_DOSSIERS"]


def _of_dossiers(records: Sequence[DossierRecord]) -> list[tuple[int | None]]:
    dues = due_by_term(
        {
            record.code: Dated(record.procedure_code, record.unit_id, record.received_at)
            for record in records
            if record.promised_at is None and record.received_at is not None
        }
    )
    return [(dues.get(record.code),) for record in records]


OF_DOSSIERS = Reckoned(("term_due_at",), _of_dossiers)
