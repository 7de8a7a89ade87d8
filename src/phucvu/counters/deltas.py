"""Counts that follow a change of facts: their counts after it, less those before.

The database adds all of it up itself: nothing but the units is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from django.db import connection

from phucvu.changes.publishing import publish, take_write_lock
from phucvu.counters.active import CountTable, Tally, keep_up, tallies
from phucvu.register.facts import DOSSIERS, Fact

__all__ = ["following"]


@contextmanager
def following(
    codes: Sequence[str], fact: Fact = DOSSIERS, *, all_new: bool = False
) -> Iterator[None]:
    """Let the counts follow a block that changes the facts `codes`, inside a transaction.

    The cost depends on how many facts are named, never on how many there are. `all_new` tells that
    none of them is in the register yet, so that none is counted.
    """
    take_write_lock()
    if not codes:
        yield
        return
    keep_up()
    kind = _OnPostgresql if connection.vendor == "postgresql" else _OnSqlite
    # One parameter for all codes, however many: a thousand marks take longer than the query.
    named = json.dumps(codes)
    changes = [kind(tally, named) for tally in tallies(fact)]
    for change in changes:
        change.begin(all_new=all_new)
    yield
    publish(set(chain.from_iterable(change.finish() for change in changes)))


class _OnSqlite:
    """Change of one tally's counts, put together in a table of the connection's own."""

    def __init__(self, tally: Tally, codes: str) -> None:
        self._tally = tally
        self._columns = tally.columns
        self._counted = tally.query("code IN (SELECT value FROM json_each(%s))")
        self._codes = codes
        # Named after its columns: an edition added since the connection began has others.
        self._table = f"counters_change_{'_'.join(map(str, tally.slots))}"
        self._all_new = False

    def begin(self, *, all_new: bool) -> None:
        """Note what the facts count before the change."""
        self._all_new = all_new
        columns = (*self._tally.keys, *self._columns)
        less = ", ".join((*self._tally.keys, *(f"-{column}" for column in self._columns)))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {self._table} ({', '.join(columns)})")
            if not all_new:
                cursor.execute(
                    f"INSERT INTO {self._table} SELECT {less} FROM ({self._counted})",  # noqa: S608
                    [self._codes],
                )

    def finish(self) -> set[int]:
        """Add what they count now, less that, to the counts; return their units."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self._table} {self._counted}", [self._codes])
            for _table, upsert in _upserts(self._tally, self._table, self._all_new):
                cursor.execute(upsert)
            cursor.execute(f"SELECT DISTINCT unit_id FROM {self._table}")  # noqa: S608
            units = {unit for (unit,) in cursor.fetchall()}
            cursor.execute(f"DELETE FROM {self._table}")  # noqa: S608
        return units


class _OnPostgresql:
    """Change of one tally's counts, in one statement: a table made for it would cost more."""

    def __init__(self, tally: Tally, codes: str) -> None:
        self._tally = tally
        self._columns = tally.columns
        self._counted = tally.query("code = ANY (ARRAY(SELECT json_array_elements_text(%s::json)))")
        self._codes = codes
        self._before: list[tuple[int | str, ...]] = []
        self._all_new = False

    def begin(self, *, all_new: bool) -> None:
        """Note what the facts count before the change."""
        self._all_new = all_new
        if all_new:
            return
        with connection.cursor() as cursor:
            cursor.execute(self._counted, [self._codes])
            self._before = cursor.fetchall()

    def finish(self) -> set[int]:
        """Add what they count now, less that, to the counts; return their units."""
        columns = (*self._tally.keys, *self._columns)
        types = ["text" if column == "procedure_code" else "bigint" for column in columns]
        arrays = ", ".join(f"%s::{name}[]" for name in types)
        less = ", ".join((*self._tally.keys, *(f"-{column}" for column in self._columns)))
        written = ", ".join(
            f"{table} AS ({upsert})"
            for table, upsert in _upserts(self._tally, "changed", self._all_new)
        )
        query = f"""
            WITH before ({", ".join(columns)}) AS (SELECT * FROM unnest({arrays})),
            changed AS ({self._counted} UNION ALL SELECT {less} FROM before),
            {written}
            SELECT DISTINCT unit_id FROM changed
        """  # noqa: S608
        before = zip(*self._before, strict=True) if self._before else [()] * len(columns)
        values = [
            list(column) if name == "text" else f"{{{','.join(map(str, column))}}}"
            for name, column in zip(types, before, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(query, [*values, self._codes])
            return {unit for (unit,) in cursor.fetchall()}


def _upserts(tally: Tally, change: str, all_new: bool) -> Iterator[tuple[str, str]]:
    """Yield each table a tally feeds, with the statement that adds the rows of `change` to it."""
    for table in tally.tables:
        # Of new facts no cell of the most detailed counts comes twice.
        apart = all_new and table.keys == tally.keys
        yield table.name, _upsert(table, tally.columns, change, apart)


def _upsert(table: CountTable, columns: Sequence[str], change: str, apart: bool) -> str:
    """Write the statement that adds the rows of `change` to the counts, where they are not zero.

    `apart` tells that no two of its rows are of one cell.
    """
    key = ", ".join(table.keys)
    sums = list(columns) if apart else [f"SUM({column})" for column in columns]
    anything = " OR ".join(f"{total} <> 0" for total in sums)
    added = ", ".join(
        f"{column} = COALESCE({table.name}.{column}, 0) + excluded.{column}" for column in columns
    )
    rows = f"WHERE {anything}" if apart else f"WHERE true GROUP BY {key} HAVING {anything}"
    return (
        f"INSERT INTO {table.name} ({key}, {', '.join(columns)})"  # noqa: S608
        f" SELECT {key}, {', '.join(sums)} FROM {change} {rows}"
        f" ON CONFLICT ({key}) DO UPDATE SET {added}"
    )
