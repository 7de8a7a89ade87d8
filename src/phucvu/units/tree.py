"""Trees of units: of the units in force on a day, or of every day there was."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar, cast

from phucvu import clock
from phucvu.units import stamp
from phucvu.units.models import PastState, Succession, Unit

__all__ = ["UnitEras", "UnitNode", "UnitState", "UnitTree", "load_eras", "load_tree"]


MapT = TypeVar("MapT", bound="UnitTree")


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in a tree. `parent_id` is None for a root."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    time_zone: str
    simulated: bool


class UnitTree:
    """Tree of the units of one day.

    A unit whose parent is not in force that day is a root. Nodes come in the order of their codes.
    Every method that takes an id gives an empty answer for a unit that is not in the tree. A
    subtree is a slice of one list, however large the country is.

    Callers that list units ask for `children` or `descendants`; callers that count facts ask for
    `pool` (or `branches`), which on a map hold more: see `phucvu.units.map`.
    """

    def __init__(self, nodes: Iterable[UnitNode]) -> None:
        found = sorted(nodes, key=lambda node: (node.code, node.id))
        present = {node.id for node in found}
        self._by_id = {
            node.id: node if node.parent_id in present else replace(node, parent_id=None)
            for node in found
        }
        self.shares: Mapping[int, Mapping[int, Fraction]] = {}
        """unit id → those that ended of which it took over a share, not the whole"""
        self._by_code = {node.code: node for node in self._by_id.values()}
        self._children: dict[int | None, list[UnitNode]] = {}
        for node in self._by_id.values():
            self._children.setdefault(node.parent_id, []).append(node)
        self._walk()

    def _walk(self) -> None:
        """Put the units in a row, each before those below it, and note where its subtree ends."""
        self._row: list[UnitNode] = []
        self._place: dict[int, tuple[int, int]] = {}
        waiting: list[tuple[UnitNode, bool]] = [(root, True) for root in self.branches(None)[::-1]]
        while waiting:
            node, enters = waiting.pop()
            if not enters:
                self._place[node.id] = (self._place[node.id][0], len(self._row))
                continue
            self._row.append(node)
            self._place[node.id] = (len(self._row), len(self._row))
            waiting.append((node, False))
            waiting.extend((child, True) for child in self._children.get(node.id, ())[::-1])

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[UnitNode]:
        return iter(self._by_id.values())

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._by_id

    @cached_property
    def roots(self) -> list[UnitNode]:
        """Return the units without a parent."""
        return self.children(None)

    def get(self, unit_id: int) -> UnitNode | None:
        """Return the unit with this id, or None."""
        return self._by_id.get(unit_id)

    def by_code(self, code: str) -> UnitNode | None:
        """Return the unit that bears this code on the tree's day, or None."""
        return self._by_code.get(code)

    def children(self, unit_id: int | None) -> list[UnitNode]:
        """Return the units directly below; for None, the roots."""
        return self.branches(unit_id)

    def branches(self, unit_id: int | None) -> list[UnitNode]:
        """Return the children, and on a map the units not in force whose counts flow into the
        unit.
        """
        return list(self._children.get(unit_id, ()))

    def descendants(self, unit_id: int) -> list[UnitNode]:
        """Return every unit below, a parent before its children, without the unit itself.

        A unit that is its own ancestor has none.
        """
        return self.pooled_below(unit_id)

    def pooled_below(self, unit_id: int) -> list[UnitNode]:
        """Return all units below whose counts flow into the unit, on a map also those not in
        force.
        """
        first, end = self._place.get(unit_id, (0, 0))
        return self._row[first:end]

    def pool(self, unit_id: int) -> list[int]:
        """Return the ids of all units whose facts are pooled in the unit: its own and all below."""
        return [unit_id, *(node.id for node in self.pooled_below(unit_id))]

    def own(self, unit_id: int) -> list[int]:
        """Return the unit's id, and on a map the ids of ended units whose nearest unit above it
        is.
        """
        return [unit_id]

    def placed(self, unit_id: int) -> UnitNode | None:
        """Return the unit in whose counts the unit is pooled, listed or not; None where there is
        none.
        """
        return self._by_id.get(unit_id)

    def ancestors(self, unit_id: int) -> list[UnitNode]:
        """Return the unit's parent, its parent's parent and so on up to the root."""
        found: list[UnitNode] = []
        node = self._by_id.get(unit_id)
        # The length bounds the walk, should somebody have made two units each other's parent.
        while node is not None and node.parent_id is not None and len(found) < len(self._by_id):
            node = self._by_id.get(node.parent_id)
            if node is not None:
                found.append(node)
        return found

    def path(self, unit_id: int) -> list[UnitNode]:
        """Return the units from the root down to the unit itself."""
        node = self._by_id.get(unit_id)
        return [] if node is None else [*reversed(self.ancestors(unit_id)), node]


