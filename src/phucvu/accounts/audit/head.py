"""Head of the audit: its last line, noted outside the store in `PHUCVU_DATA/audit_head`.

Somebody who can write to the store can drop its triggers, and compute the whole chain anew or cut
off its end; the chain then fits in itself, but no longer to the noted head. Each program that
writes to the store notes the last line it wrote.
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
    """Number and hash of a line."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def file_of_head() -> Path:
    """Return the file of the head, which only its owner may read or write."""
    return Path(settings.DATA) / "audit_head"


def kept() -> Head | None:
    """Return the head noted last, or None. Raises `ValueError` where it cannot be read."""
    try:
        text = file_of_head().read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    number, hash_ = json.loads(text)
    return Head(int(number), str(hash_))


def keep(head: Head) -> None:
    """Note a line as the head, unless a later one is noted: two may be written at the same time."""
    with _turn():
        before = kept()
        if before is None or before.number < head.number:
            _write(head)


def set_to(head: Head | None) -> None:
    """Note this line in place of any noted head, where another store takes the place of one."""
    with _turn():
        if head is None:
            file_of_head().unlink(missing_ok=True)
        else:
            _write(head)


def contradicted() -> bool:
    """Tell whether the noted head is missing from the store, or has another hash there."""
    noted = kept()
    if noted is None:
        return False
    return not AuditEntry.objects.filter(pk=noted.number, hash=noted.hash).exists()


@contextmanager
def _turn() -> Iterator[None]:
    """Lock the file of the head against all other processes of this machine."""
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
