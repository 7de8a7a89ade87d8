"""Counting of an archive with DuckDB: every measure in one pass. Does not use Django."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from phucvu.engines.archive import Archive

__all__ = ["counting", "differing"]


@contextmanager
def counting(archive: Archive, table: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory in which `table` holds the rows of the archive."""
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        if not archive.parts():
            connection.register(table, archive.schema.empty_table())
        else:
            names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in archive.files())
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{names}])")  # noqa: S608
        yield connection


def differing(
    connection: duckdb.DuckDBPyConnection,
    counted: str,
    stored: pa.Table,
    keys: Sequence[str],
    columns: Sequence[str],
    most: int,
) -> list[tuple[tuple[int | str, ...], tuple[int, ...], tuple[int, ...]]]:
    """Compare what the query `counted` counts with what is `stored`; return at most `most`
    differences.

    Each difference is its key, then what was counted and what is stored for each of `columns`. An
    absent or null count equals 0.
    """
    connection.register("stored", stored)
    key = ", ".join(f"COALESCE(want.{name}, have.{name}) AS {name}" for name in keys)
    sums = ", ".join(f"CAST(SUM({column}) AS BIGINT) AS {column}" for column in columns)
    values = ", ".join(
        f"COALESCE({side}.{column}, 0)" for side in ("want", "have") for column in columns
    )
    differ = " OR ".join(
        f"COALESCE(want.{column}, 0) <> COALESCE(have.{column}, 0)" for column in columns
    )
    by = ", ".join(keys)
    rows = connection.execute(
        f"SELECT {key}, {values}"  # noqa: S608 - names of our own columns
        f" FROM (SELECT {by}, {sums} FROM ({counted}) GROUP BY {by}) AS want"
        f" FULL JOIN stored AS have ON {' AND '.join(f'want.{k} = have.{k}' for k in keys)}"
        f" WHERE {differ} ORDER BY ALL LIMIT {int(most)}"
    ).fetchall()
    wide = len(keys)
    return [
        (row[:wide], row[wide : wide + len(columns)], row[wide + len(columns) :]) for row in rows
    ]