@dataclass(frozen=True, slots=True)
class UnitState:
    """State of a unit from `first` up to but not including `end`."""

    node: UnitNode
    first: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the unit had the state on this day."""
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)


class UnitEras:
    """Every unit of every day, with the tree of any day; loaded once for many days.

    The days on which some unit begins, changes or ends cut time into eras; one tree serves an era.
    `states` come in the order of time, several for a unit that changed.
    """

    def __init__(
        self,
        states: Iterable[UnitState],
        successors: Mapping[int, Sequence[tuple[int, Fraction]]] = MappingProxyType({}),
    ) -> None:
        self._states = list(states)
        self.successors = successors
        """unit id → the ids of those that took it over, each with its share"""
        self._latest = {state.node.id: state for state in self._states}
        self._first = {state.node.id: state for state in reversed(self._states)}
        self._codes = {state.node.code for state in self._states}
        self._starts = sorted(
            {day for state in self._states for day in (state.first, state.end) if day is not None}
        )
        self._trees: OrderedDict[int, UnitTree] = OrderedDict()
        self._maps: OrderedDict[tuple[str, int], UnitTree] = OrderedDict()

    def era(self, day: date) -> int:
        """Return the number of the era in which `day` lies; days of one era have the same tree."""
        return bisect_right(self._starts, day)

    def days_from(self, day: date) -> list[date]:
        """Return the day, and each later one on which some unit begins, changes or ends."""
        return [day, *self._starts[self.era(day) :]]

    def on(self, day: date) -> UnitTree:
        """Return the tree of the units in force on `day`."""
        era = self.era(day)
        tree = self._trees.get(era)
        if tree is None:
            tree = UnitTree(state.node for state in self._states if state.covers(day))
            self._trees[era] = tree
            if len(self._trees) > _TREES_CACHED:
                self._trees.popitem(last=False)
        return tree

    def cached_map(self, kind: str, day: date, draw: Callable[[], MapT]) -> MapT:
        """Return the map of a kind for a day's era, drawn at the first call only."""
        key = kind, self.era(day)
        found = self._maps.get(key)
        if found is None:
            found = self._maps[key] = draw()
            if len(self._maps) > _TREES_CACHED:
                self._maps.popitem(last=False)
        return cast(MapT, found)

    def ended(self, day: date) -> list[UnitState]:
        """Return the last state of every unit that had ended by that day."""
        return [s for s in self._latest.values() if s.end is not None and s.end <= day]

    def to_come(self, day: date) -> list[UnitState]:
        """Return the first state of every unit that begins after that day."""
        return [s for s in self._first.values() if s.first is not None and s.first > day]

    @cached_property
    def histories(self) -> Mapping[int, Sequence[UnitState]]:
        """Map each unit (id) to its history: its states in the order of time."""
        found: dict[int, list[UnitState]] = {}
        for state in self._states:
            found.setdefault(state.node.id, []).append(state)
        return found

    @cached_property
    def origins(self) -> Mapping[int, Sequence[int]]:
        """Map each unit (id) to the ids of the units that it took over, whole or in part."""
        found: dict[int, list[int]] = {}
        for before, parts in self.successors.items():
            for after, _share in parts:
                found.setdefault(after, []).append(before)
        return found

    @cached_property
    def codes(self) -> frozenset[str]:
        """Return every code that any unit ever bore."""
        return frozenset(self._codes)

    @cached_property
    def time_zones(self) -> frozenset[str]:
        """Return the time zones of all units."""
        return frozenset(state.node.time_zone for state in self._states)

    def bearing(self, code: str) -> Sequence[UnitState]:
        """Return the states of all units that bore this code, oldest first."""
        return self._bearing.get(code, ())

    @cached_property
    def _bearing(self) -> Mapping[str, Sequence[UnitState]]:
        found: dict[str, list[UnitState]] = {}
        for state in sorted(self._states, key=lambda state: state.first or date.min):
            found.setdefault(state.node.code, []).append(state)
        return found

    def __iter__(self) -> Iterator[UnitState]:
        return iter(self._states)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._latest

    def in_force(self, unit_id: int, day: date) -> bool:
        """Tell whether the unit is in force on that day, in whatever state."""
        latest = self._latest.get(unit_id)
        return latest is not None and replace(latest, first=self._first[unit_id].first).covers(day)

    def latest(self, unit_id: int) -> UnitState | None:
        """Return the unit's present or last state, or None for an unknown unit."""
        return self._latest.get(unit_id)

    @cached_property
    def first_end(self) -> date | None:
        """Return the earliest day on which a unit ended or changed, or None."""
        return min((s.end for s in self._states if s.end is not None), default=None)

    def knows(self, code: str) -> bool:
        """Tell whether a unit bears, or ever bore, this code."""
        return code in self._codes

    def within(self, ancestor_id: int, unit_id: int | None) -> bool:
        """Tell whether the unit is the ancestor or lies below it, by the parents each had last.

        A unit that was taken over whole lies within its successor.
        """
        waiting, seen = [unit_id], set[int]()
        while waiting:
            unit = waiting.pop()
            if unit == ancestor_id:
                return True
            if unit is None or unit in seen:
                continue
            seen.add(unit)
            state = self._latest.get(unit)
            waiting.append(state.node.parent_id if state else None)
            waiting += [after for after, share in self.successors.get(unit, ()) if share == 1]
        return False

    def ever_within(self, ancestor_id: int, unit_id: int) -> bool:
        """Tell whether the unit is the ancestor, or ever lay below it or was taken over whole by
        it.

        Once true it stays so, however units are reorganised later.
        """
        waiting, seen = [unit_id], set[int]()
        while waiting:
            unit = waiting.pop()
            if unit == ancestor_id:
                return True
            if unit not in seen:
                seen.add(unit)
                waiting += self._ever_above.get(unit, ())
        return False

    @cached_property
    def _ever_above(self) -> Mapping[int, set[int]]:
        """Map each unit (id) to the ids of all parents it ever had, and of its whole successors."""
        above: dict[int, set[int]] = {}
        for state in self._states:
            if state.node.parent_id is not None:
                above.setdefault(state.node.id, set()).add(state.node.parent_id)
        for before, shares in self.successors.items():
            above.setdefault(before, set()).update(after for after, share in shares if share == 1)
        return above


