"""Writer of lines of the audit, inside the caller's transaction where there is one."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from phucvu.accounts.audit.chain import START, digest, keyed
from phucvu.accounts.audit.head import NOTED
from phucvu.accounts.noted_head import Head
from phucvu.accounts.policy import Resource
from phucvu.accounts.records.audit import AuditEntry
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode

__all__ = ["note"]

log = structlog.get_logger("phucvu.audit")

# Any number that no other lock has; the audit's turn is taken after the facts' turn, never before.
_TURN = 7482_89


def note(
    actor: str,
    action: str,
    thing: Resource,
    *,
    unit: Unit | UnitNode | None = None,
    outcome: AuditEntry.Outcome = AuditEntry.Outcome.DONE,
    address: str = "",
    **detail: Any,
) -> AuditEntry:
    """Add a line: `actor` did, saw or was refused something.

    `detail` has to be JSON. A line written in a transaction that fails is rolled back with it.
    Raises `IntegrityKeyError` where the store was keyed with a key that is not there.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
        last = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first()
        entry = AuditEntry(
            moment=timezone.now(),
            actor=actor[:150],
            address=address[:45],
            action=action,
            thing=thing.value,
            outcome=outcome,
            unit_id=unit.id if unit is not None else None,
            unit_code=unit.code if unit is not None else "",
            detail=detail,
            previous=last or START,
        )
        entry.hash = digest(entry)
        entry.keyed_hash = keyed(entry.hash)
        entry.save(force_insert=True)
        transaction.on_commit(lambda: _tell(entry), robust=True)
    return entry


def _tell(entry: AuditEntry) -> None:
    """Note outside the store, in its folder and in the log, which line is the last one now."""
    NOTED.note(Head(entry.pk, entry.hash), entry.previous)
    log.info("audit_head", number=entry.pk, hash=entry.hash)
