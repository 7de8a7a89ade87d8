"""A day's map with the past on it: units that are not in force, hung where their counts belong.

Two maps of one day. They list the same units, those in force, and at every top they hold the same
facts; in between they differ in what becomes of a unit that ended.

**As it was** (`as_it_was`): it stays below what it belonged to last, and goes where that goes. So
a unit in force has what it did itself, and what those did that ended below it. Where nothing is
left of the whole line above it, it counts at the top of what took it over.

**On the day's map** (`map_of`): it belongs to the one that took it over whole, through however
many mergers. One that nobody took over stays below what it belonged to last. One that was split
belongs whole to the nearest unit above all its parts, and to each part, and what lies between, by
its share.

On either, a unit that begins only after the day, of which facts of before came in all the same,
counts for what it belongs to first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from phucvu.units.tree import UnitEras, UnitNode, UnitTree

__all__ = ["DayMap", "as_it_was", "map_of"]

Weights = Mapping[int, Fraction]
_WHOLE = Fraction(1)


class DayMap(UnitTree):
    """The tree of a day, with those among the pooled that are not in force.

    They are never roots, children or descendants, nor found by an id or a code: nobody is listed
    or ranked who is not there. One that belongs to nobody is a top that no list shows.
    """

    def __init__(
        self, nodes: Iterable[UnitNode], hidden: Collection[int], shares: Mapping[int, Weights]
    ) -> None:
        self._hidden = frozenset(hidden)
        super().__init__(nodes)
        self.shares = shares
        self._by_code = {node.code: node for node in self}

    def __len__(self) -> int:
        return len(self._by_id) - len(self._hidden)

    def __iter__(self) -> Iterator[UnitNode]:
        return iter(self._listed(self._by_id.values()))

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._by_id and unit_id not in self._hidden

    def get(self, unit_id: int) -> UnitNode | None:
        return None if unit_id in self._hidden else self._by_id.get(unit_id)

    def children(self, unit_id: int | None) -> list[UnitNode]:
        return self._listed(self.branches(unit_id))

    def descendants(self, unit_id: int) -> list[UnitNode]:
        return self._listed(self.pooled_below(unit_id))

    def own(self, unit_id: int) -> list[int]:
        found = [unit_id]
        for each in found:
            found += [node.id for node in self.branches(each) if node.id in self._hidden]
        return found

    def _listed(self, nodes: Iterable[UnitNode]) -> list[UnitNode]:
        return [node for node in nodes if node.id not in self._hidden]


def map_of(eras: UnitEras, day: date) -> DayMap:
    """The map of a day: each unit with what those did that became it."""
    return eras.kept_map("became", day, _Became(eras, day).draw)


def as_it_was(eras: UnitEras, day: date) -> DayMap:
    """The units of a day as they were: each with what it did itself, and what ended below it."""
    return eras.kept_map("was", day, _Was(eras, day).draw)


class _Drawing(ABC):
    """Where each unit that is not in force on a day hangs."""

    def __init__(self, eras: UnitEras, day: date) -> None:
        self._eras = eras
        self._tree = eras.on(day)
        self._past = {state.node.id: state.node for state in eras.ended(day)}
        self._future = {state.node.id: state.node for state in eras.to_come(day)}
        self._weights: dict[int, Weights] = {}

    def draw(self) -> DayMap:
        nodes = list(self._tree)
        shares: dict[int, dict[int, Fraction]] = {}
        for node in self._past.values():
            above, between = self._place(node)
            nodes.append(replace(node, parent_id=above))
            for unit, share in between.items():
                shares.setdefault(unit, {})[node.id] = share
        nodes += [
            replace(node, parent_id=self._top_of_origins(node)) if node.parent_id is None else node
            for node in self._future.values()
        ]
        return DayMap(nodes, self._past.keys() | self._future.keys(), shares)

    @abstractmethod
    def _place(self, node: UnitNode) -> tuple[int | None, Weights]:
        """What the whole of a unit that ended hangs below, and who has a share of it."""

    def _became(self, unit_id: int, seen: frozenset[int] = frozenset()) -> Weights:
        """What share of the unit counts for which unit of the day.

        One that nobody took over counts for what it belonged to last; at the top, for itself.
        """
        known = self._weights.get(unit_id)
        if known is not None:
            return known
        if unit_id in self._tree or unit_id in seen or unit_id not in self._past:
            return {unit_id: _WHOLE}
        parent = self._past[unit_id].parent_id
        parts = self._eras.successors.get(unit_id) or (
            [(parent, _WHOLE)] if parent is not None else []
        )
        found: dict[int, Fraction] = {}
        for after, share in parts:
            for end, part in self._became(after, seen | {unit_id}).items():
                found[end] = found.get(end, Fraction(0)) + share * part
        self._weights[unit_id] = found or {unit_id: _WHOLE}
        return self._weights[unit_id]

    def _top(self, unit_id: int) -> int:
        path = self._tree.path(unit_id)
        return path[0].id if path else unit_id

    def _top_of_origins(self, node: UnitNode) -> int | None:
        """The one top that all of what a top to come will take over lies below, if there is one."""
        tops = {self._top(before) for before in self._eras.origins.get(node.id, ())}
        (top,) = tops if len(tops) == 1 else {None}
        return top


class _Became(_Drawing):
    """On the day's map: with those that took it over."""

    def _place(self, node: UnitNode) -> tuple[int | None, Weights]:
        if node.id not in self._eras.successors:
            return node.parent_id, {}  # below what it belonged to last, with which it goes
        return self._meet(self._became(node.id))

    def _meet(self, weights: Weights) -> tuple[int | None, Weights]:
        """The nearest unit that has the whole, and the shares of those below it."""
        sums: dict[int, Fraction] = {}
        paths = {unit: [node.id for node in self._tree.path(unit)] or [unit] for unit in weights}
        for unit, share in weights.items():
            for above in paths[unit]:
                sums[above] = sums.get(above, Fraction(0)) + share
        whole = [unit for unit in paths[next(iter(weights))] if sums[unit] == 1]
        return (whole[-1] if whole else None), {u: s for u, s in sums.items() if s < 1}


class _Was(_Drawing):
    """As it was: below what it belonged to last."""

    def _place(self, node: UnitNode) -> tuple[int | None, Weights]:
        if self._has_somebody_above(node):
            return node.parent_id, {}
        tops: dict[int, Fraction] = {}
        for unit, share in self._became(node.id).items():
            top = self._top(unit)
            tops[top] = tops.get(top, Fraction(0)) + share
        whole = [top for top, share in tops.items() if share == 1 and top != node.id]
        return (whole[0] if whole else None), {top: s for top, s in tops.items() if s < 1}

    def _has_somebody_above(self, node: UnitNode) -> bool:
        """Whether anything in the line above it is in force."""
        above, seen = node.parent_id, {node.id}
        while above is not None and above not in seen:
            if above in self._tree:
                return True
            seen.add(above)
            over = self._past.get(above) or self._future.get(above)
            above = over.parent_id if over is not None else None
        return False
