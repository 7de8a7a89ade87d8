"""Copies of PostgreSQL's tables as files, all of one moment, and their way back.

`pg_dump` is not used: it is often not there, has to be as new as the server, and restores tables as
they were made at that time. Tables copied here are restored into those that our migrations make.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from psycopg import sql

__all__ = ["AUDIT_HEAD", "HASHES", "JOURNAL_HEAD", "NOT_BACKED_UP", "Saved", "load", "save"]

# Who is signed in, and rows that last a while only: nobody comes in by a backup.
NOT_BACKED_UP = ("django_session", "usersessions_usersession", "accounts_cache")
_FOLDER = "tables"
_PIECE = 1024 * 1024  # bytes


class Saved(NamedTuple):
    """Result of copying a store, all of one moment.

    `rows` of each table, the `migrations` applied, the last hash of the `audit`, the values of
    the sequences (`next_numbers`), and the last link of the chain of batches (`journal`).
    """

    rows: dict[str, int]
    migrations: list[tuple[str, str]]
    audit: str
    next_numbers: dict[str, int]
    journal: str


AUDIT_HEAD = "SELECT hash FROM accounts_auditentry ORDER BY id DESC LIMIT 1"
HASHES = "intake_batchhash"
JOURNAL_HEAD = f"SELECT link FROM {HASHES} ORDER BY batch_id DESC LIMIT 1"  # noqa: S608


def save(folder: Path) -> Saved:
    """Copy every table into a file, all as of one moment, while others write."""
    (folder / _FOLDER).mkdir()
    rows: dict[str, int] = {}
    with psycopg.connect(**_parameters()) as store:
        store.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = [
            str(name)
            for (name,) in store.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                " ORDER BY tablename"
            )
        ]
        for name in names:
            if name not in NOT_BACKED_UP:
                rows[name] = _save(store, name, folder / _FOLDER / f"{name}.copy.gz")
        migrations = [
            (str(app), str(each))
            for app, each in store.execute("SELECT app, name FROM django_migrations ORDER BY id")
        ]
        head = store.execute(AUDIT_HEAD).fetchone()
        link = store.execute(JOURNAL_HEAD).fetchone() if HASHES in names else None
        # They are of no transaction: read last, they are never behind the rows.
        numbers = {
            str(name): int(last)
            for name, last in store.execute(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
        }
    return Saved(
        rows, migrations, str(head[0]) if head else "", numbers, str(link[0]) if link else ""
    )


def _save(store: psycopg.Connection, name: str, file: Path) -> int:
    columns = _columns(store, name)
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(columns, sql.Identifier(name))
    with gzip.open(file, "wb", compresslevel=1) as out, store.cursor() as cursor:
        with cursor.copy(query) as copy:
            for piece in copy:
                out.write(piece)
        header = ",".join(_names(store, name))
        (file.with_name(f"{name}.columns")).write_text(header, encoding="utf-8")
        return cursor.rowcount


def load(folder: Path, rows: dict[str, int], numbers: dict[str, int]) -> dict[str, int]:
    """Fill tables that migrations have just made, in one transaction; return the rows of each."""
    found: dict[str, int] = {}
    with psycopg.connect(**_parameters()) as store:
        for name in rows:  # what migrations put there themselves
            if _count(store, name):
                store.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for name in rows:
            file = folder / _FOLDER / f"{name}.copy.gz"
            written = (folder / _FOLDER / f"{name}.columns").read_text(encoding="utf-8").split(",")
            columns = sql.SQL(", ").join(map(sql.Identifier, written))
            query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)
            with gzip.open(file, "rb") as content, store.cursor() as cursor:
                with cursor.copy(query) as copy:
                    while piece := content.read(_PIECE):
                        copy.write(piece)
                found[name] = cursor.rowcount
        for name, last in numbers.items():
            store.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', last])
    return found


def _count(store: psycopg.Connection, name: str) -> int:
    row = store.execute(sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(name))).fetchone()
    return int(row[0]) if row else 0


def _names(store: psycopg.Connection, name: str) -> list[str]:
    found = store.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position",
        [name],
    )
    return [str(column) for (column,) in found]


def _columns(store: psycopg.Connection, name: str) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, _names(store, name)))


def _parameters() -> dict[str, Any]:
    """Return the parameters of the store's own connections, without those of Django."""
    given = connection.get_connection_params()
    return {
        name: value
        for name, value in given.items()
        if name not in ("cursor_factory", "context", "prepare_threshold")
    }
