"""Figures counted from the register, up the tree: dossiers pooled, procedures once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from phucvu.counters import reading
from phucvu.counters.pooling import Asked, pooled
from phucvu.counters.reading import Window
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.inputs import NATIONAL_REPORT, Report, national_reports
from phucvu.results.procedures import NOW, procedure_numbers, terms_of
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Figure, Indicator, Period, figure_of
from phucvu.units.tree import UnitTree

__all__ = [
    "add_counted",
    "counted_figures",
    "counted_indicators",
    "counting_parts",
    "measures_by_window",
]

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
    not the same as nothing done. The same goes for a subtree without a catalogue of procedures.
    """
    counting = reading.units_with_dossiers(scope)
    procedures = procedure_numbers(edition, tree, result, period, counting)
    if not counting and not procedures.listing:
        return
    parts = {unit: counting_parts(tree, unit, counting) for unit in result}
    asked = Asked(edition.measures, measures_by_window(edition), period, bound)
    quantities = pooled(asked, {unit: below for unit, below in parts.items() if below})
    reports = national_reports(tree, scope, [period])
    for unit, known in result.items():
        counted = _Parts(unit, parts[unit])
        listed = _Parts(unit, counting_parts(tree, unit, procedures.listing))

        def report(received: int, unit: int = unit) -> Report:
            return reports.of(unit, period, received)

        found = counted_figures(
            edition, quantities.get(unit, _NOTHING), report, procedures.of(unit)
        )
        told = _Told(counted, listed, now)
        for rule in _rules(edition):
            if rule.indicator.id in found:
                figure, flags = found[rule.indicator.id]
                known.figures[rule.indicator.id] = figure
                known.provenance[rule.indicator.id] = told.of(rule, flags)


_NOTHING: Quantities = MappingProxyType({})


@dataclass(frozen=True)
class _Parts:
    """Those of a unit and the units below it that had something to count."""

    unit: int
    units: list[int]

    @property
    def alone(self) -> bool:
        return self.units == [self.unit]

    @property
    def known(self) -> tuple[int, int]:
        return len(self.units), len(self.units)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A counted indicator, and what follows from what it counts."""

    indicator: Indicator
    names: frozenset[str]
    """the measures and inputs that are added up"""
    distinct: bool
    catalogued: bool

    @property
    def reported(self) -> bool:
        """Whether it needs the national report."""
        return NATIONAL_REPORT in self.names


@lru_cache(maxsize=64)
def _rules(edition: Edition) -> tuple[_Rule, ...]:
    found = []
    for indicator in edition.scorecard.indicators.values():
        counts = [part.count for part in (indicator.numerator, indicator.denominator)]
        if None in counts:
            continue
        terms = terms_of(indicator)
        found.append(
            _Rule(
                indicator,
                frozenset(name for count in counts if count is not None for name in count.names),
                bool(terms),
                any(not edition.catalogue.keys().isdisjoint(term.measures) for term in terms),
            )
        )
    return tuple(found)


@lru_cache(maxsize=64)
def measures_by_window(edition: Edition) -> Mapping[Window, tuple[str, ...]]:
    """The measures of dossiers that the edition's indicators add up, by the window of each."""
    found: dict[Window, dict[str, None]] = {}
    for rule in _rules(edition):
        if rule.indicator.window != NOW:
            names = found.setdefault(Window(rule.indicator.window), {})
            names.update(dict.fromkeys(sorted(rule.names & set(edition.measures.names))))
            if rule.reported:
                names["received"] = None  # decides whether last year's report stands in
    return {window: tuple(names) for window, names in found.items()}


class _Told:
    """The provenance of a unit's counted figures; alike for most of them."""

    def __init__(self, counted: _Parts, listed: _Parts, now: datetime) -> None:
        self._counted = counted
        self._listed = listed
        self._now = now
        self._known: dict[tuple[bool, bool, bool, tuple[str, ...]], Provenance] = {}

    def of(self, rule: _Rule, flags: tuple[str, ...]) -> Provenance:
        key = (rule.distinct, rule.catalogued, rule.indicator.window == NOW, flags)
        if key not in self._known:
            self._known[key] = self._provenance(*key)
        return self._known[key]

    def _provenance(
        self, distinct: bool, catalogued: bool, as_it_stands: bool, flags: tuple[str, ...]
    ) -> Provenance:
        parts = self._listed if catalogued else self._counted
        if parts.alone and (not distinct or as_it_stands or self._counted.alone):
            return Provenance(
                FigureSource.COUNTED, How.OWN, self._now, flags, catalogued=catalogued
            )
        how = How.DISTINCT if distinct else How.POOLED
        return Provenance(
            FigureSource.COUNTED, how, self._now, flags, parts=parts.known, catalogued=catalogued
        )


def counting_parts(tree: UnitTree, unit: int, counting: Collection[int]) -> list[int]:
    """The unit and those below it, as far as they ever had a dossier."""
    parts = [unit, *(node.id for node in tree.descendants(unit))]
    return [part for part in parts if part in counting]


def counted_figures(
    edition: Edition,
    quantities: Quantities,
    report: Callable[[int], Report],
    procedures: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
) -> dict[str, tuple[Figure, tuple[str, ...]]]:
    """Each counted indicator's figure and flags, from the measures of the windows.

    A measure that is absent from a window counted nothing; a window that is absent is not
    provided. `procedures` holds the numbers of procedures by window and term, those that are
    not provided left out. `report` gives the national report's figure for the number of
    dossiers received.
    """
    found: dict[str, tuple[Figure, tuple[str, ...]]] = {}
    zeros = dict.fromkeys(edition.measures.names, 0)
    windows: dict[str, dict[str, int | None]] = {}
    for rule in _rules(edition):
        indicator = rule.indicator
        values = windows.get(indicator.window)
        if values is None:
            values = windows[indicator.window] = {}
            if indicator.window in quantities:
                values |= zeros
                values |= quantities[Window(indicator.window)]
            values |= procedures.get(indicator.window, {})
        flags: tuple[str, ...] = ()
        if rule.reported:
            national = report(values.get("received") or 0)
            values, flags = {**values, NATIONAL_REPORT: national.received}, national.flags
        figure = figure_of(indicator, values)
        if figure is not NOT_PROVIDED:
            found[indicator.id] = figure, flags
    return found


def counted_indicators(edition: Edition) -> list[Indicator]:
    """The indicators whose numerator and denominator are both counted."""
    return [rule.indicator for rule in _rules(edition)]
