"""Readings of the register's dossiers by procedure: clock measures, and medians."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db import connection

from phucvu.counters.active import dialect
from phucvu.counters.reading import UnitSums, Window
from phucvu.measures import Measure, MeasureBook
from phucvu.register.facts import DOSSIERS
from phucvu.scoring import Period

__all__ = ["clock_by_procedure", "clock_of_procedure", "medians"]

# A unit to read for → itself and the units below it.
Subtrees = Mapping[int, Collection[int]]
_TABLE = DOSSIERS.table


def clock_by_procedure(
    book: MeasureBook, period: Period, window: Window, bound: int, unit_ids: Collection[int]
) -> Mapping[str, Mapping[str, int]]:
    """Read the clock measures over these units, per procedure code.

    `bound` is the cut-off (wall time, ms), as in `pooling.Asked`.
    """
    found: dict[str, dict[str, int]] = {}
    for measure in _of_dossiers(book):
        within = _within(measure, period, window, unit_ids, None)
        for code, total in _clock_rows("procedure_code", measure, bound, within, []):
            found.setdefault(str(code), {})[measure.name] = total
    return found


def clock_of_procedure(
    book: MeasureBook,
    period: Period,
    window: Window,
    bound: int,
    unit_ids: Collection[int],
    code: str,
) -> UnitSums:
    """Read the clock measures over one procedure's dossiers, per unit."""
    found: dict[int, dict[str, int]] = {}
    for measure in _of_dossiers(book):
        within = _within(measure, period, window, unit_ids, code)
        for unit, total in _clock_rows("unit_id", measure, bound, within, [code]):
            found.setdefault(int(unit), {})[measure.name] = total
    return found


def _of_dossiers(book: MeasureBook) -> Iterator[Measure]:
    return (measure for measure in book.clock if measure.fact == DOSSIERS.name)


def _clock_rows(
    by: str, measure: Measure, bound: int, within: str, parameters: list[str]
) -> Iterator[tuple[int | str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, SUM({measure.value_sql(dialect(), bound=bound)})"  # noqa: S608
            f" FROM {_TABLE} WHERE ({measure.when_sql(dialect(), bound=bound)})"
            f" AND {within} GROUP BY {by}",
            parameters,
        )
        for key, total in cursor.fetchall():
            yield key, int(total)


def medians(
    measure: Measure, period: Period, window: Window, subtrees: Subtrees, procedure: str
) -> Mapping[int, list[int]]:
    """Return the one or two middle values of what a measure sums, per unit with all below it.

    The cost follows the number of dossiers: their values are stored nowhere else.
    """
    pairs = ", ".join(
        f"({int(unit)}, {int(part)})" for unit, parts in subtrees.items() for part in parts
    )
    parts = set().union(*subtrees.values())
    query = f"""
        WITH subtree(unit, part) AS (VALUES {pairs}),
        chosen AS (
            SELECT unit_id, {measure.value_sql(dialect())} AS value FROM {_TABLE}
            WHERE ({measure.when_sql(dialect())})
                AND {_within(measure, period, window, parts, procedure)}
        ),
        ordered AS (
            SELECT unit, value, COUNT(*) OVER (PARTITION BY unit) AS everything,
                ROW_NUMBER() OVER (PARTITION BY unit ORDER BY value) AS place
            FROM chosen JOIN subtree ON part = unit_id
        )
        SELECT unit, value FROM ordered
        WHERE place IN ((everything + 1) / 2, (everything + 2) / 2) ORDER BY unit, place
    """  # noqa: S608 - measures are checked expressions
    found: dict[int, list[int]] = {}
    if not pairs:
        return found
    with connection.cursor() as cursor:
        cursor.execute(query, [procedure])
        for unit, value in cursor.fetchall():
            found.setdefault(unit, []).append(int(value))
    return found


def _within(
    measure: Measure,
    period: Period,
    window: Window,
    unit_ids: Collection[int],
    procedure: str | None,
) -> str:
    """Write the condition that a dossier belongs to the period and is asked for."""
    placed, ended = measure.placed_month_sql(dialect()), measure.ended_month_sql(dialect())
    since = placed if window is Window.RECEIVED else ended
    conditions = [
        f"unit_id IN ({', '.join(str(int(unit)) for unit in unit_ids) or 'NULL'})",
        f"{placed} <= {period.last}",
        f"{since} >= {period.first}",
    ]
    if procedure is not None:
        conditions.append("procedure_code = %s")
    return " AND ".join(conditions)
