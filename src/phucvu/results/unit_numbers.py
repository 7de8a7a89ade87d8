"""Quantities that count units: how many of a kind have something to count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from phucvu.counters.pooling import Asked, Pooled, pooled
from phucvu.counters.reading import Window
from phucvu.results.known import Known
from phucvu.scorecards import Edition
from phucvu.scoring import Units
from phucvu.units.tree import UnitNode

__all__ = ["unit_numbers"]


def unit_numbers(
    edition: Edition, facts: Known, units: Iterable[int], asked: Asked
) -> dict[int, dict[str, dict[str, int]]]:
    """Count the units over each of `units` and all below it, by window and the term's name.

    A number is left out where nothing is known of its kind of fact. `asked` holds the period and
    the cut-off.
    """
    terms = [
        (Window(window), term, {edition.measures[name].fact for name in term.measures})
        for window, term in _terms(edition)
    ]
    kinds = {unit: _known_of(facts, unit) for unit in units} if terms else {}
    wanted: dict[Window, tuple[str, ...]] = {}
    for window, term, needed in terms:
        if any(needed <= known for known in kinds.values()):
            wanted[window] = tuple({*wanted.get(window, ()), *term.measures})
    if not wanted:
        return {}
    # Each unit's own, for what counts is whether it has any. On a map a unit that is in force has
    # its own of those that are not, and these are no units of their own; a share of one that was
    # split is something, too.
    nodes = {node.id for unit in kinds for node in _in_force(facts, unit)}
    parts = {
        node: facts.units.intersection((*facts.tree.own(node), *_shared(facts, node)))
        for node in nodes
    }
    own = pooled(replace(asked, measures=wanted), parts)
    return {
        unit: _numbers(facts, unit, own, [t for t in terms if t[2] <= known])
        for unit, known in kinds.items()
    }


def _numbers(
    facts: Known, unit: int, own: Pooled, terms: Iterable[tuple[Window, Units, set[str]]]
) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    nodes = _in_force(facts, unit)
    for window, term, _needed in terms:
        found.setdefault(window, {})[term.name] = sum(
            all(own.get(node.id, {}).get(window, {}).get(name, 0) > 0 for name in term.measures)
            for node in nodes
            if node.kind == term.kind
        )
    return found


def _known_of(facts: Known, unit: int) -> set[str]:
    """Return the kinds of fact known of the unit, or of one it has a share of."""
    shared = {kind for kind, known in facts.by_kind.items() if _shared(facts, unit) & set(known)}
    return facts.of(unit) | shared


def _shared(facts: Known, unit: int) -> set[int]:
    """Return the units that were split of which the unit has a share."""
    return set(facts.tree.shares.get(unit, ()))


def _in_force(facts: Known, unit: int) -> list[UnitNode]:
    return [node for node in map(facts.tree.get, facts.below(unit)) if node is not None]


def _terms(edition: Edition) -> Iterator[tuple[str, Units]]:
    """Yield the terms of every indicator with its window."""
    for indicator in edition.scorecard.indicators.values():
        for part in (indicator.numerator, indicator.denominator):
            for term in part.count.units if part.count is not None else ():
                yield indicator.window, term
