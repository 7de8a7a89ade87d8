"""From the register into the archive: only the months that changed are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from phucvu.counters.active import dialect
from phucvu.engines.archive import Archive
from phucvu.measures import DOSSIER, compile_expression, render
from phucvu.register.models import Dossier

__all__ = ["Written", "one_moment", "states", "write"]

_TABLE = Dossier._meta.db_table
_UNDATED = "undated"
_MONTH = compile_expression("month(coalesce(received_at, submitted_at))", vocabulary=DOSSIER)
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Written:
    """What a write did: months written, left as they were, and rows in the whole archive."""

    written: int
    kept: int
    rows: int


def write(archive: Archive) -> Written:
    """Bring the archive up to the register as it stands at one moment.

    Writers are not kept waiting. Raises ArchiveError where the folder holds something else.
    """
    before = archive.parts()
    parts = {}
    with one_moment():
        for month, state in states().items():
            kept = before.get(month)
            if kept is None or kept.state != state or not (archive.folder / kept.file).is_file():
                kept = archive.write(month, state, _rows(month))
            parts[month] = kept
    archive.replace(parts)
    written = sum(part is not before.get(month) for month, part in parts.items())
    return Written(written, len(parts) - written, sum(part.rows for part in parts.values()))


def states() -> dict[str, str]:
    """What the register's rows of each month are now, in a few letters.

    A month's changes with every row that comes, goes or is written over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_month()}, COUNT(*), SUM(id), MAX(changed_at) FROM {_TABLE}"  # noqa: S608
            " GROUP BY 1 ORDER BY 1"
        )
        return {
            _UNDATED if month is None else str(month): hashlib.sha256(
                f"{count} {numbers} {latest}".encode()
            ).hexdigest()[:16]
            for month, count, numbers, latest in cursor.fetchall()
        }


def _month() -> str:
    return render(_MONTH, dialect())


def _rows(month: str) -> Iterator[list[tuple[Any, ...]]]:
    """The month's rows in the vocabulary's columns, in chunks."""
    where = f"{_month()} IS NULL" if month == _UNDATED else f"{_month()} = {int(month)}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(DOSSIER)} FROM {_TABLE} WHERE {where} ORDER BY id")  # noqa: S608
        while chunk := cursor.fetchmany(_AT_ONCE):
            yield chunk


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        # Not `atomic`, which on SQLite would hold the turn to write.
        cursor.execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if on_postgresql else "BEGIN DEFERRED"
        )
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
