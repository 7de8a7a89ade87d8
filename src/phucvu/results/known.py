"""Reporting coverage: where facts of a kind came in, nothing counted means none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from phucvu.counters import reading
from phucvu.register.facts import FACTS
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator
from phucvu.units.tree import UnitTree

__all__ = ["Known", "known_facts", "mentioned"]


@dataclass(frozen=True)
class Known:
    """Reporting coverage: the units that ever had a fact, by the kind's name."""

    tree: UnitTree
    by_kind: Mapping[str, Collection[int]]
    _below: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)

    @property
    def units(self) -> set[int]:
        """Return the units that had a fact of any kind."""
        return set().union(*self.by_kind.values())

    def below(self, unit: int) -> frozenset[int]:
        """Return the unit and all whose facts are pooled into it."""
        if unit not in self._below:
            self._below[unit] = frozenset(self.tree.pool(unit))
        return self._below[unit]

    def parts(self, unit: int, kinds: Iterable[str]) -> list[int]:
        """Return the unit and those below it that ever had a fact of one of the kinds."""
        below = self.below(unit)
        counting = [below.intersection(self.by_kind.get(kind, ())) for kind in kinds]
        return sorted(frozenset().union(*counting))

    def of(self, unit: int) -> set[str]:
        """Return the kinds of fact that cover the unit.

        Its own subtree had one; or, for a kind that one feed brings (`Fact.one_feed`), any unit of
        the tree it belongs to.
        """
        path = self.tree.path(unit)
        root = path[0].id if path else unit
        return {
            kind
            for kind, units in self.by_kind.items()
            if not self.below(root if FACTS[kind].one_feed else unit).isdisjoint(units)
        }


def known_facts(edition: Edition, tree: UnitTree, scope: Collection[int]) -> Known:
    """Find the coverage of the units in `scope`, which includes those below, for counted kinds."""
    found: dict[str, Collection[int]] = {}
    indicators = edition.scorecard.indicators.values()
    asked = [mentioned(edition, item) | set(item.needs) for item in indicators]
    for name in sorted(set().union(*asked)):
        fact = FACTS[name]
        if not fact.one_feed:
            found[name] = reading.units_with(scope, fact)
        # Most installations' boards have none of these: then nothing more is asked of the store.
        elif fact.model._default_manager.exists():
            found[name] = reading.units_with(_whole_trees(tree, scope), fact)
    return Known(tree, found)


def mentioned(edition: Edition, indicator: Indicator) -> set[str]:
    """Return the kinds of fact an indicator is counted from."""
    parts = (indicator.numerator.count, indicator.denominator.count)
    names = {name for count in parts if count is not None for name in count.mentioned}
    return {edition.measures[name].fact for name in names if name in edition.measures}


def _whole_trees(tree: UnitTree, scope: Collection[int]) -> set[int]:
    found: set[int] = set()
    for unit in scope:
        if unit not in found and (path := tree.path(unit)):
            found.update(tree.pool(path[0].id))
    return found
