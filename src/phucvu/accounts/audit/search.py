"""Search for lines of the audit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from phucvu.accounts.records.audit import AuditEntry

__all__ = ["Wanted", "search"]


@dataclass(frozen=True)
class Wanted:
    """Terms of a search; an empty one does not narrow it. Both days are included."""

    text: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None


def search(wanted: Wanted, units: Collection[int] | None = None) -> QuerySet[AuditEntry]:
    """Return the lines that fit, the newest first; `units` selects lines about these (None:
    all).
    """
    found = AuditEntry.objects.all()
    if units is not None:
        found = found.filter(unit_id__in=units)
    for word in wanted.text.split():
        found = found.filter(
            Q(actor__icontains=word)
            | Q(action__icontains=word)
            | Q(thing__icontains=word)
            | Q(unit_code__iexact=word)
            | Q(address=word)
        )
    if wanted.outcome:
        found = found.filter(outcome=wanted.outcome)
    if wanted.first:
        found = found.filter(moment__gte=_start_of(wanted.first))
    if wanted.last:
        found = found.filter(moment__lt=_start_of(wanted.last + timedelta(days=1)))
    return found


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
