"""What can be worked out of a batch before its turn to be written, while others write."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from phucvu.intake import journal
from phucvu.intake.kinds import FactKind
from phucvu.intake.record import FactRecord, Problem, digest

__all__ = ["Prepared", "content_digest", "prepare"]

_Read = FactRecord | list[Problem]


class Prepared(NamedTuple):
    """A batch as it was read, and what follows from that alone.

    `marks`: the digest and clock of each good record, by position. `kept` is what is kept of the
    refused, by position; `content` the batch's digest and `packed` what the journal keeps, as
    long as no more are refused.
    """

    read: Sequence[_Read]
    marks: Mapping[int, tuple[str, int]]
    kept: Mapping[int, object]
    content: str
    packed: bytes


def prepare(kind: FactKind, records: Sequence[object], read: Sequence[_Read]) -> Prepared:
    """Prepare a batch from its records as they were sent and as they were read."""
    good = [(position, item) for position, item in enumerate(read) if isinstance(item, FactRecord)]
    marks = {position: (digest(item), kind.clock(item)) for position, item in good}
    kept = {
        position: kind.keep(records[position])
        for position in range(len(read))
        if position not in marks
    }
    return Prepared(read, marks, kept, content_digest(read, kept), journal.pack(kind, good))


def content_digest(read: Sequence[_Read], kept: Mapping[int, object]) -> str:
    """SHA-256 of the batch as it is kept.

    Not of the bytes sent: a fingerprint of personal data could be used to test guesses at it.
    """
    content: list[object] = [kept.get(position, item) for position, item in enumerate(read)]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
