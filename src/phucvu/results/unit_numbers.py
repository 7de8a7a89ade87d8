"""Quantities that count units: how many of a kind have something to count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from phucvu.counters.reading import UnitSums, Window
from phucvu.scorecards import Edition
from phucvu.scoring import Units
from phucvu.units.tree import UnitTree

__all__ = ["unit_numbers"]


def unit_numbers(
    edition: Edition,
    tree: UnitTree,
    unit: int,
    own: Mapping[Window, Sequence[UnitSums]],
    known: Collection[str],
) -> dict[str, dict[str, int]]:
    """The numbers of units over one and all below it, by window and the term's name.

    `own`: each unit's own counts. Of a kind of fact that is not among the `known`, nothing is
    said: the number is then left out.
    """
    found: dict[str, dict[str, int]] = {}
    nodes = [node for node in (tree.get(unit),) if node is not None]
    nodes += tree.descendants(unit)
    for window, term in _terms(edition):
        if {edition.measures[name].fact for name in term.measures} <= set(known):
            parts = [node.id for node in nodes if node.kind == term.kind]
            sums = own.get(Window(window), ())
            number = sum(_has_all(part, term, sums) for part in parts)
            found.setdefault(window, {})[term.name] = number
    return found


def _has_all(unit: int, term: Units, sums: Sequence[UnitSums]) -> bool:
    return all(
        any(of_units.get(unit, {}).get(name, 0) > 0 for of_units in sums) for name in term.measures
    )


def _terms(edition: Edition) -> Iterator[tuple[str, Units]]:
    """The terms of every indicator with its window, one that is of counts."""
    for indicator in edition.scorecard.indicators.values():
        for part in (indicator.numerator, indicator.denominator):
            for term in part.count.units if part.count is not None else ():
                yield indicator.window, term
