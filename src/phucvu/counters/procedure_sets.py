"""Sets of procedures, read from the store as whole numbers with a bit for each procedure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from django.db import connection

from phucvu.counters.active import dialect

__all__ = ["Bits", "codes_together", "flags_of", "ids_in", "read_codes"]

# Between codes, which hold only what can be printed.
_BETWEEN = "\x1f"


class Bits(dict[str, int]):
    """A bit for each procedure code, given when it is first met."""

    def __missing__(self, code: str) -> int:
        bit = self[code] = 1 << len(self)
        return bit


def read_codes(query: str, bits: Bits) -> dict[tuple[int, int], int]:
    """Read the procedures by the first two columns of a query, whose third lists their codes."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {
            (first, second): reduce(or_, (bits[code] for code in codes.split(_BETWEEN)))
            for first, second, codes in cursor.fetchall()
        }


def codes_together() -> str:
    """Write SQL for the codes of a group in one text, which is read faster than a row for each."""
    if dialect() == "postgresql":
        return f"string_agg(procedure_code, chr({ord(_BETWEEN)}))"
    return f"group_concat(procedure_code, char({ord(_BETWEEN)}))"


def flags_of(conditions: Sequence[str]) -> str:
    """Write SQL for a whole number with a bit for each condition that holds."""
    return " + ".join(
        f"CASE WHEN {condition} THEN {1 << number} ELSE 0 END"
        for number, condition in enumerate(conditions)
    )


def ids_in(units: Collection[int]) -> str:
    """Write a list of ids in SQL, to stand in an IN."""
    return ", ".join(str(int(unit)) for unit in units)
