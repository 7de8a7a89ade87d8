"""Figures counted from the register, up the tree: facts pooled, procedures once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from phucvu.counters import reading
from phucvu.counters.reading import UnitSums, Window
from phucvu.register.facts import DOSSIERS
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.inputs import NATIONAL_REPORT, Report, national_reports
from phucvu.results.known import Known, known_facts, mentioned
from phucvu.results.procedures import NOW, procedure_numbers, terms_of
from phucvu.results.unit_numbers import unit_numbers
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Figure, Indicator, Period, figure_of
from phucvu.units.tree import UnitTree

__all__ = ["add_counted", "counted_figures", "counted_indicators"]

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

    A unit whose subtree never had a dossier is not counted by dossiers: nothing is known of it,
    which is not the same as nothing done. The same goes for the other kinds of fact
    (`known.Known.of`), and for a subtree without a catalogue of procedures.
    """
    facts = known_facts(edition, tree, scope)
    dossiers = facts.by_kind.get(DOSSIERS.name, ())
    procedures = procedure_numbers(edition, tree, result, period, dossiers)
    if not facts.units and not procedures.listing:
        return
    own = {window: _own_sums(edition, period, window, bound, facts) for window in _WINDOWS}
    reports = national_reports(tree, scope, [period])
    indicators = counted_indicators(edition)
    rests_on = {item.id: frozenset(mentioned(edition, item)) for item in indicators}
    for unit, into in result.items():
        kinds = facts.of(unit)
        parts = facts.parts(unit, facts.by_kind)
        below = {unit, *(node.id for node in tree.descendants(unit))}
        listed = _Parts(unit, [part for part in procedures.listing if part in below])
        pooled = {window: _pool(sums, parts) for window, sums in own.items()}
        numbers = _merged(procedures.of(unit), unit_numbers(edition, tree, unit, own, kinds))

        def report(received: int, unit: int = unit) -> Report:
            return reports.of(unit, period, received)

        found = counted_figures(edition, pooled, report, numbers, known=kinds)
        counted_by = {of: _Parts(unit, facts.parts(unit, of)) for of in set(rests_on.values())}
        for id_, (figure, flags) in found.items():
            indicator, counted = edition.scorecard.indicators[id_], counted_by[rests_on[id_]]
            into.figures[id_] = figure
            said = _provenance(edition, indicator, counted, listed, now, flags)
            into.provenance[id_] = replace(said, facts=rests_on[id_])


def _merged(
    first: Mapping[str, Mapping[str, int]], second: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    return {
        window: {**first.get(window, {}), **second.get(window, {})}
        for window in {**first, **second}
    }


@dataclass(frozen=True)
class _Parts:
    """Those of a unit and the units below it that had something to count."""

    unit: int
    units: list[int]

    @property
    def alone(self) -> bool:
        return self.units in ([self.unit], [])

    @property
    def known(self) -> tuple[int, int]:
        return len(self.units), len(self.units)


def _provenance(
    edition: Edition,
    indicator: Indicator,
    counted: _Parts,
    listed: _Parts,
    now: datetime,
    flags: tuple[str, ...],
) -> Provenance:
    terms = terms_of(indicator)
    catalogued = any(not edition.catalogue.keys().isdisjoint(term.measures) for term in terms)
    parts = listed if catalogued else counted
    if parts.alone and (not terms or indicator.window == NOW or counted.alone):
        return Provenance(FigureSource.COUNTED, How.OWN, now, flags, catalogued=catalogued)
    how = How.DISTINCT if terms else How.POOLED
    return Provenance(
        FigureSource.COUNTED, how, now, flags, parts=parts.known, catalogued=catalogued
    )


def counted_figures(
    edition: Edition,
    quantities: Quantities,
    report: Callable[[int], Report],
    numbers: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
    *,
    known: Collection[str],
) -> dict[str, tuple[Figure, tuple[str, ...]]]:
    """Each counted indicator's figure and flags, from the measures of the windows.

    A measure that is absent from a window counted nothing, where its kind of fact is among the
    `known`; else it is not provided. `numbers` holds the numbers of procedures and of units by
    window and term, those that are not provided left out. `report` gives the national report's
    figure for the number of dossiers received.
    """
    found: dict[str, tuple[Figure, tuple[str, ...]]] = {}
    nothing = {m.name: 0 for m in edition.measures.values() if m.fact in known}
    for indicator in counted_indicators(edition):
        values: dict[str, int | None] = {}
        if indicator.window in quantities:
            values.update(nothing)
            values.update(quantities[Window(indicator.window)])
        values.update(numbers.get(indicator.window, {}))
        flags: tuple[str, ...] = ()
        if NATIONAL_REPORT in _names(indicator):
            national = report(values.get("received") or 0)
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
    edition: Edition, period: Period, window: Window, bound: int, facts: Known
) -> list[UnitSums]:
    book, units = edition.measures, facts.units
    return [
        reading.sums(book, period, window, units, facts.by_kind),
        reading.clock_sums(book, period, window, bound, units, facts.by_kind),
    ]


def _pool(sources: Iterable[UnitSums], parts: Iterable[int]) -> dict[str, int]:
    """Counts add up; ratios never do."""
    total: Counter[str] = Counter()
    for sums in sources:
        for part in parts:
            if part in sums:
                total.update(sums[part])
    return dict(total)
