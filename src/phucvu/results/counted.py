"""Figures counted from the register, up the tree: facts pooled, procedures once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from phucvu.counters.pooling import Asked, pooled
from phucvu.counters.reading import Window
from phucvu.register.facts import DOSSIERS
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.inputs import NATIONAL_REPORT, Report, national_reports
from phucvu.results.known import Known, known_facts, mentioned
from phucvu.results.procedures import as_it_stands, procedure_numbers, terms_of
from phucvu.results.unit_numbers import unit_numbers
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Figure, Indicator, Period, figure_of
from phucvu.units.tree import UnitTree

__all__ = [
    "add_counted",
    "counted_figures",
    "counted_indicators",
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
    """Put counted figures into `result`, in place of any figure there.

    A unit whose subtree never had a dossier is not counted by dossiers: nothing is known of it,
    which is not the same as nothing done. The same goes for the other kinds of fact
    (`known.Known.of`), and for a subtree without a catalogue of procedures. `bound` is the cut-off
    (wall time, ms).
    """
    facts = known_facts(edition, tree, scope)
    dossiers = facts.by_kind.get(DOSSIERS.name, ())
    procedures = procedure_numbers(edition, tree, result, period, dossiers, bound, now)
    if not facts.units and not procedures.listing:
        return
    measures = {
        window: [name for name in names if edition.measures[name].fact in facts.by_kind]
        for window, names in measures_by_window(edition).items()
    }
    asked = Asked(edition.measures, measures, period, bound)
    quantities = pooled(asked, {unit: facts.parts(unit, facts.by_kind) for unit in result})
    by_unit = unit_numbers(edition, facts, result, asked)
    reports = national_reports(tree, scope, [period])
    for unit, into in result.items():
        kinds = facts.of(unit)

        def report(received: int, unit: int = unit) -> Report:
            return reports.of(unit, period, received)

        found = counted_figures(
            edition,
            quantities[unit],
            report,
            _merged(procedures.of(unit), by_unit.get(unit, {})),
            known=kinds,
        )
        told = _Told(unit, facts, procedures.listing, now)
        for rule in _rules(edition):
            if rule.indicator.id in found:
                figure, flags = found[rule.indicator.id]
                into.figures[rule.indicator.id] = figure
                into.provenance[rule.indicator.id] = told.of(rule, flags)


def _merged(
    first: Mapping[str, Mapping[str, int]], second: Mapping[str, Mapping[str, int]]
) -> Mapping[str, Mapping[str, int]]:
    if not second:
        return first
    return {
        window: {**first.get(window, {}), **second.get(window, {})}
        for window in {**first, **second}
    }


@dataclass(frozen=True)
class _Parts:
    """Unit with the units below it that had something to count."""

    unit: int
    units: list[int]

    @property
    def alone(self) -> bool:
        return self.units in ([self.unit], [])

    @property
    def known(self) -> tuple[int, int]:
        return len(self.units), len(self.units)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A counted indicator, with the properties that follow from its counts."""

    indicator: Indicator
    names: frozenset[str]
    """the measures and inputs that are added up"""
    distinct: bool
    catalogued: bool
    kinds: frozenset[str]
    """the kinds of fact it is counted from"""

    @property
    def reported(self) -> bool:
        """Tell whether it needs the national report."""
        return NATIONAL_REPORT in self.names

    @property
    def inherited(self) -> bool:
        """Tell whether it is counted above and holds for all below: see `announced`."""
        return self.indicator.parent == "inherited"

    def is_known(self, kinds: Collection[str]) -> bool:
        """Tell whether it needs no kind of fact, or one of these."""
        needs = self.indicator.needs
        return not needs or any(kind in kinds for kind in needs)


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
                frozenset(mentioned(edition, indicator)),
            )
        )
    return tuple(found)


