"""Counts pooled over units and all below them: one query however many units there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

from phucvu.counters.active import slots_of
from phucvu.counters.models import ClockCount, ClockMonthCount, UnitCount, slot
from phucvu.counters.reading import Window
from phucvu.measures import Measure, MeasureBook
from phucvu.register.walltime import from_wall
from phucvu.scoring import Period

__all__ = ["Asked", "Pooled", "Subtrees", "pooled"]

# A unit to count for → itself and the units below it.
Subtrees = Mapping[int, Collection[int]]
# unit → window → measure → its count
Pooled = dict[int, dict[Window, dict[str, int]]]


@dataclass(frozen=True)
class Asked:
    """Question for counts: the measures of `book` by the window they are counted in.

    `bound` is the cut-off (wall time, ms): a fact with a later activation time does not count yet.
    """

    book: MeasureBook
    measures: Mapping[Window, Sequence[str]]
    period: Period
    bound: int


def pooled(asked: Asked, subtrees: Subtrees) -> Pooled:
    """Return the counts of each unit over its subtree; measures that counted nothing are left out.

    Counts add up; ratios never do. Raises UncountedError for a measure without counts.
    """
    found: Pooled = {unit: {window: {} for window in asked.measures} for unit in subtrees}
    subtrees = {unit: parts for unit, parts in subtrees.items() if parts}
    wanted = [
        (window, asked.book[name]) for window, names in asked.measures.items() for name in names
    ]
    counted = [(window, measure) for window, measure in wanted if not measure.clock]
    by_clock = [(window, measure) for window, measure in wanted if measure.clock]
    month = int(f"{from_wall(asked.bound):%Y%m}")
    _add(found, asked, counted, subtrees, UnitCount)
    _add(found, asked, by_clock, subtrees, ClockMonthCount, f" AND since_month < {month}")
    _add(
        found, asked, by_clock, subtrees, ClockCount,
        f" AND since_month = {month} AND since <= {int(asked.bound)}",
    )  # fmt: skip
    return found


def _add(
    found: Pooled,
    asked: Asked,
    measures: Sequence[tuple[Window, Measure]],
    subtrees: Subtrees,
    counts: type[Model],
    where: str = "",
) -> None:
    """Add the sums of a table's slots to the counts found so far."""
    if not measures or not subtrees:
        return
    with connection.cursor() as cursor:
        cursor.execute(_query(asked, measures, subtrees, counts._meta.db_table, where))
        for unit, *sums in cursor:
            windows = found[unit]
            for (window, measure), total in zip(measures, sums, strict=True):
                if total:
                    into = windows[window]
                    into[measure.name] = into.get(measure.name, 0) + int(total)


def _subtree_table(subtrees: Subtrees) -> str:
    """Write a table `subtree(unit, part)`, to stand in a WITH."""
    pairs = ", ".join(
        f"({int(unit)}, {int(part)})" for unit, parts in subtrees.items() for part in parts
    )
    return f"subtree(unit, part) AS (VALUES {pairs or '(NULL, NULL)'})"


def _query(
    asked: Asked,
    counted: Sequence[tuple[Window, Measure]],
    subtrees: Subtrees,
    table: str,
    where: str,
) -> str:
    """Write a query of units, each with a sum for each of `counted`; cells of both windows are read
    once.
    """
    given, period = slots_of(measure for _window, measure in counted), asked.period
    inside = {
        Window.RECEIVED: f"placed_month >= {period.first}",
        Window.IN_PERIOD: f"ended_month >= {period.first}",
    }
    windows = {window for window, _measure in counted}
    sums = []
    for window, measure in counted:
        column = slot(given[measure.digest])
        # Where only one window is asked for, the rows are its own already.
        if len(windows) > 1:
            column = f"CASE WHEN {inside[window]} THEN {column} END"
        sums.append(f"SUM({column})")
    within = " OR ".join(inside[window] for window in sorted(windows))
    return _over_subtrees(
        table,
        sums,
        f"placed_month <= {period.last} AND ({within}){where}",
        subtrees,
    )


def _over_subtrees(table: str, sums: Sequence[str], where: str, subtrees: Subtrees) -> str:
    """Write sums over the rows of each subtree's units; `where` uses the table's own columns."""
    totals = ", ".join(sums)
    # Units with nothing below them need no join, and come in the order of the index.
    alone = [unit for unit, parts in subtrees.items() if list(parts) == [unit]]
    others = {unit: parts for unit, parts in subtrees.items() if list(parts) != [unit]}
    queries = []
    if alone:
        queries.append(
            f"SELECT unit_id, {totals} FROM {table}"  # noqa: S608 - checked expressions
            f" WHERE unit_id IN ({_listed(alone)}) AND {where} GROUP BY unit_id"
        )
    if len(others) == 1:
        ((unit, parts),) = others.items()
        queries.append(
            f"SELECT {int(unit)}, {totals} FROM {table}"  # noqa: S608
            f" WHERE unit_id IN ({_listed(parts)}) AND {where} HAVING COUNT(*) > 0"
        )
    elif others:
        queries.append(
            f"SELECT unit, {totals} FROM (WITH {_subtree_table(others)} SELECT * FROM subtree)"  # noqa: S608
            f" AS subtree JOIN {table} ON unit_id = part WHERE {where} GROUP BY unit"
        )
    return " UNION ALL ".join(queries)


def _listed(unit_ids: Collection[int]) -> str:
    return ", ".join(str(int(unit)) for unit in unit_ids) or "NULL"
