"""Recount of the whole register, by the definition the deltas follow too."""

from __future__ import annotations

from django.db import connection, transaction

from phucvu.changes.publishing import take_write_lock
from phucvu.counters import active
from phucvu.counters.active import CountTable, Tally
from phucvu.counters.models import COUNTS, slot
from phucvu.counters.petition_deadlines import follow_the_law
from phucvu.editions.adopting import adopt

__all__ = ["count_new_measures", "recount"]


def recount() -> None:
    """Throw every count away and count the register anew, in one transaction."""
    active.forget()
    with transaction.atomic():
        take_write_lock()
        active.register_measures()
        for counts in COUNTS:
            counts._default_manager.all().delete()
        for tally in active.tallies():
            _count(tally, tally.slots)
        adopt(active.installed_editions())


def count_new_measures() -> list[int]:
    """Count the measures that the scorecards name and no count exists of yet.

    The scorecards are in use from then on. Returns the slots of the new measures. The other counts
    stay unchanged, but for deadlines of petitions that an edition defines anew.
    """
    active.forget()
    with transaction.atomic():
        take_write_lock()
        new = active.register_measures()
        if new:
            active.clear(new)
            for tally in active.tallies():
                _count(tally, tuple(number for number in tally.slots if number in new))
        follow_the_law()
        adopt(active.installed_editions())
    return new


def _count(tally: Tally, slots: tuple[int, ...]) -> None:
    """Count these of a tally's slots, which are empty, over the whole register."""
    if not slots:
        return
    counted = f"({tally.query('1 = 1')}) AS tally"
    with connection.cursor() as cursor:
        for table in tally.tables:
            cursor.execute(_into(table, slots, counted))
            counted = table.name  # far fewer rows than facts


def _into(table: CountTable, slots: tuple[int, ...], source: str) -> str:
    """Write the statement that sets these slots of a table's cells to the sums over `source`."""
    keys = ", ".join(table.keys)
    columns = ", ".join(map(slot, slots))
    sums = ", ".join(f"CAST(SUM({slot(number)}) AS BIGINT)" for number in slots)
    counted = ", ".join(f"{slot(number)} = excluded.{slot(number)}" for number in slots)
    # Where nothing was counted there is nothing to write: cells are shared by the kinds of fact.
    some = " OR ".join(f"SUM({slot(number)}) <> 0" for number in slots)
    return (
        f"INSERT INTO {table.name} ({keys}, {columns})"  # noqa: S608
        f" SELECT {keys}, {sums} FROM {source} WHERE 1 = 1 GROUP BY {keys} HAVING {some}"
        f" ON CONFLICT ({keys}) DO UPDATE SET {counted}"
    )
