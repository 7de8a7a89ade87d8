"""Units related through time: one belonged to the other, or took it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from phucvu.units.tree import UnitEras, UnitTree

__all__ = ["codes_reached", "kin", "weights"]


def kin(eras: UnitEras) -> list[frozenset[int]]:
    """Group the units (ids) so that related ones are in one group and every unit is in exactly one.

    Two units are related where one ever belonged to the other or took it over. Where no unit ever
    passed from one top to another, a group is a top with all that ever lay below it.
    """
    leads: dict[int, int] = {}

    def head(unit: int) -> int:
        while leads.setdefault(unit, unit) != unit:
            leads[unit] = leads[leads[unit]]
            unit = leads[unit]
        return unit

    for one, other in _bonds(eras):
        leads[head(one)] = head(other)
    groups: dict[int, set[int]] = {}
    for unit in leads:
        groups.setdefault(head(unit), set()).add(unit)
    return [frozenset(group) for group in groups.values()]


def _bonds(eras: UnitEras) -> Iterator[tuple[int, int]]:
    for state in eras:
        parent = state.node.parent_id
        yield state.node.id, state.node.id if parent is None else parent
    for before, parts in eras.successors.items():
        yield from ((before, after) for after, _share in parts)


def codes_reached(eras: UnitEras, unit_id: int) -> set[str]:
    """Return every code under which the unit's facts can count, on any map of any day.

    These are its own codes, those of all units it ever belonged to or was taken over by, and so on
    upwards. A code that was used again is among them, whichever unit bears it.
    """
    waiting, seen = [unit_id], set[int]()
    found: set[str] = set()
    while waiting:
        unit = waiting.pop()
        if unit in seen or unit not in eras:
            continue
        seen.add(unit)
        waiting += [after for after, _share in eras.successors.get(unit, ())]
        for state in eras.histories[unit]:
            found.add(state.node.code)
            if state.node.parent_id is not None:
                waiting.append(state.node.parent_id)
        if eras.histories[unit][0].node.parent_id is None:  # before it began, at the top of those
            waiting += eras.origins.get(unit, ())
    return found


def weights(tree: UnitTree, units: Iterable[int]) -> dict[int, dict[int, Fraction]]:
    """Map each top of a tree to the units of `units` that it counts, each with its share (1 =
    whole).

    A unit that no top counts is in no mapping. A top that is not listed itself, and of which listed
    units have shares, is left out.
    """
    shared = {part for parts in tree.shares.values() for part in parts}
    found: dict[int, dict[int, Fraction]] = {}
    asked = set(units)
    for top in tree.branches(None):
        if top.id in shared:
            continue
        into = found[top.id] = dict.fromkeys(asked.intersection(tree.pool(top.id)), Fraction(1))
        for part, share in tree.shares.get(top.id, {}).items():
            for unit in asked.intersection(tree.pool(part)):
                into[unit] = into.get(unit, Fraction(0)) + share
    return found
