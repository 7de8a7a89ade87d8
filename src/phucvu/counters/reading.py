"""Reading counts for a period: what was counted, and what only the clock can tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from django.db import connection
from django.db.models import QuerySet, Sum

from phucvu.counters.active import dialect
from phucvu.counters.models import ProcedureCount, UnitCount
from phucvu.measures import MeasureBook
from phucvu.scoring import Period

__all__ = [
    "Window",
    "by_procedure",
    "clock_sums",
    "monthly_sums",
    "sums",
    "units_with_dossiers",
]

UnitSums = Mapping[int, Mapping[str, int]]
Row = TypeVar("Row", UnitCount, ProcedureCount)


class Window(StrEnum):
    """Which dossiers belong to a period."""

    RECEIVED = "received"
    """placed in it"""
    IN_PERIOD = "in_period"
    """placed in it, or carried over into it: placed before and not ended before it began"""


def _within(counts: QuerySet[Row], period: Period, window: Window) -> QuerySet[Row]:
    if window is Window.RECEIVED:
        return counts.filter(placed_month__range=(period.first, period.last))
    return counts.filter(placed_month__lte=period.last, ended_month__gte=period.first)


def _names(book: MeasureBook) -> dict[str, list[str]]:
    """Digest → names: two names of one book may say the same and then share their counts."""
    names: dict[str, list[str]] = defaultdict(list)
    for measure in book.counted:
        names[measure.digest].append(measure.name)
    return names


def sums(
    book: MeasureBook, period: Period, window: Window, unit_ids: Collection[int] | None = None
) -> UnitSums:
    """The counted measures of `book`, per unit's own dossiers: unit id → measure name → sum.

    A unit or measure that is absent counted nothing. `unit_ids` narrows the reading.
    """
    names = _names(book)
    counts = _within(UnitCount.objects.filter(measure__digest__in=names), period, window)
    if unit_ids is not None:
        counts = counts.filter(unit_id__in=unit_ids)
    result: dict[int, dict[str, int]] = defaultdict(dict)
    rows = counts.values_list("unit_id", "measure__digest").annotate(total=Sum("value"))
    for unit, digest, total in rows.order_by():
        result[unit].update(dict.fromkeys(names[digest], int(total)))
    return result


def by_procedure(
    book: MeasureBook, period: Period, window: Window, unit_ids: Collection[int]
) -> Mapping[str, Mapping[str, int]]:
    """The counted measures of `book` over these units, per procedure code."""
    names = _names(book)
    counts = _within(
        ProcedureCount.objects.filter(measure__digest__in=names, unit_id__in=unit_ids),
        period,
        window,
    )
    result: dict[str, dict[str, int]] = defaultdict(dict)
    rows = counts.values_list("procedure_code", "measure__digest").annotate(total=Sum("value"))
    for procedure, digest, total in rows.order_by():
        result[procedure].update(dict.fromkeys(names[digest], int(total)))
    return result


def clock_sums(
    book: MeasureBook,
    period: Period,
    window: Window,
    bound: int,
    unit_ids: Collection[int] | None = None,
) -> UnitSums:
    """The measures that depend on the clock, read from the register now.

    `bound` is the moment (wall time) up to which an open dossier is judged: the period's end,
    or now if that is earlier.
    """
    result: dict[int, dict[str, int]] = defaultdict(dict)
    name = dialect()
    with connection.cursor() as cursor:
        for measure in book.clock:
            value = measure.value_sql(name, bound=bound)
            placed, ended = measure.placed_month_sql(name), measure.ended_month_sql(name)
            conditions = [f"({measure.when_sql(name, bound=bound)})", f"{placed} <= {period.last}"]
            if window is Window.RECEIVED:
                conditions.append(f"{placed} >= {period.first}")
            else:
                conditions.append(f"{ended} >= {period.first}")
            if unit_ids is not None:
                conditions.append(
                    f"unit_id IN ({', '.join(str(int(u)) for u in unit_ids) or 'NULL'})"
                )
            cursor.execute(
                f"SELECT unit_id, SUM({value}) FROM register_dossier"  # noqa: S608
                f" WHERE {' AND '.join(conditions)} GROUP BY unit_id"
            )
            for unit, total in cursor.fetchall():
                result[unit][measure.name] = int(total)
    return result


def monthly_sums(
    book: MeasureBook, months: Sequence[Period], unit_ids: Collection[int]
) -> dict[Period, dict[Window, Counter[str]]]:
    """The counted measures of `book` over all these units together, for each month at once.

    `months` are consecutive, the earliest first.
    """
    names = _names(book)
    counts = UnitCount.objects.filter(measure__digest__in=names, unit_id__in=unit_ids).order_by()
    first, last = months[0].first, months[-1].last
    result = {month: {window: Counter[str]() for window in Window} for month in months}
    by_first = {month.first: month for month in months}
    received = counts.filter(placed_month__range=(first, last))
    for placed, digest, total in received.values_list("placed_month", "measure__digest").annotate(
        total=Sum("value")
    ):
        for name in names[digest]:
            result[by_first[placed]][Window.RECEIVED][name] += int(total)
    touching = counts.filter(placed_month__lte=last, ended_month__gte=first)
    for placed, ended, digest, total in touching.values_list(
        "placed_month", "ended_month", "measure__digest"
    ).annotate(total=Sum("value")):
        for month in months:
            if placed <= month.last and ended >= month.first:
                for name in names[digest]:
                    result[month][Window.IN_PERIOD][name] += int(total)
    return result


def units_with_dossiers(unit_ids: Collection[int]) -> set[int]:
    """Those of the units that ever had a dossier: for these, nothing counted means none."""
    counted = UnitCount.objects.filter(unit_id__in=unit_ids, value__gt=0)
    return set(counted.order_by().values_list("unit_id", flat=True).distinct())
