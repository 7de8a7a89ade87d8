"""Withdrawing a batch: its effect is undone exactly, and who did it and why is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts import audit
from phucvu.accounts.policy import Resource
from phucvu.changes.publishing import take_write_lock
from phucvu.intake import journal, repairs
from phucvu.intake.integrity.hashing import changing
from phucvu.intake.journal import JournalError, Place
from phucvu.intake.kinds import FactKind, kind_of
from phucvu.intake.models import Batch
from phucvu.intake.record import FactRecord, digest
from phucvu.intake.writing import write

__all__ = ["Withdrawal", "foresee", "withdraw"]


@dataclass(frozen=True)
class Withdrawal:
    """Result of a withdrawal: facts that went back to another version, and those removed."""

    kind: FactKind
    restored: int
    removed: int


def withdraw(batch_id: int, by: str, reason: str) -> Withdrawal:
    """Undo a batch, in one transaction: the register is as if it had never been sent.

    Each fact it brought goes back to the version that stands among the remaining batches, or
    out of the register where none brought it. The same content sent again is taken as new.

    `by` is whoever withdraws it. Raises `JournalError` without a reason, or for a batch that
    does not exist, is withdrawn already, or was written without its content.
    """
    if not reason.strip():
        raise JournalError(_("A withdrawal needs a reason."))
    with transaction.atomic():
        take_write_lock()
        batch = _counting(batch_id)
        kind, moved, gone = _effect(batch)
        batch.withdrawn_at = timezone.now()
        batch.withdrawn_by = by[:150]
        batch.withdrawal_reason = reason.strip()[:500]
        with changing([batch.pk]):
            batch.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
        restored = _records(moved)
        written = [(record, digest(record)) for record in restored.values()]
        write(kind, written, gone, batch.withdrawn_at)
        repairs.reopen(batch)
        audit.note(
            by, "batch.withdrawn", Resource.WITHDRAW, unit=batch.unit,
            batch=batch.pk, reason=batch.withdrawal_reason,
        )  # fmt: skip
    return Withdrawal(kind, len(restored), len(gone))


def foresee(batch_id: int) -> Withdrawal:
    """Return what `withdraw` would do now; nothing is done. Raises `JournalError` as it would."""
    kind, moved, gone = _effect(_counting(batch_id))
    return Withdrawal(kind, len(moved), len(gone))


def _counting(batch_id: int) -> Batch:
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise JournalError(_("There is no batch %(number)d.") % {"number": batch_id})
    if batch.withdrawn_at is not None:
        raise JournalError(_("Batch %(number)d is withdrawn already.") % {"number": batch_id})
    return batch


def _effect(batch: Batch) -> tuple[FactKind, dict[str, Place], list[str]]:
    """Return the kind of fact, where its facts would stand then, and those that would be gone."""
    kind = kind_of(batch.kind)
    codes = {record.code for record in journal.read(batch.pk).values()}
    before = journal.standing(kind, codes)
    after = journal.standing(kind, codes, without=batch.pk)
    # A fact that stands by a later batch is not touched.
    moved = {code: place for code, place in after.items() if place != before[code]}
    return kind, moved, sorted(before.keys() - after.keys())


def _records(places: Mapping[str, Place]) -> dict[str, FactRecord]:
    """Return the versions at these places, by code; one batch at a time is unpacked."""
    by_batch: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for code, place in places.items():
        by_batch[place.batch].append((code, place.position))
    records: dict[str, FactRecord] = {}
    for batch_id, wanted in by_batch.items():
        brought = journal.read(batch_id)
        records.update((code, brought[position]) for code, position in wanted)
    return records
