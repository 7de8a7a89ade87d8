"""Preparation of a batch before it gets the write lock, while others write."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from phucvu.intake import journal
from phucvu.intake.kinds import FactKind
from phucvu.intake.record import FactRecord, Problem, digest

__all__ = ["Marks", "Prepared", "Read", "content_digest", "marks_of", "prepare"]

Read = FactRecord | list[Problem]
"""A record as it was understood, or what is wrong with it."""

Marks = Mapping[int, tuple[str, int]]
"""The digest and clock of each good record, by position."""


class Prepared(NamedTuple):
    """A batch as it was read, and what follows from that alone.

    `kept` is the stored part of the refused records, by position; `content` the batch's digest and
    `packed` the journal's form of it, as long as no more are refused.
    """

    read: Sequence[Read]
    marks: Marks
    kept: Mapping[int, object]
    content: str
    packed: bytes


def prepare(kind: FactKind, records: Sequence[object], read: Sequence[Read]) -> Prepared:
    """Prepare a batch from its records as they were sent and as they were read."""
    marks = marks_of(kind, read)
    kept = {
        position: kind.keep(records[position])
        for position in range(len(read))
        if position not in marks
    }
    packed = journal.pack(kind, _good(read))
    return Prepared(read, marks, kept, content_digest(read, kept), packed)


def marks_of(kind: FactKind, read: Sequence[Read]) -> Marks:
    """Return the digest and clock of each good record, which tell it from the version that
    stands.
    """
    return {position: (digest(item), kind.clock(item)) for position, item in _good(read)}


def _good(read: Sequence[Read]) -> list[tuple[int, FactRecord]]:
    return [(position, item) for position, item in enumerate(read) if isinstance(item, FactRecord)]


def content_digest(read: Sequence[Read], kept: Mapping[int, object]) -> str:
    """Return the SHA-256 of the batch as it is stored.

    Not of the bytes sent: a fingerprint of personal data could be used to test guesses at it.
    """
    content: list[object] = [kept.get(position, item) for position, item in enumerate(read)]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
