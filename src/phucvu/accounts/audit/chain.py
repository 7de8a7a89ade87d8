"""The chain: each line carries the hash of the one before, and its own under the integrity key.

`hash` is the SHA-256 of the line's fields (`FIELDS`) as JSON with sorted keys and without
blanks, in UTF-8; the moment in UTC, to the microsecond. Anybody can reckon it from an export.
`keyed_hash` is that hash under the integrity key (`accounts.integrity_key`), which lies outside
the store: who changes, removes or slips in a line can make the hashes fit again, but not these.

Lines from before there was a key have none. What makes the chain a keyed one is either its first
line or, in a store from before, the line `KEYED`, which seals all before it. After that line none
may be without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from phucvu.accounts.integrity_key import Fit, fit, keyed_hash
from phucvu.accounts.records.audit import AuditEntry

__all__ = [
    "FIELDS",
    "KEYED",
    "KEY_LOST",
    "PURPOSE",
    "START",
    "Verdict",
    "digest",
    "keyed",
    "shown",
    "verify",
]

START = "0" * 64
PURPOSE = "audit"
KEYED = "audit.keyed"
"""The action of the line that makes an older chain a keyed one (migration 0008)."""
KEY_LOST = "integrity.key_lost"
"""The action of the line that stands for those whose key is lost: `lost` names their marks."""
FIELDS = (
    "moment", "actor", "address", "action", "thing", "outcome", "unit_id", "unit_code", "detail",
    "previous",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Result of verifying the chain.

    `broken_at` is the number of the first line that does not fit; `keyed_from` that of the first
    that is keyed, None where none is; `unknown_keys` are the marks of keys that are not at hand.
    """

    lines: int
    last_hash: str
    broken_at: int | None = None
    expected_found: bool = True
    keyed_from: int | None = None
    unknown_keys: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found wrong."""
        return not self.faults()

    def faults(self) -> list[str]:
        """Return what is wrong, in words; nothing where the chain is whole."""
        if self.broken_at is not None:
            return [f"The chain is broken at entry {self.broken_at}."]
        wrong = []
        if self.lines and self.keyed_from is None:
            wrong.append(
                "No entry is keyed: the chain was reckoned anew by a program without the integrity"
                " key."
            )
        if self.unknown_keys:
            wrong.append(
                f"Entries are keyed with {', '.join(self.unknown_keys)}, which is not in the file"
                " of integrity keys: put the key of that time back. If it is lost for good, see"
                " `phucvu integrity new-key`."
            )
        if not self.expected_found:
            wrong.append("The expected hash is not in the chain: lines were cut off.")
        return wrong


def shown(entry: AuditEntry) -> dict[str, Any]:
    """Return the line's fields as they are hashed and exported."""
    line = {name: getattr(entry, name) for name in FIELDS}
    line["moment"] = entry.moment.astimezone(UTC).isoformat(timespec="microseconds")
    return line


def digest(entry: AuditEntry) -> str:
    """Return the hash a line has to carry."""
    text = json.dumps(shown(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def keyed(hash_: str) -> str:
    """Return the keyed hash of a line with this hash. Raises `IntegrityKeyError`."""
    return keyed_hash(PURPOSE, hash_.encode("ascii"))


def verify(expected: str | None = None, lines: Iterable[AuditEntry] | None = None) -> Verdict:
    """Verify the whole chain; with `expected`, look too for a line with this hash.

    Raises `IntegrityKeyError` where lines are keyed and there is no key.
    """
    if lines is None:
        lines = AuditEntry.objects.order_by("id").iterator(chunk_size=2_000)
    walk = _Walk(expected_found=expected is None)
    for entry in lines:
        if not walk.take(entry):
            return walk.verdict(broken_at=entry.pk)
        walk.expected_found = walk.expected_found or expected in (entry.hash, entry.keyed_hash)
    return walk.verdict()


@dataclass
class _Walk:
    """The chain up to a line."""

    expected_found: bool
    previous: str = START
    count: int = 0
    keyed_from: int | None = None
    unknown: set[str] = field(default_factory=set)

    def take(self, entry: AuditEntry) -> bool:
        """Take the next line; whether it fits."""
        if entry.previous != self.previous or entry.hash != digest(entry):
            return False
        if not self._keyed_well(entry):
            return False
        self.previous, self.count = entry.hash, self.count + 1
        return True

    def _keyed_well(self, entry: AuditEntry) -> bool:
        if entry.keyed_hash is None:
            return self.keyed_from is None
        if self.keyed_from is None:
            # Not any line: whoever strips the keys off could wait for the program's next one.
            if entry.previous != START and entry.action != KEYED:
                return False
            self.keyed_from = entry.pk
        found = fit(PURPOSE, entry.hash.encode(), entry.keyed_hash)
        if found is Fit.UNKNOWN_KEY:
            self.unknown.add(entry.keyed_hash.partition(":")[0])
        elif found is Fit.FITS and entry.action == KEY_LOST:
            # What it seals are the lines before it, as they stood then.
            self.unknown -= set(entry.detail.get("lost", ()))
        return found is not Fit.DIFFERS

    def verdict(self, broken_at: int | None = None) -> Verdict:
        return Verdict(
            self.count, self.previous, broken_at, self.expected_found, self.keyed_from,
            tuple(sorted(self.unknown)),
        )  # fmt: skip
