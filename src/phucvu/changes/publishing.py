"""Write lock, which lets one transaction at a time write facts, and publishing of changed units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from phucvu.changes.models import Change

__all__ = ["publish", "take_write_lock"]

_KEPT = timedelta(hours=1)
_SWEEP_EVERY = 200
# Any number will do as long as every writer uses the same: "phuc vu" on a telephone's keys.
_LOCK = 7482_88


def take_write_lock() -> None:
    """Wait until no other transaction is changing facts, and exclude others until this one ends.

    Two batches that carried the same dossier at once would otherwise both take away its old counts.
    SQLite takes its one write lock when the transaction begins.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def publish(unit_ids: Iterable[int], *, stated: bool = False) -> None:
    """Record, inside the caller's transaction, that figures of these units changed.

    `stated` tells that their reported values did.
    """
    ids = sorted(set(unit_ids))
    if not ids:
        return
    take_write_lock()  # so that a later row is never seen before an earlier one
    change = Change.objects.create(unit_ids=ids, stated=stated)
    if change.pk % _SWEEP_EVERY == 0:
        Change.objects.filter(moment__lt=timezone.now() - _KEPT).delete()
