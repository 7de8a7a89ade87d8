"""Counts that follow a change: what the dossiers count after it, less what they did before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from phucvu.counters.active import Tally, tallies
from phucvu.counters.changes import announce, take_turn
from phucvu.counters.models import ProcedureCount, UnitCount

__all__ = ["following"]

# (unit, procedure, placed month, ended month) → the change of each of a tally's slots
_Cells = dict[tuple[int, str, int, int], list[int]]


@contextmanager
def following(codes: Sequence[str]) -> Iterator[None]:
    """Inside a transaction: whatever the block does to the dossiers `codes`, the counts follow.

    The cost depends on how many dossiers are named, never on how many there are.
    """
    take_turn()
    if not codes:
        yield
        return
    changes: list[tuple[Tally, _Cells]] = [(tally, {}) for tally in tallies()]
    units: set[int] = set()
    for tally, cells in changes:
        units |= _add(tally, codes, -1, cells)
    yield
    for tally, cells in changes:
        units |= _add(tally, codes, +1, cells)
        _write(tally, cells)
    announce(units)


def _add(tally: Tally, codes: Sequence[str], sign: int, cells: _Cells) -> set[int]:
    """Add what the dossiers count now, times `sign`; returns their units."""
    units: set[int] = set()
    # One parameter for all codes, however many: a thousand marks take longer than the query.
    each = "json_array_elements_text" if connection.vendor == "postgresql" else "json_each"
    among = f"code IN (SELECT value FROM {each}(%s))"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(tally.query(among), [json.dumps(codes)])
        for unit, procedure, placed, ended, *values in cursor:
            units.add(unit)
            cell = cells.setdefault((unit, procedure, placed, ended), [0] * len(values))
            for index, value in enumerate(values):
                cell[index] += sign * value
    return units


def _write(tally: Tally, cells: _Cells) -> None:
    # In order, so that every writer touches the rows of a table in the same one.
    changed = sorted((key, change) for key, change in cells.items() if any(change))
    by_unit: dict[tuple[int, int, int], list[int]] = {}
    for (unit, _, placed, ended), change in changed:
        total = by_unit.setdefault((unit, placed, ended), [0] * len(change))
        for index, value in enumerate(change):
            total[index] += value
    months = ("placed_month", "ended_month")
    _upsert(
        ProcedureCount._meta.db_table,
        ("unit_id", "procedure_code", *months),
        tally,
        [(*key, *change) for key, change in changed],
    )
    _upsert(
        UnitCount._meta.db_table,
        ("unit_id", *months),
        tally,
        [(*key, *total) for key, total in sorted(by_unit.items()) if any(total)],
    )


def _upsert(
    table: str, keys: tuple[str, ...], tally: Tally, rows: Sequence[tuple[int | str, ...]]
) -> None:
    columns = (*keys, *tally.columns)
    sums = ", ".join(
        f"{column} = COALESCE({table}.{column}, 0) + excluded.{column}" for column in tally.columns
    )
    conflict = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sums}"
    insert = f"INSERT INTO {table} ({', '.join(columns)}) "
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = ["text" if column == "procedure_code" else "bigint" for column in columns]
            arrays = ", ".join(f"%s::{name}[]" for name in types)
            values = [
                list(column) if name == "text" else _array(column)
                for name, column in zip(types, zip(*rows, strict=True), strict=True)
            ]
            cursor.execute(f"{insert}SELECT * FROM unnest({arrays}){conflict}", values)  # noqa: S608
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"{insert}VALUES ({marks}){conflict}", rows)


def _array(numbers: Iterable[object]) -> str:
    """Whole numbers as PostgreSQL writes an array; the driver takes ten times as long."""
    return f"{{{','.join(map(str, numbers))}}}"