@lru_cache(maxsize=64)
def measures_by_window(edition: Edition) -> Mapping[Window, tuple[str, ...]]:
    """Return the measures that the edition's indicators add up, by the window of each.

    Those of inherited indicators are left out.
    """
    found: dict[Window, dict[str, None]] = {}
    for rule in _rules(edition):
        if not as_it_stands(rule.indicator) and not rule.inherited:
            names = found.setdefault(Window(rule.indicator.window), {})
            names.update(dict.fromkeys(sorted(rule.names & set(edition.measures.names))))
            if rule.reported:
                names["received"] = None  # decides whether last year's report stands in
            if rule.indicator.apart is not None:
                names[rule.indicator.apart.count] = None
    return {window: tuple(names) for window, names in found.items()}


class _Told:
    """Provenance of a unit's counted figures, alike for most of them."""

    def __init__(self, unit: int, facts: Known, listing: Collection[int], now: datetime) -> None:
        self._unit = unit
        self._facts = facts
        self._listing = listing
        self._now = now
        self._known: dict[tuple[bool, bool, bool, frozenset[str], tuple[str, ...]], Provenance] = {}

    def of(self, rule: _Rule, flags: tuple[str, ...]) -> Provenance:
        standing = as_it_stands(rule.indicator)
        key = (rule.distinct, rule.catalogued, standing, rule.kinds, flags)
        if key not in self._known:
            self._known[key] = self._provenance(*key)
        return self._known[key]

    def _provenance(
        self,
        distinct: bool,
        catalogued: bool,
        standing: bool,
        kinds: frozenset[str],
        flags: tuple[str, ...],
    ) -> Provenance:
        counted = _Parts(self._unit, self._facts.parts(self._unit, kinds))
        parts = counted
        if catalogued:
            below = self._facts.below(self._unit)
            parts = _Parts(self._unit, [part for part in self._listing if part in below])
        if parts.alone and (not distinct or standing or counted.alone):
            how, known = How.OWN, None
        else:
            how, known = How.DISTINCT if distinct else How.POOLED, parts.known
        return Provenance(
            FigureSource.COUNTED, how, self._now, flags,
            parts=known, facts=kinds, catalogued=catalogued,
        )  # fmt: skip


def counted_figures(
    edition: Edition,
    quantities: Quantities,
    report: Callable[[int], Report],
    numbers: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
    *,
    known: Collection[str],
) -> dict[str, tuple[Figure, tuple[str, ...]]]:
    """Return each counted indicator's figure and flags, from the measures of the windows.

    A measure that is absent from a window counted nothing, where its kind of fact is among the
    `known`; else it is not provided. `numbers` holds the numbers of procedures and of units by
    window and term, those that are not provided left out. `report` gives the national report's
    figure for the number of dossiers received.
    """
    found: dict[str, tuple[Figure, tuple[str, ...]]] = {}
    nothing = {name: 0 for name, measure in edition.measures.items() if measure.fact in known}
    windows: dict[str, dict[str, int | None]] = {}
    for rule in _rules(edition):
        indicator = rule.indicator
        if rule.inherited or not rule.is_known(known):
            continue
        values = windows.get(indicator.window)
        if values is None:
            values = windows[indicator.window] = {}
            if indicator.window in quantities:
                values |= nothing
                values |= quantities[Window(indicator.window)]
            values |= numbers.get(indicator.window, {})
        flags: tuple[str, ...] = ()
        if rule.reported:
            national = report(values.get("received") or 0)
            values, flags = {**values, NATIONAL_REPORT: national.received}, national.flags
        if indicator.apart is not None and values.get(indicator.apart.count):
            flags = (*flags, indicator.apart.flag)
        figure = figure_of(indicator, values)
        if figure is not NOT_PROVIDED:
            found[indicator.id] = figure, flags
    return found


def counted_indicators(edition: Edition) -> list[Indicator]:
    """Return the indicators whose numerator and denominator are both counted.

    Inherited ones are among them: `announced` counts them.
    """
    return [rule.indicator for rule in _rules(edition)]
