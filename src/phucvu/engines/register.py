"""Writer of the archive from the register: only the months that changed are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from phucvu.counters.active import dialect
from phucvu.engines.archive import Archive, Position
from phucvu.intake.integrity.hashing import last_link
from phucvu.measures import compile_expression, render
from phucvu.register.facts import FACTS, Fact

__all__ = ["Written", "archive_of", "one_moment", "states", "write"]

_UNDATED = "undated"
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Written:
    """Result of a write: months written, months left as they were, rows in the whole archive."""

    written: int
    unchanged: int
    rows: int


def archive_of(fact: Fact, folder: Path) -> Archive:
    """Return the archive of one kind of fact, a folder below `folder`."""
    return Archive(folder / fact.plural, fact.vocabulary)


def write(folder: Path) -> dict[str, Written]:
    """Write the archive of every kind of fact, all as the register stands at one moment.

    Returns the result for each kind, by its plural. Writers do not wait for it. Raises ArchiveError
    where the folder holds something else.
    """
    done = {}
    with one_moment():
        last = last_link()
        position = Position(*last) if last else None
        for fact in FACTS.values():
            done[fact.plural] = _write(fact, archive_of(fact, folder), position)
    return done


def _write(fact: Fact, archive: Archive, position: Position | None) -> Written:
    before = archive.parts()
    parts = {}
    for month, state in states(fact).items():
        part = before.get(month)
        if part is None or part.state != state or not (archive.folder / part.file).is_file():
            part = archive.write(month, state, _rows(fact, month))
        parts[month] = part
    archive.replace(parts, position)
    written = sum(part is not before.get(month) for month, part in parts.items())
    return Written(written, len(parts) - written, sum(part.rows for part in parts.values()))


def states(fact: Fact) -> dict[str, str]:
    """Return a short digest of the register's rows for each month.

    It changes with every row of the month that is added, removed or changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_month(fact)}, COUNT(*), SUM(id), MAX(changed_at) FROM {fact.table}"  # noqa: S608
            " GROUP BY 1 ORDER BY 1"
        )
        return {
            _UNDATED if month is None else str(month): hashlib.sha256(
                f"{count} {numbers} {latest}".encode()
            ).hexdigest()[:16]
            for month, count, numbers, latest in cursor.fetchall()
        }


def _month(fact: Fact) -> str:
    """Write the SQL for a fact's month (yyyymm): that of its first known moment."""
    moments = ", ".join(fact.clock_columns)
    text = f"month(coalesce({moments}))" if len(fact.clock_columns) > 1 else f"month({moments})"
    return render(compile_expression(text, vocabulary=fact.vocabulary), dialect())


def _rows(fact: Fact, month: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the month's rows in the vocabulary's columns, in chunks."""
    at = _month(fact)
    where = f"{at} IS NULL" if month == _UNDATED else f"{at} = {int(month)}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(fact.vocabulary)} FROM {fact.table}"  # noqa: S608
            f" WHERE {where} ORDER BY id"
        )
        while chunk := cursor.fetchmany(_AT_ONCE):
            yield chunk


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything inside as of one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        # Not `atomic`, which on SQLite would hold the write lock.
        cursor.execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if on_postgresql else "BEGIN DEFERRED"
        )
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
