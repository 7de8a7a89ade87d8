"""Journal: every batch with its facts, written in the transaction that takes it in.

The version of a fact that stands
    follows from the batches that are not withdrawn, in the order they came (`intake.course`).
    Facts brought under a code until it was released (`intake.releasing`) do not count.

`actions.receive` asks for it as batches come (`courses`); `standing` finds it anew from the index
of versions, for a withdrawal, a rebuild, or as it was known at a moment.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from phucvu.intake.course import Course, Place
from phucvu.intake.integrity.hashing import changing
from phucvu.intake.kinds import FactKind, kind_of
from phucvu.intake.models import Batch, BatchContent, CodeRelease, FactVersion
from phucvu.intake.record import FactRecord, digest, mark_of
from phucvu.intake.store import each

__all__ = [
    "JournalError",
    "Place",
    "Version",
    "complete",
    "contents",
    "courses",
    "live",
    "pack",
    "read",
    "repeated",
    "standing",
    "unreleased",
    "write",
]

_VERSIONS = FactVersion._meta.db_table
_BATCHES = Batch._meta.db_table
_RELEASES = CodeRelease._meta.db_table
_WRITTEN = "code, batch_id, position, clock, stage, mark"
# Higher levels save a tenth and take twice the time.
_LEVEL = 3
_AT_ONCE = 100


class JournalError(ValueError):
    """Error of a question the journal cannot answer, or an action it cannot do."""


class Version(NamedTuple):
    """A good record of a batch, with its columns of the index."""

    position: int
    fact: FactRecord
    clock: int
    stage: int
    mark: int


class _Packed(msgspec.Struct):
    """Facts of a batch by column, which packs to a third of what rows do.

    The columns are named, so that a later program with more of them can still read this.
    """

    positions: list[int]
    columns: dict[str, list[str | int | bool | None]]


# --- writing --------------------------------------------------------------------------------


def write(batch: Batch, versions: Sequence[Version], packed: bytes) -> None:
    """Write the facts of a batch, without the refused ones.

    `packed` holds the facts as `pack` packs them.
    """
    BatchContent.objects.create(batch=batch, packed=packed)
    if not versions:
        return
    # In the order of the index, which then takes them faster.
    rows = sorted((each.fact.code, batch.pk, each[0], *each[2:]) for each in versions)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_VERSIONS} ({_WRITTEN}) FROM STDIN") as to:
                for row in rows:
                    to.write_row(row)
        else:
            cursor.executemany(
                f"INSERT INTO {_VERSIONS} ({_WRITTEN}) VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608
                rows,
            )


def repeated(kind: FactKind, digest: str, key_id: int | None, correction: bool) -> Batch | None:
    """Return the batch with this content that the same key has sent before, unless withdrawn."""
    same = Batch.objects.filter(digest=digest, key=key_id, correction=correction, withdrawn_at=None)
    return same.filter(kind=kind.name).order_by("-pk").first()


# --- reading --------------------------------------------------------------------------------


def live(moment: datetime | None = None) -> QuerySet[Batch]:
    """Return the batches that count, in the order they came: now, or as known at `moment`."""
    if moment is None:
        counting = Q(withdrawn_at=None)
    else:
        counting = Q(received_at__lte=moment) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment))
    return Batch.objects.filter(counting).order_by("pk")


def read(batch_id: int) -> dict[int, FactRecord]:
    """Return the facts of a batch, by position.

    Raises `JournalError` where its content is not in the journal.
    """
    found = BatchContent.objects.filter(pk=batch_id).values_list("batch__kind", "packed").first()
    if found is None:
        raise JournalError(
            _("The journal holds no content of batch %(number)d.") % {"number": batch_id}
        )
    name, packed = found
    return dict(_unpack(kind_of(name), bytes(packed)))


def contents(moment: datetime | None = None) -> Iterator[tuple[Batch, dict[int, FactRecord]]]:
    """Yield each batch that counts with its facts by position, one batch at a time in memory."""
    last = 0
    # In parts, not with a server-side cursor: the caller may write in between.
    while part := list(live(moment).filter(pk__gt=last, content__isnull=False)[:_AT_ONCE]):
        for batch in part:
            yield batch, read(batch.pk)
        last = part[-1].pk


def standing(
    kind: FactKind,
    codes: Collection[str],
    moment: datetime | None = None,
    *,
    without: int | None = None,
) -> dict[str, Place]:
    """Return the place of the version of each fact that stands, by code.

    `without` leaves one batch out, as if it had not come.
    """
    found = courses(kind, codes, moment, without=without)
    return {code: course.place for code, course in found.items() if course.place is not None}


def courses(
    kind: FactKind,
    codes: Collection[str],
    moment: datetime | None = None,
    *,
    without: int | None = None,
) -> dict[str, Course]:
    """Return the course of each fact through the batches that count, by code; see `standing`.

    Facts brought under a code before it was released do not count.
    """
    counting, released = "b.withdrawn_at IS NULL", ""
    parameters: list[str | int | datetime | None] = []
    wanted, texts = each(sorted(codes))
    if moment is not None:
        released = "AND r.released_at <= %s"
        counting = "b.received_at <= %s AND (b.withdrawn_at IS NULL OR b.withdrawn_at > %s)"
        at = connection.ops.adapt_datetimefield_value(moment)
        parameters = [at, at, at]
    counting += f" AND {unreleased(released)}"
    if without is not None:
        counting += " AND b.id <> %s"
        parameters.append(without)
    query = f"""
        SELECT v.code, v.batch_id, v.position, v.clock, v.stage, v.mark, b.correction
        FROM {_VERSIONS} v JOIN {_BATCHES} b ON b.id = v.batch_id
        WHERE v.code IN ({wanted}) AND b.kind = %s AND {counting}
        ORDER BY v.code, v.batch_id, v.position
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [texts, kind.name, *parameters])
        return {
            code: _followed(kind, versions) for code, versions in groupby(cursor, key=itemgetter(0))
        }


