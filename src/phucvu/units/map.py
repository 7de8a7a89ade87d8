"""A day's map with the past on it: units that ended, hung where their counts belong now.

A unit that ended belongs to the one that took it over whole, through however many mergers. One
that nobody took over stays below what it belonged to last, so that its counts are not lost
further up. One that was split belongs whole to the nearest unit above all its parts, and to each
part, and what lies between, by its share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from phucvu.units.tree import UnitEras, UnitNode, UnitTree

__all__ = ["DayMap", "map_of"]

Weights = Mapping[int, Fraction]


class DayMap(UnitTree):
    """The tree of a day, with the units that ended among the descendants.

    They are never roots, children or found by a code: nobody is ranked who is not there.
    """

    def __init__(
        self, nodes: list[UnitNode], ended: set[int], shares: Mapping[int, Weights]
    ) -> None:
        self._ended = ended
        super().__init__(nodes)
        self.shares = shares
        self._by_code = {node.code: node for node in self if node.id not in ended}

    def children(self, unit_id: int | None) -> list[UnitNode]:
        return [node for node in self.branches(unit_id) if node.id not in self._ended]

    def has_ended(self, unit_id: int) -> bool:
        return unit_id in self._ended


def map_of(eras: UnitEras, day: date) -> DayMap:
    """The map of a day."""
    return eras.kept_map(day, _Drawing(eras, day).draw)


class _Drawing:
    def __init__(self, eras: UnitEras, day: date) -> None:
        self._eras = eras
        self._tree = eras.on(day)
        self._past = {state.node.id: state.node for state in eras.ended(day)}
        self._weights: dict[int, Weights] = {}

    def draw(self) -> DayMap:
        nodes = list(self._tree)
        shares: dict[int, dict[int, Fraction]] = {}
        for node in self._past.values():
            if node.id not in self._eras.successors:
                nodes.append(node)  # below what it belonged to last, with which it goes
                continue
            above, between = self._meet(self._became(node.id))
            nodes.append(replace(node, parent_id=above))
            for unit, share in between.items():
                shares.setdefault(unit, {})[node.id] = share
        return DayMap(nodes, set(self._past), shares)

    def _became(self, unit_id: int, seen: frozenset[int] = frozenset()) -> Weights:
        """What share of the unit counts for which unit of the day.

        One that nobody took over counts for what it belonged to last; at the top, for itself.
        """
        known = self._weights.get(unit_id)
        if known is not None:
            return known
        if unit_id in self._tree or unit_id in seen or unit_id not in self._past:
            return {unit_id: Fraction(1)}
        parent = self._past[unit_id].parent_id
        parts = self._eras.successors.get(unit_id) or (
            [(parent, Fraction(1))] if parent is not None else []
        )
        found: dict[int, Fraction] = {}
        for after, share in parts:
            for end, part in self._became(after, seen | {unit_id}).items():
                found[end] = found.get(end, Fraction(0)) + share * part
        self._weights[unit_id] = found or {unit_id: Fraction(1)}
        return self._weights[unit_id]

    def _meet(self, weights: Weights) -> tuple[int | None, Weights]:
        """The nearest unit that has the whole, and the shares of those below it."""
        sums: dict[int, Fraction] = {}
        paths = {unit: [node.id for node in self._tree.path(unit)] or [unit] for unit in weights}
        for unit, share in weights.items():
            for above in paths[unit]:
                sums[above] = sums.get(above, Fraction(0)) + share
        whole = [unit for unit in paths[next(iter(weights))] if sums[unit] == 1]
        return (whole[-1] if whole else None), {u: s for u, s in sums.items() if s < 1}
