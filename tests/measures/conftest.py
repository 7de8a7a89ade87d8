"""Fixtures of the measures' tests: the three engines behind one small face."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import psycopg
import pytest

from phucvu.measures import DOSSIER, Column, Dialect, Type
from tests.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

Row = Mapping[str, Any]


class Engine:
    """One engine with an empty table ``facts`` of the vocabulary's columns."""

    def __init__(self, dialect: Dialect, execute: Callable[..., Any], placeholder: str) -> None:
        self.dialect = dialect
        self._execute = execute
        columns = ", ".join(f"{c.name} {_sql_type(c, dialect)}" for c in DOSSIER.values())
        execute(f"CREATE TABLE facts ({columns})")
        marks = ", ".join([placeholder] * len(DOSSIER))
        self._insert = f"INSERT INTO facts ({', '.join(DOSSIER)}) VALUES ({marks})"

    def load(self, rows: Iterable[Row]) -> None:
        """Put these rows in place of the ones before."""
        self._execute("DELETE FROM facts")
        for row in rows:
            self._execute(self._insert, [row[name] for name in DOSSIER])

    def evaluate(self, *expressions: str) -> list[tuple[Any, ...]]:
        """The expressions for each row in the order of ``id``."""
        sql = f"SELECT {', '.join(expressions)} FROM facts AS f ORDER BY id"
        return self._execute(sql).fetchall()

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
        """Any statement with parameters, as a room would send it."""
        return self._execute(sql, parameters).fetchall()


def _sql_type(column: Column, dialect: Dialect) -> str:
    """As the register keeps them: plain integers have 32 bits, times 64."""
    if dialect == "sqlite":
        return {Type.TEXT: "TEXT"}.get(column.type, "INTEGER")
    return {
        Type.TEXT: "TEXT",
        Type.BOOLEAN: "BOOLEAN",
        Type.INTEGER: "BIGINT" if column.name in ("id", "fee_total") else "INTEGER",
    }.get(column.type, "BIGINT")


@pytest.fixture(scope="session")
def engines(postgres_server: PostgresServer) -> Iterator[list[Engine]]:
    """SQLite, PostgreSQL and DuckDB, each with its own table."""
    with (
        sqlite3.connect(":memory:") as lite,
        psycopg.connect(postgres_server.dsn()) as postgres,
        duckdb.connect() as duck,
    ):
        postgres.execute("SET TIME ZONE 'Asia/Ho_Chi_Minh'")
        yield [
            Engine("sqlite", lite.execute, "?"),
            Engine("postgresql", postgres.execute, "%s"),
            Engine("duckdb", duck.execute, "?"),
        ]
    lite.close()
