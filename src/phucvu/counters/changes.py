"""Taking turns at writing, and telling open pages what was written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from phucvu.counters.models import Change

__all__ = ["announce", "newest", "newest_stated", "take_turn"]

_KEPT = timedelta(hours=1)
_SWEEP_EVERY = 200
# Any number will do as long as every writer uses the same: "phuc vu" on a telephone's keys.
_TURN = 7482_88


def take_turn() -> None:
    """Wait until no other transaction is changing facts, and hold the turn until this one ends.

    Two batches that carried the same dossier at once would otherwise both take away its old
    counts. SQLite takes its one write lock when the transaction begins.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def announce(unit_ids: Iterable[int], *, stated: bool = False) -> None:
    """Record, inside the caller's transaction, that figures of these units changed.

    `stated`: that what was stated of them did.
    """
    ids = sorted(set(unit_ids))
    if not ids:
        return
    take_turn()  # so that a later row is never seen before an earlier one
    change = Change.objects.create(unit_ids=ids, stated=stated)
    if change.pk % _SWEEP_EVERY == 0:
        Change.objects.filter(moment__lt=timezone.now() - _KEPT).delete()


def newest() -> int:
    """The id of the last change of anything; 0 where there was none within the hour."""
    return Change.objects.order_by().aggregate(newest=Max("pk"))["newest"] or 0


def newest_stated() -> int:
    """The id of the last change of what is stated; 0 where there was none within the hour."""
    found = Change.objects.filter(stated=True).order_by().aggregate(newest=Max("pk"))["newest"]
    return found or 0
