"""Comparison of the journal with the audit, which has a line for each withdrawal and release.

A batch's hashes fit also where its whole earlier state was put back from a copy; the audit's chain
does not let its line go.
"""

from __future__ import annotations

from collections import Counter

from phucvu.accounts.models import AuditEntry
from phucvu.intake.kinds import kind_of
from phucvu.intake.models import Batch, CodeRelease

__all__ = ["contradictions"]

_Release = tuple[str, str, int]


def contradictions() -> list[str]:
    """Return what the journal says otherwise than the audit, in words."""
    return [*_undone_withdrawals(), *_releases()]


def _undone_withdrawals() -> list[str]:
    lines = AuditEntry.objects.filter(action="batch.withdrawn", outcome=AuditEntry.Outcome.DONE)
    audited = {detail.get("batch") for detail in lines.values_list("detail", flat=True)}
    counting = set(Batch.objects.filter(withdrawn_at=None).values_list("pk", flat=True))
    return [
        f"Batch {number} was withdrawn, as the audit says, and is not any more."
        for number in sorted(counting & audited)
    ]


def _releases() -> list[str]:
    stored: Counter[_Release] = Counter(
        (kind_of(kind).plural, code, last)
        for kind, code, last in CodeRelease.objects.values_list("kind", "code", "last_batch")
    )
    lines = AuditEntry.objects.filter(action="code.released", outcome=AuditEntry.Outcome.DONE)
    audited: Counter[_Release] = Counter(
        (detail.get("kind", ""), detail.get("code", ""), detail.get("last_batch", 0))
        for detail in lines.values_list("detail", flat=True)
    )
    return [
        *(
            f"The release of {code} ({kind}) is not in the audit."
            for kind, code, _last in sorted((stored - audited).elements())
        ),
        *(
            f"The release of {code} ({kind}) is in the audit and not in the journal."
            for kind, code, _last in sorted((audited - stored).elements())
        ),
    ]