def unreleased(known: str = "") -> str:
    """Write the SQL condition that version v of batch b came after any release of its code.

    `known` limits the releases.
    """
    return (
        f"NOT EXISTS (SELECT 1 FROM {_RELEASES} r WHERE r.code = v.code AND r.kind = b.kind"  # noqa: S608
        f" AND r.last_batch >= v.batch_id {known})"
    )


def _followed(kind: FactKind, versions: Iterable[tuple[Any, ...]]) -> Course:
    course = Course(kind.fact.restated)
    for _code, batch, position, clock, stage, mark, correction in versions:
        course.take(Place(batch, position), clock, stage, mark, correction=bool(correction))
    return course


def complete() -> int:
    """Fill in missing columns of the index of older versions, in a transaction; return how many."""
    found = FactVersion.objects.filter(mark=None).order_by().values_list("batch_id", flat=True)
    lacking = sorted(set(found))
    with changing(lacking):
        return _complete(lacking)


def _complete(lacking: Sequence[int]) -> int:
    filled = 0
    for batch_id in lacking:
        batch = Batch.objects.only("kind").get(pk=batch_id)
        kind = kind_of(batch.kind)
        rows = [
            (kind.stage(fact), mark_of(digest(fact)), fact.code, batch_id, position)
            for position, fact in read(batch_id).items()
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {_VERSIONS} SET stage = %s, mark = %s"  # noqa: S608
                " WHERE code = %s AND batch_id = %s AND position = %s",
                rows,
            )
        filled += len(rows)
    return filled


# --- packing --------------------------------------------------------------------------------


def pack(kind: FactKind, versions: Sequence[tuple[int, FactRecord]]) -> bytes:
    columns = zip(*(msgspec.structs.astuple(record) for _position, record in versions), strict=True)
    content = {
        "positions": [position for position, _record in versions],
        "columns": dict(zip(kind.table.columns, columns, strict=False)),
    }
    return zlib.compress(msgspec.json.encode(content), _LEVEL)


def _unpack(kind: FactKind, packed: bytes) -> Iterator[tuple[int, FactRecord]]:
    content = msgspec.json.decode(zlib.decompress(packed), type=_Packed)
    if content.positions:
        columns = _columns(kind, content)
        rows = zip(*(columns[name] for name in kind.table.columns), strict=True)
        for position, row in zip(content.positions, rows, strict=True):
            yield position, kind.table.record(row)


def _columns(kind: FactKind, content: _Packed) -> dict[str, Sequence[str | int | bool | None]]:
    """Return the columns under today's names, with those that the batch was written without."""
    former = kind.record.FORMER_NAMES
    columns: dict[str, Sequence[str | int | bool | None]] = {
        former.get(name, name): values for name, values in content.columns.items()
    }
    lacking = [field for field in msgspec.structs.fields(kind.record) if field.name not in columns]
    if lacking:
        types = get_type_hints(kind.record)
        for field in lacking:
            columns[field.name] = [_without(field, types[field.name])] * len(content.positions)
    return columns


_EMPTY: tuple[tuple[type, Any], ...] = ((bool, False), (int, 0), (str, ""))


def _without(field: msgspec.structs.FieldInfo, type_: Any) -> Any:
    """Return what a fact has in a column that it was written without: its default, or nothing.

    Raises `JournalError` where there is no such thing.
    """
    if field.default is not msgspec.NODEFAULT:
        return field.default
    if type(None) in get_args(type_):
        return None
    for plain, empty in _EMPTY:
        if type_ is plain:
            return empty
    raise JournalError(
        _("The batch was written without the column “%(column)s”, which has no default.")
        % {"column": field.name}
    )