def load_tree(on: date | None = None) -> UnitTree:
    """Load the tree of the units in force on a day (today, by default)."""
    return load_eras().on(on or clock.today())


def load_eras() -> UnitEras:
    """Load every unit with the intervals of its states.

    They stay in memory until some unit is written, which one small query tells.
    """
    global _cached  # noqa: PLW0603
    # Asked before the units are read: what is written meanwhile bears another token.
    token = stamp.current()
    cached = _cached
    if cached is not None and token is not None and cached[0] == token:
        return cached[1]
    eras = UnitEras(_states(), _successors())
    _cached = None if token is None else (token, eras)
    return eras


def _states() -> list[UnitState]:
    past: dict[int, list[UnitState]] = {}
    for row in PastState.objects.order_by("valid_to").values_list(
        "unit_id", *_CHANGING, "valid_from", "valid_to"
    ):
        unit_id, code, name, kind, parent_id, first, end = row
        node = UnitNode(unit_id, code, name, kind, parent_id, "", False)
        past.setdefault(unit_id, []).append(UnitState(node, first, end))
    states: list[UnitState] = []
    columns = ("id", *_CHANGING, "time_zone", "simulated", "valid_from", "valid_to")
    for *values, begin, end in Unit.objects.order_by().values_list(*columns):
        node, first = UnitNode(*values), begin
        for state in past.get(node.id, ()):
            was = replace(state.node, time_zone=node.time_zone, simulated=node.simulated)
            states.append(replace(state, node=was))
            first = state.end
        states.append(UnitState(node, first, end))
    return states


def _successors() -> dict[int, list[tuple[int, Fraction]]]:
    found: dict[int, list[tuple[int, Fraction]]] = {}
    rows = Succession.objects.order_by("before_id", "after_id")
    for before, after, share, of in rows.values_list("before_id", "after_id", "share", "share_of"):
        found.setdefault(before, []).append((after, Fraction(share, of)))
    return found


_CHANGING = ("code", "name", "kind", "parent_id")
_TREES_CACHED = 24
_cached: tuple[str, UnitEras] | None = None
