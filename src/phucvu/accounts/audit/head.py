"""The last line of the audit, noted outside the store: `PHUCVU_DATA/audit_head`.

Whoever can write to the store can drop its triggers, and reckon the whole chain anew or cut its
end off; the chain then fits in itself, but no longer to what was noted here. Each program that
writes to the store notes what it wrote last itself.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from phucvu.accounts.records.audit import AuditEntry

__all__ = ["Head", "contradicted", "keep", "kept", "set_to"]


class Head(NamedTuple):
    """A line's number and its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def file_of_head() -> Path:
    """The file, which only its owner may read or write."""
    return Path(settings.DATA) / "audit_head"


def kept() -> Head | None:
    """What was noted last; None where nothing was. Raises `ValueError` where it cannot be read."""
    try:
        text = file_of_head().read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    number, hash_ = json.loads(text)
    return Head(int(number), str(hash_))


def keep(head: Head) -> None:
    """Note a line, unless a later one is noted: two may be written at the same time."""
    with _turn():
        before = kept()
        if before is None or before.number < head.number:
            _write(head)


def set_to(head: Head | None) -> None:
    """Note this line in place of whatever is noted, where another store takes the place of one."""
    with _turn():
        if head is None:
            file_of_head().unlink(missing_ok=True)
        else:
            _write(head)


def contradicted() -> bool:
    """Whether the line noted last is not in the store, or is another there."""
    noted = kept()
    if noted is None:
        return False
    return not AuditEntry.objects.filter(pk=noted.number, hash=noted.hash).exists()


@contextmanager
def _turn() -> Iterator[None]:
    """One writer at a time, of all processes of this machine."""
    lock = file_of_head().with_name("audit_head.lock")
    handle = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(head: Head) -> None:
    part = file_of_head().with_name("audit_head.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(head, file)
    part.replace(file_of_head())
