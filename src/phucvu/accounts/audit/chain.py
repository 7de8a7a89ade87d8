"""Chain of the audit: each line carries the hash of the line before.

`hash` is the SHA-256 of the line's fields (`FIELDS`) as JSON with sorted keys and without blanks,
in UTF-8; the moment in UTC, to the microsecond. Changing, removing or inserting a line breaks the
chain at that place; lines cut off at the end show against a hash noted earlier.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from phucvu.accounts.records.audit import AuditEntry

__all__ = ["FIELDS", "START", "Verdict", "digest", "shown", "verify"]

START = "0" * 64
FIELDS = (
    "moment", "actor", "address", "action", "thing", "outcome", "unit_id", "unit_code", "detail",
    "previous",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Result of verifying the chain; `broken_at` is the number of the first line that does not
    fit.
    """

    lines: int
    last_hash: str
    broken_at: int | None = None
    expected_found: bool = True

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found wrong."""
        return self.broken_at is None and self.expected_found


def shown(entry: AuditEntry) -> dict[str, Any]:
    """Return the line's fields as they are hashed and exported."""
    line = {name: getattr(entry, name) for name in FIELDS}
    line["moment"] = entry.moment.astimezone(UTC).isoformat(timespec="microseconds")
    return line


def digest(entry: AuditEntry) -> str:
    """Return the hash a line has to carry."""
    text = json.dumps(shown(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(expected: str | None = None, lines: Iterable[AuditEntry] | None = None) -> Verdict:
    """Verify the whole chain; with `expected`, look too for a line with this hash."""
    if lines is None:
        lines = AuditEntry.objects.order_by("id").iterator(chunk_size=2_000)
    previous, count, found = START, 0, expected is None
    for entry in lines:
        if entry.previous != previous or entry.hash != digest(entry):
            return Verdict(count, previous, broken_at=entry.pk, expected_found=found)
        previous, count = entry.hash, count + 1
        found = found or entry.hash == expected
    return Verdict(count, previous, expected_found=found)
