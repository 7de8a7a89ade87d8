"""From the register into the archive: only the months that changed are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from phucvu.counters.active import dialect
from phucvu.engines.archive import Archive
from phucvu.measures import compile_expression, render
from phucvu.register.facts import FACTS, Fact

__all__ = ["Written", "archive_of", "one_moment", "states", "write"]

_UNDATED = "undated"
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Written:
    """What a write did: months written, left as they were, and rows in the whole archive."""

    written: int
    kept: int
    rows: int


def archive_of(fact: Fact, folder: Path) -> Archive:
    """The archive of one kind of fact, below the folder of all."""
    return Archive(folder / fact.plural, fact.vocabulary)


def write(folder: Path) -> dict[str, Written]:
    """Bring the archives of every kind of fact up to the register as it stands at one moment.

    Returns what was done for each kind, by its plural. Writers are not kept waiting. Raises
    ArchiveError where the folder holds something else.
    """
    done = {}
    with one_moment():
        for fact in FACTS.values():
            done[fact.plural] = _write(fact, archive_of(fact, folder))
    return done


def _write(fact: Fact, archive: Archive) -> Written:
    before = archive.parts()
    parts = {}
    for month, state in states(fact).items():
        kept = before.get(month)
        if kept is None or kept.state != state or not (archive.folder / kept.file).is_file():
            kept = archive.write(month, state, _rows(fact, month))
        parts[month] = kept
    archive.replace(parts)
    written = sum(part is not before.get(month) for month, part in parts.items())
    return Written(written, len(parts) - written, sum(part.rows for part in parts.values()))


def states(fact: Fact) -> dict[str, str]:
    """What the register's rows of each month are now, in a few letters.

    A month's changes with every row that comes, goes or is written over.
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
    """The month (yyyymm) of the first of its moments that is known, as SQL."""
    moments = ", ".join(fact.clock_columns)
    text = f"month(coalesce({moments}))" if len(fact.clock_columns) > 1 else f"month({moments})"
    return render(compile_expression(text, vocabulary=fact.vocabulary), dialect())


def _rows(fact: Fact, month: str) -> Iterator[list[tuple[Any, ...]]]:
    """The month's rows in the vocabulary's columns, in chunks."""
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
