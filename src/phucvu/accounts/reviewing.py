"""Review of each quarter: which access is still needed."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from phucvu.accounts import audit
from phucvu.accounts.asking import ids_within, may
from phucvu.accounts.grants import in_force
from phucvu.accounts.models import Grant
from phucvu.accounts.policy import Resource

__all__ = ["confirm", "quarter", "to_review"]


def quarter(day: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter of a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    later = first.replace(day=28) + timedelta(days=70)
    return first, later.replace(day=1) - timedelta(days=1)


def to_review(asker: User, day: date | None = None) -> QuerySet[Grant]:
    """Return grants within the account's scope that nobody has confirmed for this quarter.

    A grant given in the quarter needs no confirming; one's own is confirmed by another.
    """
    day = day or timezone.localdate()
    first, last = quarter(day)
    rows = in_force(day).filter(Q(confirmed_for=None) | Q(confirmed_for__lt=last))
    rows = rows.filter(granted_at__date__lt=first).exclude(account=asker)
    ids = ids_within(asker, Resource.REVIEW)
    rows = rows if ids is None else rows.filter(unit_id__in=ids)
    return rows.order_by("unit__code", "account__username", "id")


def confirm(by: User, given: Grant, address: str = "") -> bool:
    """Confirm that a grant is still needed this quarter; False where `by` may not."""
    if given.account_id == by.pk or not may(by, Resource.REVIEW, given.unit_id):
        return False
    with transaction.atomic():
        given.confirmed_for = quarter(timezone.localdate())[1]
        given.save(update_fields=["confirmed_for"])
        audit.note(
            by.get_username(), "grant.confirmed", Resource.REVIEW, unit=given.unit, address=address,
            account=given.account.get_username(), role=given.role,
            quarter=str(given.confirmed_for),
        )  # fmt: skip
    return True
