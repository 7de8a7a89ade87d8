"""Figures up and down the tree of units: pooled into parents, or inherited from them.

Source: the portal's published counts (163 children of one province add up to it exactly in 2.1,
3.6, 4.1-4.5 and 5.3). A parent is scored from pooled counts; ratios are never averaged.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from .figures import NOT_APPLICABLE, NOT_PROVIDED, Absent, Count, Counted, Figure

Unit = TypeVar("Unit", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Derived:
    """A unit's figure with its completeness.

    `provided` of `of` units gave counts. `of` counts the leaves below the unit (itself, where it is
    one) and every other unit with counts of its own; units the indicator does not apply to are left
    out. `how`: own, pooled, inherited.
    """

    figure: Figure
    provided: int
    of: int
    how: str

    @property
    def complete(self) -> bool:
        """Tell whether every unit that should have counts gave them."""
        return self.provided == self.of


def derive(
    rule: str, parents: Mapping[Unit, Unit | None], figures: Mapping[Unit, Figure]
) -> dict[Unit, Derived]:
    """Derive the figures of every unit by an indicator's `parent` rule.

    pooled: see `pool`; inherited: see `inherit`; distinct and own: a unit has the figure provided
    for it, nothing is derived (distinct procedures of children overlap, so they do not add up).
    Raises ValueError on another rule.
    """
    match rule:
        case "pooled":
            return pool(parents, figures)
        case "inherited":
            return inherit(parents, figures)
        case "distinct" | "own":
            return {u: _own(figures.get(u, NOT_PROVIDED), "own") for u in parents}
    raise ValueError(f"{rule!r} is no rule for parents: pooled, distinct, inherited or own.")


def pool(
    parents: Mapping[Unit, Unit | None], figures: Mapping[Unit, Figure]
) -> dict[Unit, Derived]:
    """Sum numerators and denominators over each unit's subtree, its own counts included.

    `parents` maps every unit to its parent (None at the top); `figures` holds what each unit
    counted *itself*: never pass a parent's total next to its children, it would count twice.
    A figure without counts (published ratio and points) cannot be pooled and counts as not
    provided. A pool of which nothing is provided is NOT_PROVIDED, or NOT_APPLICABLE where the
    indicator applies to none of the units. Raises ValueError where the parents form a circle or
    name a unit that is not in the tree.
    """
    inner = {parent for parent in parents.values() if parent is not None}
    sums: dict[Unit, list[int]] = {u: [0, 0] for u in parents}  # provided, of
    counts: dict[Unit, list[Count]] = {u: [0, 0] for u in parents}  # n, d
    for unit in _children_first(parents):
        own = figures.get(unit, NOT_PROVIDED)
        mine = sums[unit]
        if isinstance(own, Counted):
            counts[unit][0] += own.numerator
            counts[unit][1] += own.denominator
            mine[0] += 1
            mine[1] += 1
        elif own is not NOT_APPLICABLE and unit not in inner:
            mine[1] += 1
        parent = parents[unit]
        if parent is not None:
            for i in range(2):
                sums[parent][i] += mine[i]
                counts[parent][i] += counts[unit][i]
    results = {}
    for unit, (provided, of) in sums.items():
        figure: Figure = NOT_PROVIDED if of else NOT_APPLICABLE
        if provided:
            figure = Counted(*counts[unit])
        elif figures.get(unit) is NOT_APPLICABLE:
            figure = NOT_APPLICABLE
        results[unit] = Derived(figure, provided, of, "pooled" if unit in inner else "own")
    return results


def inherit(
    parents: Mapping[Unit, Unit | None], figures: Mapping[Unit, Figure]
) -> dict[Unit, Derived]:
    """Give each unit its own figure, else the nearest ancestor's: 1.1-1.3 are the province's."""
    results: dict[Unit, Derived] = {}
    for unit in reversed(list(_children_first(parents))):
        own = figures.get(unit, NOT_PROVIDED)
        parent = parents[unit]
        if own is NOT_PROVIDED and parent is not None:
            above = results[parent]
            how = "own" if above.figure is NOT_PROVIDED else "inherited"
            results[unit] = Derived(above.figure, above.provided, above.of, how)
        else:
            results[unit] = _own(own, "own")
    return results


def _own(figure: Figure, how: str) -> Derived:
    provided = 0 if isinstance(figure, Absent) else 1
    return Derived(figure, provided, 0 if figure is NOT_APPLICABLE else 1, how)


def _children_first(parents: Mapping[Unit, Unit | None]) -> Iterable[Unit]:
    """Yield every unit after all units below it."""
    waiting: dict[Unit, int] = dict.fromkeys(parents, 0)
    for unit, parent in parents.items():
        if parent is None:
            continue
        if parent not in waiting:
            raise ValueError(f"The parent {parent!r} of {unit!r} is not in the tree.")
        waiting[parent] += 1
    ready = [unit for unit, count in waiting.items() if count == 0]
    ordered: list[Unit] = []
    while ready:
        unit = ready.pop()
        ordered.append(unit)
        parent = parents[unit]
        if parent is not None:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    if len(ordered) != len(waiting):
        circle = sorted(str(u) for u in set(waiting) - set(ordered))
        raise ValueError(f"These units are their own ancestors: {', '.join(circle)}.")
    return ordered
