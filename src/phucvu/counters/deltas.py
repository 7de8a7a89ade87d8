"""Counts that follow a change: what the dossiers count after it, less what they did before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from phucvu.counters.active import tallies
from phucvu.counters.changes import announce, take_turn

__all__ = ["following"]

# (measure, unit, procedure, placed month, ended month)
_Cell = tuple[int, int, str, int, int]


@contextmanager
def following(codes: Sequence[str]) -> Iterator[None]:
    """Inside a transaction: whatever the block does to the dossiers `codes`, the counts follow.

    The cost depends on how many dossiers are named, never on how many there are.
    """
    take_turn()
    cells: dict[_Cell, int] = defaultdict(int)
    units = _add(codes, -1, cells)
    yield
    units |= _add(codes, +1, cells)
    _write(cells)
    announce(units)


def _add(codes: Sequence[str], sign: int, cells: dict[_Cell, int]) -> set[int]:
    """Add what the dossiers count now, times `sign`; returns their units."""
    if not codes:
        return set()
    marks = ", ".join(["%s"] * len(codes))
    units: set[int] = set()
    with connection.cursor() as cursor:
        for numbers, query in tallies(f"code IN ({marks})"):
            cursor.execute(query, list(codes))
            for unit, procedure, placed, ended, *values in cursor:
                units.add(unit)
                for number, value in zip(numbers, values, strict=True):
                    if value:
                        cells[number, unit, procedure, placed, ended] += sign * int(value)
    return units


def _write(cells: dict[_Cell, int]) -> None:
    by_procedure = [(*cell, value) for cell, value in sorted(cells.items()) if value]
    by_unit: dict[tuple[int, int, int, int], int] = defaultdict(int)
    for number, unit, _, placed, ended, value in by_procedure:
        by_unit[number, unit, placed, ended] += value
    _upsert(
        "counters_procedurecount",
        ("measure_id", "unit_id", "procedure_code", "placed_month", "ended_month"),
        by_procedure,
    )
    _upsert(
        "counters_unitcount",
        ("measure_id", "unit_id", "placed_month", "ended_month"),
        [(*cell, value) for cell, value in sorted(by_unit.items()) if value],
    )


def _upsert(table: str, keys: tuple[str, ...], rows: Sequence[tuple[int | str, ...]]) -> None:
    columns = ", ".join(keys)
    marks = "(" + ", ".join(["%s"] * (len(keys) + 1)) + ")"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            cursor.execute(
                f"INSERT INTO {table} ({columns}, value) VALUES {', '.join([marks] * len(part))}"  # noqa: S608
                f" ON CONFLICT ({columns}) DO UPDATE SET value = {table}.value + excluded.value",
                [field for row in part for field in row],
            )


_ROWS_AT_ONCE = 2_000
