"""The last line of the audit: noted outside the store in `PHUCVU_DATA/audit_head`, and published.

Who can write to the store and to that folder can change both: so it stands in mails about access,
in the log, and once a day in the open data, where others have it.
"""

from __future__ import annotations

from django.utils import timezone

from phucvu.accounts.noted_head import Head, NotedHead
from phucvu.accounts.records.audit import AuditEntry

__all__ = ["NOTED", "of_yesterday"]


def _holds(head: Head) -> bool:
    return AuditEntry.objects.filter(pk=head.number, hash=head.hash).exists()


NOTED = NotedHead("audit_head", _holds)


def of_yesterday() -> Head | None:
    """Return the last line before this day began, the same all day long; None where none is."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    before = AuditEntry.objects.filter(moment__lt=midnight).order_by("-moment", "-id")
    last = before.values_list("id", "hash").first()
    return Head(*last) if last else None
