"""Proving the counts: count everything anew, change nothing, name every difference."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from phucvu.counters import active
from phucvu.counters.changes import take_turn
from phucvu.counters.models import CountedMeasure
from phucvu.counters.recount import TALLY, expected_rows
from phucvu.units.models import Unit

__all__ = ["Difference", "Verification", "verify"]


@dataclass(frozen=True)
class Difference:
    """A cell whose count is not what the register says."""

    measure: str
    unit: str
    procedure: str | None
    placed_month: int
    ended_month: int
    counted: int
    expected: int


@dataclass(frozen=True)
class Verification:
    """What a verification covered and found."""

    dossiers: int
    measures: int
    cells: int
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Whether every count is what the register says."""
        return not self.differences


def verify() -> Verification:
    """Recount every measure over the whole register and compare each cell."""
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn()
        names = dict(CountedMeasure.objects.values_list("id", "name"))
        codes = dict(Unit.objects.values_list("id", "code"))
        differences: list[Difference] = []
        cells = 0
        for numbers, query in active.tallies("1 = 1"):
            cursor.execute(f"CREATE TEMPORARY TABLE {TALLY} AS {query}")
            for table, expected in expected_rows(numbers).items():
                columns, select = expected[1:].split(") ", 1)
                keys = columns.removesuffix(", value")
                wanted = _read(cursor, select)
                counted = _read(
                    cursor,
                    f"SELECT {columns} FROM {table} WHERE value <> 0"  # noqa: S608
                    f" AND measure_id IN ({', '.join(map(str, numbers))})",
                )
                cells += len(wanted)
                for key in sorted(wanted.items() ^ counted.items()):
                    differences.append(
                        _difference(dict(zip(keys.split(", "), key[0], strict=True)),
                                    wanted.get(key[0], 0), counted.get(key[0], 0), names, codes)
                    )  # fmt: skip
            cursor.execute(f"DROP TABLE {TALLY}")
        cursor.execute("SELECT COUNT(*) FROM register_dossier")
        dossiers = cursor.fetchone()[0]
    unique = tuple(dict.fromkeys(differences))
    return Verification(dossiers, len(names), cells, unique)


def _read(cursor, query: str) -> dict[tuple[int | str, ...], int]:  # type: ignore[no-untyped-def]
    cursor.execute(query)
    return {tuple(row[:-1]): int(row[-1]) for row in cursor}


def _difference(
    cell: dict[str, int | str],
    expected: int,
    counted: int,
    names: dict[int, str],
    codes: dict[int, str],
) -> Difference:
    procedure = cell.get("procedure_code")
    return Difference(
        measure=names[int(cell["measure_id"])],
        unit=codes[int(cell["unit_id"])],
        procedure=None if procedure is None else str(procedure),
        placed_month=int(cell["placed_month"]),
        ended_month=int(cell["ended_month"]),
        counted=counted,
        expected=expected,
    )
