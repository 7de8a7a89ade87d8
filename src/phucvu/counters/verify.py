"""Verification of the counts: count everything anew, change nothing, name every difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from phucvu.changes.publishing import take_write_lock
from phucvu.counters import active
from phucvu.counters.active import CountTable, Tally
from phucvu.counters.models import CountedMeasure
from phucvu.counters.tops import Astray, astray
from phucvu.register.facts import FACTS
from phucvu.units.models import Unit

__all__ = ["Difference", "Verification", "verify"]

_TALLY = "counters_tally"
_MOST_ROWS = 1_000  # of a table: whoever has more will not read them one by one


@dataclass(frozen=True)
class Difference:
    """A count that differs from the register."""

    measure: str
    unit: str
    procedure: str | None
    placed_month: int
    ended_month: int
    counted: int
    expected: int


@dataclass(frozen=True)
class Verification:
    """Result of a verification; `facts` is the number of each kind, by its name.

    `astray` are facts that do not count once at the top of some map.
    """

    facts: dict[str, int]
    measures: int
    counts: int
    differences: tuple[Difference, ...]
    astray: tuple[Astray, ...] = ()

    @property
    def clean(self) -> bool:
        """Tell whether every count fits the register, and every fact counts once at the top."""
        return not self.differences and not self.astray


def verify() -> Verification:
    """Recount every measure over the whole register, compare each count, and prove the maps.

    Raises `active.UncountedError` where a scorecard names a measure that was never counted.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        take_write_lock()
        active.keep_up()
        active.slots_of(active.active_measures().values())  # one without counts is no proof
        names = dict(CountedMeasure.objects.values_list("slot", "name"))
        codes = dict(Unit.objects.values_list("id", "code"))
        differences: list[Difference] = []
        counts = 0
        for tally in active.tallies():
            cursor.execute(f"CREATE TEMPORARY TABLE {_TALLY} AS {tally.query('1 = 1')}")
            for table in tally.tables:
                counts += _size(cursor, table.name) * len(tally.slots)
                for key, expected, counted in _compare(cursor, tally, table):
                    cell = dict(zip(table.keys, key, strict=True))
                    differences += [
                        Difference(
                            names[number],
                            codes[cell["unit_id"]],
                            cell.get("procedure_code"),
                            cell["placed_month"],
                            cell["ended_month"],
                            have or 0,
                            want or 0,
                        )
                        for number, want, have in zip(tally.slots, expected, counted, strict=True)
                        if (want or 0) != (have or 0)
                    ]
            cursor.execute(f"DROP TABLE {_TALLY}")
        facts = {name: _size(cursor, fact.table) for name, fact in FACTS.items()}
        lost = astray()
    return Verification(facts, len(names), counts, tuple(differences), tuple(lost))


def _size(cursor: CursorWrapper, table: str) -> int:
    cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
    return int(cursor.fetchone()[0])


def _compare(
    cursor: CursorWrapper, tally: Tally, table: CountTable
) -> Iterator[tuple[tuple, tuple, tuple]]:
    """Yield rows that differ: their key, the register's count of each slot, the stored count."""
    stored, keys = table.name, table.keys
    by = ", ".join(keys)
    sums = ", ".join(f"CAST(SUM({column}) AS BIGINT) AS {column}" for column in tally.columns)
    expected = f"(SELECT {by}, {sums} FROM {_TALLY} GROUP BY {by})"  # noqa: S608
    on = " AND ".join(f"want.{key} = have.{key}" for key in keys)
    pairs = [(f"want.{column}", f"have.{column}") for column in tally.columns]
    differ = " OR ".join(f"COALESCE({want}, 0) <> COALESCE({have}, 0)" for want, have in pairs)
    shown = ", ".join(f"{want}, {have}" for want, have in pairs)
    # What should be there, then what is there though nothing should be.
    for side, key, left, right, missing in (
        ("want", "want", f"{expected} AS want", f"{stored} AS have", ""),
        ("have", "have", f"{stored} AS have", f"{expected} AS want", "want.unit_id IS NULL AND "),
    ):
        cursor.execute(
            f"SELECT {', '.join(f'{key}.{name}' for name in keys)}, {shown}"  # noqa: S608
            f" FROM {left} LEFT JOIN {right} ON {on}"
            f" WHERE {missing}({differ}) ORDER BY {', '.join(f'{side}.{name}' for name in keys)}"
            f" LIMIT {_MOST_ROWS}"
        )
        for row in cursor.fetchall():
            values = row[len(keys) :]
            yield row[: len(keys)], values[0::2], values[1::2]
