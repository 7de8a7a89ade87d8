"""What is known of which unit: where facts of a kind came in, nothing counted means none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from phucvu.counters import reading
from phucvu.register.facts import FACTS
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator
from phucvu.units.tree import UnitTree

__all__ = ["Known", "known_facts", "mentioned"]


@dataclass(frozen=True)
class Known:
    """The units that ever had a fact, by the kind's name."""

    tree: UnitTree
    by_kind: Mapping[str, set[int]]

    @property
    def units(self) -> set[int]:
        """The units that had a fact of any kind."""
        return set().union(*self.by_kind.values())

    def parts(self, unit: int, kinds: Collection[str]) -> list[int]:
        """The unit and those below it, as far as they ever had a fact of one of the kinds."""
        counting = set().union(*(self.by_kind.get(kind, ()) for kind in kinds))
        return [part for part in self._subtree(unit) if part in counting]

    def _subtree(self, unit: int) -> list[int]:
        return [unit, *(node.id for node in self.tree.descendants(unit))]

    @cached_property
    def _fed(self) -> Mapping[str, set[int]]:
        """Of the kinds that one feed brings: the roots of the trees that have such facts."""
        return {
            kind: {self.tree.path(unit)[0].id for unit in units if unit in self.tree}
            for kind, units in self.by_kind.items()
            if FACTS[kind].one_feed
        }

    def of(self, unit: int) -> set[str]:
        """The kinds of which something is known of the unit.

        Its own subtree had one; or, of a kind that one feed brings (`Fact.one_feed`), any unit
        of the tree it belongs to.
        """
        subtree, path = self._subtree(unit), self.tree.path(unit)
        known = {
            kind
            for kind, units in self.by_kind.items()
            if kind not in self._fed and not units.isdisjoint(subtree)
        }
        return known | {kind for kind, roots in self._fed.items() if path and path[0].id in roots}


def known_facts(edition: Edition, tree: UnitTree, scope: Collection[int]) -> Known:
    """Find out for the units in `scope`, which holds what is below them, for what is counted."""
    found: dict[str, set[int]] = {}
    asked = [mentioned(edition, item) for item in edition.scorecard.indicators.values()]
    for name in sorted(set().union(*asked)):
        fact = FACTS[name]
        if not fact.one_feed:
            found[name] = reading.units_with(scope, fact)
        # Most installations' boards have none of these: then nothing more is asked of the store.
        elif fact.model._default_manager.exists():
            found[name] = reading.units_with(_whole_trees(tree, scope), fact)
    return Known(tree, found)


def mentioned(edition: Edition, indicator: Indicator) -> set[str]:
    """The kinds of fact an indicator is counted from."""
    parts = (indicator.numerator.count, indicator.denominator.count)
    names = {name for count in parts if count is not None for name in count.mentioned}
    return {edition.measures[name].fact for name in names if name in edition.measures}


def _whole_trees(tree: UnitTree, scope: Collection[int]) -> set[int]:
    found: set[int] = set()
    for unit in scope:
        if unit not in found and (path := tree.path(unit)):
            root = path[0].id
            found |= {root, *(node.id for node in tree.descendants(root))}
    return found
