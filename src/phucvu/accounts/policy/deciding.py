"""Decisions of the policy: who asks, for which resource, of which unit, on which day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from phucvu.accounts.policy.resources import Resource
from phucvu.accounts.policy.roles import Role, Standing
from phucvu.accounts.policy.table import TABLE, Answer

__all__ = ["Held", "Scope", "Who", "answer", "decide", "reach"]

_STRENGTH = (Answer.NO, Answer.OWN, Answer.SUBTREE, Answer.YES)


@dataclass(frozen=True, slots=True)
class Held:
    """A role (or a key's standing) on a unit, from `first` up to but not including `end`."""

    role: Role | Standing
    unit_id: int
    first: date
    end: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether it is in force on the day."""
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Who:
    """An account or key with its standings and the roles granted to it."""

    standings: frozenset[Standing] = frozenset({Standing.ANYONE})
    held: tuple[Held, ...] = ()

    def on(self, day: date) -> Iterator[tuple[Role | Standing, int | None]]:
        """Yield each role in force on the day with its unit; standings have none."""
        for standing in self.standings:
            yield standing, None
        for held in self.held:
            if held.in_force(day):
                yield held.role, held.unit_id


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope of a permission: everywhere, or the units named and those below some of them."""

    everywhere: bool = False
    subtrees: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.subtrees or self.own)

    def covers(self, path: Sequence[int]) -> bool:
        """Tell whether a unit lies within; `path` is its id and those above it, the nearest
        first.
        """
        if self.everywhere:
            return True
        return bool(path) and (path[0] in self.own or not self.subtrees.isdisjoint(path))


def answer(who: Who, thing: Resource, day: date) -> Answer:
    """Return the strongest answer any of the roles gives, whatever the unit."""
    row = TABLE[thing]
    return max(
        (row.get(role, Answer.NO) for role, _unit in who.on(day)),
        key=_STRENGTH.index,
        default=Answer.NO,
    )


def reach(who: Who, thing: Resource, day: date) -> Scope:
    """Return the units for which the answer is not *no*."""
    row = TABLE[thing]
    subtrees: set[int] = set()
    own: set[int] = set()
    for role, unit_id in who.on(day):
        found = row.get(role, Answer.NO)
        if found is Answer.YES:
            return Scope(everywhere=True)
        if unit_id is not None and found is not Answer.NO:
            (subtrees if found is Answer.SUBTREE else own).add(unit_id)
    return Scope(subtrees=frozenset(subtrees), own=frozenset(own))


def decide(who: Who, thing: Resource, day: date, path: Sequence[int] = ()) -> bool:
    """Tell whether the permission holds for the unit of `path` (its id and those above it).

    Without a path, tell whether it holds at all, for some unit or for the account's own.
    """
    if not path:
        return answer(who, thing, day) is not Answer.NO
    return reach(who, thing, day).covers(path)
