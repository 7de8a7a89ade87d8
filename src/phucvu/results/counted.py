"""Figures counted from the register, pooled up the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from phucvu.counters import reading
from phucvu.counters.reading import UnitSums, Window
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.inputs import NATIONAL_REPORT, national_reports
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Indicator, Period, figure_of
from phucvu.units.tree import UnitTree

__all__ = ["add_counted"]


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
    indicators = [item for item in edition.scorecard.indicators.values() if _is_counted(item)]
    counting = reading.units_with_dossiers() & set(scope)
    if not indicators or not counting:
        return
    own = {
        window: _own_sums(edition, period, window, bound, counting)
        for window in {Window(item.window) for item in indicators}
    }
    reports = national_reports(tree, scope, period)
    for unit, known in result.items():
        parts = [unit, *(node.id for node in tree.descendants(unit))]
        parts = [part for part in parts if part in counting]
        if not parts:
            continue
        how = How.OWN if parts == [unit] else How.POOLED
        pooled = {window: _pool(sums, parts) for window, sums in own.items()}
        for indicator in indicators:
            quantities: dict[str, int | None] = dict.fromkeys(edition.measures.names, 0)
            quantities.update(pooled[Window(indicator.window)])
            flags: tuple[str, ...] = ()
            if NATIONAL_REPORT in _names(indicator):
                report = reports.of(unit, received=quantities["received"] or 0)
                quantities[NATIONAL_REPORT], flags = report.received, report.flags
            figure = figure_of(indicator, quantities)
            if figure is NOT_PROVIDED:
                continue
            known.figures[indicator.id] = figure
            known.provenance[indicator.id] = Provenance(
                FigureSource.COUNTED,
                how,
                now,
                flags,
                parts=(len(parts), len(parts)) if how is How.POOLED else None,
            )


def _is_counted(indicator: Indicator) -> bool:
    return indicator.numerator.count is not None and indicator.denominator.count is not None


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
