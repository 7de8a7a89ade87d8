"""The units as trees: those in force on a day, or every era at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.utils import timezone

from phucvu.units.models import Unit

__all__ = ["UnitEras", "UnitNode", "UnitTree", "load_eras", "load_tree"]


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
    """The units of one day.

    A unit whose parent is not in force that day is a root. Nodes come in the order of their
    codes. Every method that takes an id gives an empty answer for a unit that is not here.
    """

    def __init__(self, nodes: Iterable[UnitNode]) -> None:
        found = sorted(nodes, key=lambda node: (node.code, node.id))
        present = {node.id for node in found}
        self._by_id = {
            node.id: node if node.parent_id in present else replace(node, parent_id=None)
            for node in found
        }
        self._by_code = {node.code: node for node in self._by_id.values()}
        self._children: dict[int | None, list[UnitNode]] = {}
        for node in self._by_id.values():
            self._children.setdefault(node.parent_id, []).append(node)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[UnitNode]:
        return iter(self._by_id.values())

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._by_id

    @cached_property
    def roots(self) -> list[UnitNode]:
        """The units that belong to no other."""
        return self.children(None)

    def get(self, unit_id: int) -> UnitNode | None:
        """The unit with this id, or None."""
        return self._by_id.get(unit_id)

    def by_code(self, code: str) -> UnitNode | None:
        """The unit that bears this code on the tree's day, or None."""
        return self._by_code.get(code)

    def children(self, unit_id: int | None) -> list[UnitNode]:
        """The units directly below; of None, the roots."""
        return list(self._children.get(unit_id, ()))

    def descendants(self, unit_id: int) -> list[UnitNode]:
        """Every unit below, a parent before its children; the unit itself is not among them."""
        found: list[UnitNode] = []
        waiting = self.children(unit_id)[::-1]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(self._children.get(node.id, ())[::-1])
        return found

    def ancestors(self, unit_id: int) -> list[UnitNode]:
        """The unit's parent, its parent's parent and so on up to the root."""
        found: list[UnitNode] = []
        node = self._by_id.get(unit_id)
        # The length bounds the walk, should somebody have made two units each other's parent.
        while node is not None and node.parent_id is not None and len(found) < len(self):
            node = self._by_id.get(node.parent_id)
            if node is not None:
                found.append(node)
        return found

    def path(self, unit_id: int) -> list[UnitNode]:
        """From the root down to the unit itself."""
        node = self._by_id.get(unit_id)
        return [] if node is None else [*reversed(self.ancestors(unit_id)), node]


class UnitEras:
    """Every unit there ever was, and the tree of any day. Loaded once for many days.

    The days on which some unit begins or ends cut time into eras; one tree serves an era.
    """

    def __init__(self, rows: Iterable[tuple[UnitNode, date | None, date | None]]) -> None:
        self._rows = list(rows)
        self._parents = {node.id: node.parent_id for node, _, _ in self._rows}
        self._codes = {node.code for node, _, _ in self._rows}
        self._starts = sorted(
            {day for _, first, end in self._rows for day in (first, end) if day is not None}
        )
        self._trees: dict[int, UnitTree] = {}

    def era(self, day: date) -> int:
        """The number of the era `day` lies in; days of one era have the same tree."""
        return bisect_right(self._starts, day)

    def on(self, day: date) -> UnitTree:
        """The tree of the units in force on `day`."""
        era = self.era(day)
        tree = self._trees.get(era)
        if tree is None:
            tree = self._trees[era] = UnitTree(
                node
                for node, first, end in self._rows
                if (first is None or first <= day) and (end is None or day < end)
            )
        return tree

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._parents

    def knows(self, code: str) -> bool:
        """Whether a unit bears, or ever bore, this code."""
        return code in self._codes

    def within(self, ancestor_id: int, unit_id: int | None) -> bool:
        """Whether the unit is the ancestor or lies below it, on whatever day."""
        for _ in range(len(self._parents) + 1):
            if unit_id is None:
                return False
            if unit_id == ancestor_id:
                return True
            unit_id = self._parents.get(unit_id)
        return False


def load_tree(on: date | None = None) -> UnitTree:
    """The tree of the units in force on a day (today, by default), from one query."""
    return load_eras().on(on or timezone.localdate())


def load_eras(
    *, codes: Collection[str] | None = None, ids: Collection[int] | None = None
) -> UnitEras:
    """Every unit with the interval it is in force, from one query.

    With `codes` or `ids`: only the units that bear them, in any era, and what these belong to.
    A request about one unit then costs the same in a ward and in the whole country.
    """
    if codes is None and ids is None:
        return _eras(f"SELECT {_COLUMNS} FROM units_unit", [])  # noqa: S608
    wanted = [("code", code) for code in codes or ()] + [("id", unit_id) for unit_id in ids or ()]
    if not wanted:
        return UnitEras(())
    places = [
        f"{column} IN ({', '.join(['%s'] * len(values))})"
        for column, values in (("code", codes), ("id", ids))
        if values
    ]
    # UNION, not UNION ALL: it ends even if two units were made each other's parent.
    return _eras(
        f"""
        WITH RECURSIVE wanted AS (
            SELECT {_COLUMNS} FROM units_unit WHERE {" OR ".join(places)}
            UNION
            SELECT {_PARENT_COLUMNS} FROM units_unit parent
            JOIN wanted ON wanted.parent_id = parent.id
        )
        SELECT {_COLUMNS} FROM wanted
        """,  # noqa: S608 - only names of columns and %s are put in
        [value for _, value in wanted],
    )


def _eras(query: str, parameters: list[str | int]) -> UnitEras:
    # A raw query of the model, so that dates and booleans are read alike from every store.
    rows = Unit.objects.raw(query, parameters)
    return UnitEras(
        (
            UnitNode(
                row.id, row.code, row.name, row.kind, row.parent_id, row.time_zone, row.simulated
            ),
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    )


_NAMES = (
    "id", "code", "name", "kind", "parent_id", "time_zone", "simulated", "valid_from", "valid_to",
)  # fmt: skip
_COLUMNS = ", ".join(_NAMES)
_PARENT_COLUMNS = ", ".join(f"parent.{name}" for name in _NAMES)
