"""Batches as they stand in the store, with all that their keyed hashes cover."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from phucvu.intake.integrity.models import BatchHash
from phucvu.intake.models import Batch, BatchContent, FactVersion, RefusedRecord
from phucvu.intake.store import each

__all__ = ["START", "IndexRow", "Stored", "of_new", "stored"]

START = ""
"""The link before the first batch."""

_VERSIONS = FactVersion._meta.db_table
_ROWS_AT_ONCE = 5_000
_BATCHES_AT_ONCE = 200
_DESCRIPTION = (
    "pk", "kind", "unit_id", "received_at", "origin", "digest", "correction", "request_id",
    "accepted", "unchanged", "superseded", "refused",
)  # fmt: skip
_WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_reason")

IndexRow = tuple[int, str, int, int | None, int | None]
"""A version as the index keeps it: position, code, clock, stage, mark."""


class Stored(NamedTuple):
    """A batch: what was written of it once for all, its withdrawal, and what it holds.

    `hashed`: its keyed hashes, where it has any.
    """

    description: Sequence[Any]
    withdrawal: Sequence[Any]
    packed: bytes
    versions: Sequence[IndexRow]
    refusals: Sequence[Sequence[Any]]
    hashed: BatchHash | None

    @property
    def number(self) -> int:
        """Return the batch's number."""
        return int(self.description[0])

    def link_under(self, previous: str, later_at: datetime | None) -> bytes:
        """Return what the link covers."""
        return _json([previous, _moment(later_at), *map(_moment, self.description)])

    def content_under(self, link: str) -> bytes:
        """Return what the hash of the content covers; `link` ties it to this batch."""
        return _json(
            [
                link,
                sha256(self.packed).hexdigest(),
                self.versions,
                self.refusals,
                *map(_moment, self.withdrawal),
            ]
        )


def of_new(batch: Batch, packed: bytes, index: Sequence[IndexRow]) -> Stored:
    """Return a batch as it has just been written, without reading again what is at hand."""
    refusals = _refusals([batch.pk])[batch.pk] if batch.refused else []
    return Stored(
        [getattr(batch, name) for name in _DESCRIPTION],
        [getattr(batch, name) for name in _WITHDRAWAL],
        packed, sorted(index), refusals, None,
    )  # fmt: skip


def stored(numbers: Collection[int] | None = None) -> Iterator[Stored]:
    """Yield these batches, or all, in the order they came; a few at a time are in memory."""
    chosen = Batch.objects.order_by("pk")
    last = 0
    while True:
        rows = chosen.filter(pk__gt=last)
        if numbers is not None:
            rows = rows.filter(pk__in=[n for n in sorted(numbers) if n > last][:_BATCHES_AT_ONCE])
        part = list(rows.values_list(*_DESCRIPTION, *_WITHDRAWAL)[:_BATCHES_AT_ONCE])
        if not part:
            return
        for few in _few(part):
            yield from _whole(few)
        last = part[-1][0]


def _refusals(numbers: Collection[int]) -> dict[int, list[list[Any]]]:
    """Return what is stored of the refused records of batches, but for what repaired them."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    rows = RefusedRecord.objects.filter(batch__in=list(numbers)).order_by("position", "pk")
    for number, *rest in rows.values_list(
        "batch_id", "position", "code", "field", "reason", "content"
    ):
        found[number].append(rest)
    return found


def _few(part: Sequence[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Yield the batches in parts that hold a few thousand facts together."""
    few: list[Sequence[Any]] = []
    rows = 0
    for row in part:
        brought = sum(row[len(_DESCRIPTION) - 4 : len(_DESCRIPTION) - 1])
        if few and rows + brought > _ROWS_AT_ONCE:
            yield few
            few, rows = [], 0
        few.append(row)
        rows += brought
    if few:
        yield few


def _whole(few: Sequence[Sequence[Any]]) -> Iterator[Stored]:
    numbers = [row[0] for row in few]
    contents = {
        number: bytes(packed)
        for number, packed in BatchContent.objects.filter(pk__in=numbers).values_list(
            "pk", "packed"
        )
    }
    hashed = BatchHash.objects.in_bulk(numbers)
    index = _index(numbers, {code for packed in contents.values() for code in _codes(packed)})
    refusals = _refusals(numbers)
    for row in few:
        number = row[0]
        yield Stored(
            row[: len(_DESCRIPTION)],
            row[len(_DESCRIPTION) :],
            contents.get(number, b""),
            sorted(index.get(number, ())),
            refusals.get(number, []),
            hashed.get(number),
        )


def _codes(packed: bytes) -> Sequence[str]:
    """Return the codes a batch brought, by which its rows of the index are found."""
    try:
        columns = msgspec.json.decode(zlib.decompress(packed))["columns"]
        return [str(code) for code in columns.get("code", ())]
    except (zlib.error, msgspec.MsgspecError, LookupError, TypeError, AttributeError):
        return ()  # it is not what was written: its hash tells so


def _index(numbers: Sequence[int], codes: Collection[str]) -> dict[int, list[IndexRow]]:
    found: dict[int, list[IndexRow]] = defaultdict(list)
    if codes:
        wanted, texts = each(sorted(codes))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT batch_id, position, code, clock, stage, mark"  # noqa: S608
                f" FROM {_VERSIONS} WHERE code IN ({wanted}) AND batch_id BETWEEN %s AND %s",
                [texts, numbers[0], numbers[-1]],
            )
            for number, *row in cursor:
                found[number].append(tuple(row))
    return found


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _json(parts: Sequence[Any]) -> bytes:
    # Sorted: PostgreSQL gives the names of JSON back in an order of its own.
    return msgspec.json.encode(parts, order="sorted")
