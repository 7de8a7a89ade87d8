"""The last link of a chain, noted outside the store: a file in `PHUCVU_DATA`.

Whoever can write to the store can cut a chain's end off; what is left then fits in itself, but no
longer to what was noted here. Each program that adds to the chain notes what it added last, and
never over a note that the chain contradicts: what was cut off stays known.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import structlog
from django.conf import settings

__all__ = ["Head", "HeadError", "NotedHead", "folder_of_heads"]

log = structlog.get_logger("phucvu.integrity")


class HeadError(ValueError):
    """Error: a note cannot be read; the message names the file."""


class Head(NamedTuple):
    """Number and hash of a link."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def folder_of_heads() -> Path:
    """Return the folder of the notes."""
    return Path(settings.DATA)


class NotedHead:
    """Note of one chain's last link; `holds` tells whether the store has a link."""

    def __init__(self, name: str, holds: Callable[[Head], bool]) -> None:
        self.name = name
        self._holds = holds

    @property
    def file(self) -> Path:
        """Return the file, which only its owner may read or write."""
        return folder_of_heads() / self.name

    def read(self) -> Head | None:
        """Return what was noted last; None where nothing was. Raises `HeadError`."""
        try:
            text = self.file.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        try:
            number, hash_ = json.loads(text)
            return Head(int(number), str(hash_))
        except (ValueError, TypeError) as error:
            raise HeadError(
                f"{self.file}: expected the number and the hash of a chain's last link ({error})."
                " Put the file back as it was."
            ) from error

    def note(self, head: Head, previous: str) -> None:
        """Note a link, whose predecessor has the hash `previous`.

        Not where a later one is noted (two may be added at the same time), nor where the link
        that is noted is not in the store any more.
        """
        with self._turn():
            before = self.read()
            if before is not None:
                if before.number >= head.number:
                    return
                if before.hash != previous and not self._holds(before):
                    log.error(
                        "what was noted is not in the store", chain=self.name, noted=str(before)
                    )
                    return
            self._write(head)

    def set_to(self, head: Head | None) -> None:
        """Note this link in place of whatever is noted, where another store takes one's place."""
        with self._turn():
            if head is None:
                self.file.unlink(missing_ok=True)
            else:
                self._write(head)

    def contradicted(self) -> bool:
        """Tell whether the link noted last is not in the store, or is another there."""
        noted = self.read()
        return noted is not None and not self._holds(noted)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one writer in at a time, of all processes of this machine."""
        lock = self.file.with_name(f"{self.name}.lock")
        handle = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, head: Head) -> None:
        part = self.file.with_name(f"{self.name}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(head, file)
        part.replace(self.file)
