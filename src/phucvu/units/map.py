"""Maps of a day: the units in force, with the units not in force placed where their counts belong.

A day has two maps. Both list the same units, those in force, and at every top both hold the same
facts; in between they differ in where a unit that ended is placed.

**As it was** (`as_it_was`): the ended unit stays below the parent it had last, and goes where that
parent goes. So a unit in force has its own facts and those of the units that ended below it. Where
no unit of the whole line above is left, it counts at the top of its successor.

**On the day's map** (`map_of`): the ended unit belongs to the one that took it over whole, through
however many mergers. A unit without a successor stays below the parent it had last. A unit that was
split belongs whole to the nearest unit above all its parts, and by its shares to each part and to
the units between.

On either map, a unit that begins only after the day, but has facts from before it, counts for the
parent it has first.
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
    """Tree of a day whose pools also hold the units that are not in force that day.

    Such a unit is never a root, child or descendant, nor found by id or code: it is not listed and
    not ranked. One without a parent is a top that no list shows.
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
    """Return the map of a day on which each unit also has the facts of the units it took over."""
    return eras.cached_map("became", day, _Became(eras, day).draw)


def as_it_was(eras: UnitEras, day: date) -> DayMap:
    """Return the map of a day on which each unit has its own facts and those that ended below
    it.
    """
    return eras.cached_map("was", day, _Was(eras, day).draw)


class _Drawing(ABC):
    """Placement of the units that are not in force on a day."""

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
        """Return the unit below which an ended unit is placed whole, and the units that have a
        share.
        """

    def _became(self, unit_id: int, seen: frozenset[int] = frozenset()) -> Weights:
        """Return the units of the day for which the unit counts, each with its share.

        A unit without a successor counts for the parent it had last; at the top, for itself.
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
        """Return the one top below which all origins of a future top lie, or None."""
        tops = {self._top(before) for before in self._eras.origins.get(node.id, ())}
        (top,) = tops if len(tops) == 1 else {None}
        return top


class _Became(_Drawing):
    """Placement on the day's map: a unit that ended is placed below its successors."""

    def _place(self, node: UnitNode) -> tuple[int | None, Weights]:
        if node.id not in self._eras.successors:
            return node.parent_id, {}  # below what it belonged to last, with which it goes
        return self._meet(self._became(node.id))

    def _meet(self, weights: Weights) -> tuple[int | None, Weights]:
        """Return the nearest unit that has the whole, and the shares of the units below it."""
        sums: dict[int, Fraction] = {}
        paths = {unit: [node.id for node in self._tree.path(unit)] or [unit] for unit in weights}
        for unit, share in weights.items():
            for above in paths[unit]:
                sums[above] = sums.get(above, Fraction(0)) + share
        whole = [unit for unit in paths[next(iter(weights))] if sums[unit] == 1]
        return (whole[-1] if whole else None), {u: s for u, s in sums.items() if s < 1}


class _Was(_Drawing):
    """Placement on the map as it was: a unit that ended is placed below the parent it had last."""

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
        """Tell whether any unit in the line above the unit is in force."""
        above, seen = node.parent_id, {node.id}
        while above is not None and above not in seen:
            if above in self._tree:
                return True
            seen.add(above)
            over = self._past.get(above) or self._future.get(above)
            above = over.parent_id if over is not None else None
        return False
