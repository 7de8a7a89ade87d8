"""Readings of counts for a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from phucvu.counters.active import slots, slots_of
from phucvu.counters.models import ProcedureCount, UnitCount, slot
from phucvu.measures import MeasureBook
from phucvu.register.facts import DOSSIERS, Fact
from phucvu.scoring import Period
from phucvu.units.models import Unit

__all__ = [
    "Window",
    "by_procedure",
    "monthly_sums",
    "months_counted",
    "of_procedure",
    "procedure_cells",
    "units_with",
]

UnitSums = Mapping[int, Mapping[str, int]]
Row = TypeVar("Row", UnitCount, ProcedureCount)
_SUM = "sum_"  # before a measure's name, which may be a column's too


class Window(StrEnum):
    """Window of a period: which facts belong to it."""

    RECEIVED = "received"
    """placed in it"""
    IN_PERIOD = "in_period"
    """placed in it, or carried over into it: placed before and not ended before it began"""


def _within(counts: QuerySet[Row], period: Period, window: Window) -> QuerySet[Row]:
    if window is Window.RECEIVED:
        return counts.filter(placed_month__range=(period.first, period.last))
    return counts.filter(placed_month__lte=period.last, ended_month__gte=period.first)


def _summed(book: MeasureBook, facts: Collection[str] | None = None) -> dict[str, Sum]:
    """Make a sum for each counted measure of `book`, over whatever a query groups.

    `facts` selects the measures of these kinds of fact.
    """
    measures = [m for m in book.counted if facts is None or m.fact in facts]
    given = slots_of(measures)
    return {_SUM + measure.name: Sum(slot(given[measure.digest])) for measure in measures}


def _counted(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the sums of a row by the measure's name, without zeros."""
    return {
        name.removeprefix(_SUM): int(total)
        for name, total in row.items()
        if total and name.startswith(_SUM)
    }


def by_procedure(
    book: MeasureBook, period: Period, window: Window, unit_ids: Collection[int]
) -> Mapping[str, Mapping[str, int]]:
    """Read the counted measures of `book` over these units, per procedure code."""
    counts = ProcedureCount.objects.filter(unit_id__in=unit_ids).order_by()
    rows = _within(counts, period, window).values("procedure_code").annotate(**_summed(book))
    return {row["procedure_code"]: _counted(row) for row in rows}


def of_procedure(
    book: MeasureBook, period: Period, window: Window, unit_ids: Collection[int], code: str
) -> UnitSums:
    """Read the counted measures of `book` over one procedure's dossiers, per unit."""
    counts = ProcedureCount.objects.filter(unit_id__in=unit_ids, procedure_code=code).order_by()
    rows = _within(counts, period, window).values("unit_id").annotate(**_summed(book))
    return {row["unit_id"]: _counted(row) for row in rows}


def procedure_cells(
    book: MeasureBook, names: Sequence[str], first: int, last: int, unit_ids: Collection[int]
) -> list[tuple[Any, ...]]:
    """Read the cells of these units that touch the months `first` to `last` (yyyymm).

    A row holds unit, procedure code, month placed, month ended, then the counted measures `names`.
    """
    given = slots_of(book[name] for name in names)
    columns = [slot(given[book[name].digest]) for name in names]
    touching = Q(ended_month__gte=first) | Q(placed_month__gte=first)
    counts = ProcedureCount.objects.filter(touching, unit_id__in=unit_ids, placed_month__lte=last)
    counts = counts.exclude(procedure_code="")
    rows = counts.order_by().values_list(
        "unit_id", "procedure_code", "placed_month", "ended_month", *columns
    )
    return [(*row[:4], *(value or 0 for value in row[4:])) for row in rows.iterator()]


def monthly_sums(
    book: MeasureBook, months: Sequence[Period], unit_ids: Collection[int]
) -> dict[Period, dict[Window, Counter[str]]]:
    """Read the counted measures of `book` over all these units together, for each month at once.

    `months` are consecutive, the earliest first.
    """
    first, last = months[0].first, months[-1].last
    counts = UnitCount.objects.filter(unit_id__in=unit_ids, placed_month__lte=last).order_by()
    result = {month: {window: Counter[str]() for window in Window} for month in months}
    touching = counts.filter(Q(ended_month__gte=first) | Q(placed_month__gte=first))
    for row in touching.values("placed_month", "ended_month").annotate(**_summed(book)):
        placed, ended = row["placed_month"], row["ended_month"]
        counted = _counted(row)
        for month in months:
            if month.covers(placed):
                result[month][Window.RECEIVED].update(counted)
            if placed <= month.last and ended >= month.first:
                result[month][Window.IN_PERIOD].update(counted)
    return result


def months_counted(unit_ids: Collection[int]) -> tuple[int, int] | None:
    """Return the first and the last month (yyyymm) in which these units have dossiers placed, or
    None.
    """
    something = Q()
    for number in slots().values():
        something |= Q(**{f"{slot(number)}__gt": 0})
    found = UnitCount.objects.filter(something, unit_id__in=unit_ids).aggregate(
        first=Min("placed_month"), last=Max("placed_month")
    )
    return None if found["first"] is None else (found["first"], found["last"])


def units_with(unit_ids: Collection[int], fact: Fact = DOSSIERS) -> set[int]:
    """Return those of the units that have a fact of this kind, of whatever period."""
    any_fact = fact.model._default_manager.filter(unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(any_fact), pk__in=unit_ids).order_by()
    return set(found.values_list("pk", flat=True))
