"""Counting the whole register anew, by the same definition as the deltas."""

from __future__ import annotations

from django.db import connection, transaction

from phucvu.counters import active
from phucvu.counters.active import Tally
from phucvu.counters.changes import take_turn
from phucvu.counters.models import ProcedureCount, UnitCount, slot

__all__ = ["count_new_measures", "recount"]


def recount() -> None:
    """Throw every count away and count the register anew, in one transaction."""
    with transaction.atomic():
        take_turn()
        active.register_measures()
        UnitCount.objects.all().delete()
        ProcedureCount.objects.all().delete()
        for tally in active.tallies():
            _count(tally, tally.slots)


def count_new_measures() -> list[int]:
    """Count the measures that the scorecards name and no count exists of yet.

    Returns their slots; the counts of the others stay as they are.
    """
    active.forget()
    with transaction.atomic():
        take_turn()
        new = active.register_measures()
        if new:
            active.clear(new)
            for tally in active.tallies():
                _count(tally, tuple(number for number in tally.slots if number in new))
    return new


def _count(tally: Tally, slots: tuple[int, ...]) -> None:
    """Count these of a tally's slots, which are empty, over the whole register."""
    if not slots:
        return
    columns = ", ".join(map(slot, slots))
    counted = ", ".join(f"{slot(n)} = excluded.{slot(n)}" for n in slots)
    sums = ", ".join(f"CAST(SUM({slot(number)}) AS BIGINT)" for number in slots)
    by_unit, by_procedure = UnitCount._meta.db_table, ProcedureCount._meta.db_table
    keys = "unit_id, procedure_code, placed_month, ended_month"
    unit_keys = "unit_id, placed_month, ended_month"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {by_procedure} ({keys}, {columns})"  # noqa: S608
            f" SELECT {keys}, {columns} FROM ({tally.query('1 = 1')}) AS tally WHERE 1 = 1"
            f" ON CONFLICT ({keys}) DO UPDATE SET {counted}"
        )
        cursor.execute(
            f"INSERT INTO {by_unit} ({unit_keys}, {columns})"  # noqa: S608
            f" SELECT {unit_keys}, {sums} FROM {by_procedure} WHERE 1 = 1 GROUP BY {unit_keys}"
            f" ON CONFLICT ({unit_keys}) DO UPDATE SET {counted}"
        )
