"""Quantities that count procedures, for many units at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from phucvu.counters.distinct import (
    Asked,
    Moment,
    When,
    count_procedures,
    units_keeping,
    units_with_catalogue,
)
from phucvu.counters.distinct_months import count_by_month
from phucvu.counters.reading import Window
from phucvu.register.walltime import wall_now
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator, Period, Procedures
from phucvu.units.tree import UnitTree

__all__ = [
    "ProcedureNumbers",
    "as_it_stands",
    "monthly_procedure_numbers",
    "procedure_numbers",
    "terms_of",
]

# window → the term's name → the number
Numbers = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class ProcedureNumbers:
    """Numbers of procedures of each unit, with the units that gave a catalogue."""

    by_unit: Mapping[int, Numbers]
    listing: frozenset[int]

    def of(self, unit: int) -> Numbers:
        """Return the unit's own numbers, over all below it; empty where nothing is known."""
        return self.by_unit.get(unit, {})


def procedure_numbers(
    edition: Edition,
    tree: UnitTree,
    units: Collection[int],
    period: Period,
    counting: Collection[int],
    bound: int,
    now: datetime,
    indicators: Collection[Indicator] | None = None,
) -> ProcedureNumbers:
    """Count the procedures that indicators ask for, for each of `units`.

    `indicators` are those of the edition that are not inherited, unless others are named: of
    these, what a unit keeps in the catalogue counts too, though no unit applies it.
    `counting` are the units that ever had a dossier. The catalogue is as it was at `bound`, the
    wall time to which the period is counted, or as it is now where the window says so. A number
    that rests on dossiers is left out where none of a unit's subtree had one, and one that rests
    on the catalogue where none of it has a catalogue: nothing is known of it.
    """
    terms = _own_terms(edition) if indicators is None else _by_window(indicators)
    if not terms:
        return ProcedureNumbers({}, frozenset())
    subtrees = {unit: set(tree.pool(unit)) for unit in units}
    at = wall_now(now)
    kept = indicators is not None
    every = set().union(*subtrees.values())
    listing = units_with_catalogue(every, at) | (units_keeping(every, at) if kept else set())
    told = _told(edition, terms, listing)
    if not told:
        return ProcedureNumbers({}, frozenset(listing))
    asked = Asked(told, edition.measures, edition.catalogue, period, bound, at, kept)
    counts = count_procedures(asked, subtrees)
    found = {
        unit: _known(numbers, not subtrees[unit].isdisjoint(counting))
        for unit, numbers in counts.items()
    }
    return ProcedureNumbers(found, frozenset(listing))


def monthly_procedure_numbers(
    edition: Edition,
    parts: Collection[int],
    bounds: Mapping[Period, int],
    counting: Collection[int],
    now: datetime,
) -> Mapping[Period, Numbers]:
    """Count the procedures of one unit for each of some months, all read at once.

    `parts` are the unit and all below it. `bounds` maps the consecutive months, the earliest first,
    to their cut-offs (wall times).
    """
    at = wall_now(now)
    told = _told(edition, _own_terms(edition), units_with_catalogue(parts, at))
    if not told:
        return {}
    asked = [
        Asked(told, edition.measures, edition.catalogue, month, bound, at)
        for month, bound in bounds.items()
    ]
    dated = not set(parts).isdisjoint(counting)
    counts = count_by_month(asked, parts)
    return {month: _known(numbers, dated) for month, numbers in zip(bounds, counts, strict=True)}


def _told(
    edition: Edition, terms: Mapping[str, Sequence[Procedures]], listing: Collection[int]
) -> dict[When, list[Procedures]]:
    """Return the terms to ask for. Most installations have no catalogue: then hardly any."""
    told = {
        _when(window): [term for term in asked if listing or not _is_listed(edition, term)]
        for window, asked in terms.items()
    }
    return {window: asked for window, asked in told.items() if asked}


def _known(counts: Mapping[When, Mapping[str, int]], dated: bool) -> Numbers:
    """Return the numbers that are known; `dated` tells whether there ever was a dossier."""
    return {
        when.value: numbers for when, numbers in counts.items() if dated or isinstance(when, Moment)
    }


def terms_of(indicator: Indicator) -> tuple[Procedures, ...]:
    """Return the numbers of procedures that an indicator's counts ask for."""
    parts = (indicator.numerator.count, indicator.denominator.count)
    return tuple(term for count in parts if count is not None for term in count.procedures)


def as_it_stands(indicator: Indicator) -> bool:
    """Tell whether the catalogue alone is counted, as it is at a moment."""
    return isinstance(_when(indicator.window), Moment) if indicator.window != "none" else False


def _when(window: str) -> When:
    return Moment(window) if window in set(Moment) else Window(window)


@lru_cache(maxsize=64)
def _own_terms(edition: Edition) -> dict[str, list[Procedures]]:
    every = edition.scorecard.indicators.values()
    return _by_window(indicator for indicator in every if indicator.parent != "inherited")


def _by_window(indicators: Iterable[Indicator]) -> dict[str, list[Procedures]]:
    terms: dict[str, dict[Procedures, None]] = {}
    for indicator in indicators:
        for term in terms_of(indicator):
            terms.setdefault(indicator.window, {})[term] = None
    return {window: list(found) for window, found in terms.items()}


def _is_listed(edition: Edition, term: Procedures) -> bool:
    """Tell whether the term uses the catalogue."""
    return not edition.catalogue.keys().isdisjoint(term.measures)
