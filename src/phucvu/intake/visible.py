"""Batches and refused records that an account may see, and batches it may withdraw."""

from __future__ import annotations

from django.db.models import QuerySet

from phucvu.accounts.asking import Asker, ids_within, may
from phucvu.accounts.policy import Resource
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.repairs import open_ones

__all__ = ["batches_for", "may_withdraw", "open_refusals_for"]


def batches_for(asker: Asker, thing: Resource = Resource.BATCHES) -> QuerySet[Batch]:
    """Return batches brought for a unit within the account's scope.

    A batch brought by a command is for no unit: only an account with permission everywhere sees it.
    """
    rows = Batch.objects.select_related("key", "unit")
    ids = ids_within(asker, thing)
    return rows if ids is None else rows.filter(unit_id__in=ids)


def open_refusals_for(asker: Asker) -> QuerySet[RefusedRecord]:
    """Return the refused records of those batches that are not repaired yet."""
    ids = ids_within(asker, Resource.REFUSALS)
    return open_ones() if ids is None else open_ones().filter(batch__unit_id__in=ids)


def may_withdraw(asker: Asker, batch: Batch) -> bool:
    """Tell whether the account may withdraw the batch."""
    if batch.unit is None:
        return ids_within(asker, Resource.WITHDRAW) is None
    return may(asker, Resource.WITHDRAW, batch.unit)
