"""Figures counted from the register, pooled up the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from phucvu.counters import reading
from phucvu.counters.reading import UnitSums, Window
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.inputs import NATIONAL_REPORT, Report, national_reports
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Figure, Indicator, Period, figure_of
from phucvu.units.tree import UnitTree

__all__ = ["add_counted", "counted_figures", "counted_indicators", "counting_parts"]

Quantities = Mapping[Window, Mapping[str, int]]


def add_counted(
    edition: Edition,
    tree: UnitTree,
    result: Mapping[int, UnitFigures],
    scope: Collection[int],
    period: Period,
    bound: int,
    now: datetime,
) -> None:
    """Put counted figures into `result`, in place of whatever stands there.

    A unit whose subtree never had a dossier is not counted: nothing is known of it, which is
    not the same as nothing done.
    """
    counting = reading.units_with_dossiers(scope)
    if not counting:
        return
    own = {window: _own_sums(edition, period, window, bound, counting) for window in _WINDOWS}
    reports = national_reports(tree, scope, [period])
    for unit, known in result.items():
        parts = counting_parts(tree, unit, counting)
        if not parts:
            continue
        how = How.OWN if parts == [unit] else How.POOLED
        pooled = {window: _pool(sums, parts) for window, sums in own.items()}

        def report(received: int, unit: int = unit) -> Report:
            return reports.of(unit, period, received)

        for id_, (figure, flags) in counted_figures(edition, pooled, report).items():
            known.figures[id_] = figure
            known.provenance[id_] = Provenance(
                FigureSource.COUNTED,
                how,
                now,
                flags,
                parts=(len(parts), len(parts)) if how is How.POOLED else None,
            )


def counting_parts(tree: UnitTree, unit: int, counting: Collection[int]) -> list[int]:
    """The unit and those below it, as far as they ever had a dossier."""
    parts = [unit, *(node.id for node in tree.descendants(unit))]
    return [part for part in parts if part in counting]


def counted_figures(
    edition: Edition, quantities: Quantities, report: Callable[[int], Report]
) -> dict[str, tuple[Figure, tuple[str, ...]]]:
    """Each counted indicator's figure and flags, from the measures of the windows.

    A measure that is absent counted nothing. `report` gives the national report's figure for
    the number of dossiers received.
    """
    found: dict[str, tuple[Figure, tuple[str, ...]]] = {}
    for indicator in counted_indicators(edition):
        values: dict[str, int | None] = dict.fromkeys(edition.measures.names, 0)
        values.update(quantities[Window(indicator.window)])
        flags: tuple[str, ...] = ()
        if NATIONAL_REPORT in _names(indicator):
            national = report(values["received"] or 0)
            values[NATIONAL_REPORT], flags = national.received, national.flags
        figure = figure_of(indicator, values)
        if figure is not NOT_PROVIDED:
            found[indicator.id] = figure, flags
    return found


def counted_indicators(edition: Edition) -> list[Indicator]:
    """The indicators whose numerator and denominator are both counted."""
    return [
        indicator
        for indicator in edition.scorecard.indicators.values()
        if indicator.numerator.count is not None and indicator.denominator.count is not None
    ]


_WINDOWS = (Window.RECEIVED, Window.IN_PERIOD)


def _names(indicator: Indicator) -> set[str]:
    parts = (indicator.numerator.count, indicator.denominator.count)
    return {name for count in parts if count is not None for name in count.names}


def _own_sums(
    edition: Edition, period: Period, window: Window, bound: int, units: Collection[int]
) -> list[UnitSums]:
    return [
        reading.sums(edition.measures, period, window, units),
        reading.clock_sums(edition.measures, period, window, bound, units),
    ]


def _pool(sources: Iterable[UnitSums], parts: Iterable[int]) -> dict[str, int]:
    """Counts add up; ratios never do."""
    total: Counter[str] = Counter()
    for sums in sources:
        for part in parts:
            if part in sums:
                total.update(sums[part])
    return dict(total)
