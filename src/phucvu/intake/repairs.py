"""Refused records: open until a later batch, or a later record of this batch, brings the fact."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.db.models import Q, QuerySet

from phucvu.intake.models import Batch, FactVersion, RefusedRecord
from phucvu.intake.store import each

__all__ = ["close", "open_ones", "reopen"]

_REFUSED = RefusedRecord._meta.db_table
_BATCHES = Batch._meta.db_table


def open_ones() -> QuerySet[RefusedRecord]:
    """Return the refused records that are not repaired; those of withdrawn batches need no
    repair.
    """
    return RefusedRecord.objects.filter(repaired_at=None, batch__withdrawn_at=None)


def close(batch: Batch, positions: Mapping[str, int]) -> None:
    """Note what a batch repairs; `positions`: where in it the last good record of a code is."""
    if not positions:
        return
    wanted, texts = each(list(positions))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, r.batch_id, r.position, r.code FROM {_REFUSED} r"  # noqa: S608
            f" JOIN {_BATCHES} b ON b.id = r.batch_id"
            f" WHERE r.repaired_at IS NULL AND r.code IN ({wanted}) AND b.kind = %s",
            [texts, batch.kind],
        )
        repaired = [
            number
            for number, batch_id, position, code in cursor
            if batch_id != batch.pk or position < positions[code]
        ]
    if repaired:
        RefusedRecord.objects.filter(pk__in=repaired).update(
            repaired_at=batch.received_at, repaired_by=batch
        )


def reopen(batch: Batch) -> None:
    """Undo what a withdrawn batch repaired, except where another batch repairs it too."""
    for record in RefusedRecord.objects.filter(repaired_by=batch):
        later = Q(batch__gt=record.batch_id) | Q(
            batch=record.batch_id, position__gt=record.position
        )
        other = (
            FactVersion.objects.filter(
                later, code=record.code, batch__kind=batch.kind, batch__withdrawn_at=None
            )
            .select_related("batch")
            .order_by("batch_id", "position")
            .first()
        )
        record.repaired_by = other.batch if other else None
        record.repaired_at = other.batch.received_at if other else None
        record.save(update_fields=["repaired_by", "repaired_at"])
