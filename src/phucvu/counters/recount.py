"""Counting the whole register anew, by the same definition as the deltas."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from phucvu.counters import active
from phucvu.counters.changes import take_turn
from phucvu.counters.models import ProcedureCount, UnitCount

__all__ = ["count_new_measures", "recount"]

TALLY = "counters_tally"


def recount() -> None:
    """Throw every count away and count the register anew, in one transaction."""
    with transaction.atomic():
        take_turn()
        active.register_measures()
        UnitCount.objects.all().delete()
        ProcedureCount.objects.all().delete()
        _count(None)


def count_new_measures() -> list[int]:
    """Count the measures that the scorecards name and no count exists of yet.

    Returns their ids; the counts of the others stay as they are.
    """
    active.forget()
    with transaction.atomic():
        take_turn()
        new = active.register_measures()
        if new:
            _count(set(new))
    return new


def _count(only: set[int] | None) -> None:
    with connection.cursor() as cursor:
        for numbers, query in active.tallies("1 = 1"):
            wanted = [number for number in numbers if only is None or number in only]
            if not wanted:
                continue
            cursor.execute(f"CREATE TEMPORARY TABLE {TALLY} AS {query}")
            for table, select in expected_rows(wanted).items():
                cursor.execute(f"INSERT INTO {table} {select}")
            cursor.execute(f"DROP TABLE {TALLY}")


def expected_rows(numbers: Sequence[int]) -> dict[str, str]:
    """For each table of counts, "(columns) SELECT …" of what the tally says it should hold."""
    by_unit = " UNION ALL ".join(
        f"SELECT {number}, unit_id, placed_month, ended_month, SUM(m{number})"  # noqa: S608
        f" FROM {TALLY} GROUP BY 2, 3, 4 HAVING SUM(m{number}) <> 0"
        for number in numbers
    )
    by_procedure = " UNION ALL ".join(
        f"SELECT {number}, unit_id, procedure_code, placed_month, ended_month, m{number}"  # noqa: S608
        f" FROM {TALLY} WHERE m{number} <> 0"
        for number in numbers
    )
    return {
        "counters_unitcount": "(measure_id, unit_id, placed_month, ended_month, value) " + by_unit,
        "counters_procedurecount": (
            "(measure_id, unit_id, procedure_code, placed_month, ended_month, value) "
            + by_procedure
        ),
    }
