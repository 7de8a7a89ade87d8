"""An intruder with τ-argus: what can be said of each hidden number from all that is published."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytauargus.engine import audit_jj

__all__ = ["PERIODS", "Base", "Facts", "Intruder", "dossiers_of"]

Base = tuple[int, int, int, int]
"""unit, procedure, month placed (-1: before the year), month ended (12: after it)"""
Facts = Mapping[Base, int]

PERIODS: dict[str, tuple[int, int]] = {
    **{f"2026-{month + 1:02d}": (month, month) for month in range(12)},
    **{f"2026-Q{n + 1}": (3 * n, 3 * n + 2) for n in range(4)},
    "2026-H1": (0, 5), "2026-H2": (6, 11), "2026-9M": (0, 8), "2026": (0, 11),
}  # fmt: skip
_MOST = 10_000
_LONGEST = 200  # terms of a sum that τ-argus reads


def dossiers_of(base: Iterable[Base], within: tuple[int, int], kind: str) -> list[Base]:
    """Those placed in a period, or (`inside`) carried over into it too."""
    first, last = within
    if kind == "placed":
        return [each for each in base if first <= each[2] <= last]
    return [each for each in base if each[2] <= last and each[3] >= first]


@dataclass
class Intruder:
    """Knows every unit's totals, what is told, and which procedures are named in the year."""

    facts: Facts
    below: Mapping[int, Sequence[int]]
    """each unit with the base units that count for it"""
    months: int
    _cells: list[str] = field(default_factory=list)
    _sums: list[str] = field(default_factory=list)
    _asked: dict[int, tuple[tuple[object, ...], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = sorted({unit for each in self.below.values() for unit in each})
        self.procedures = sorted({each[1] for each in self.facts})
        times = [
            (placed, ended)
            for placed in range(-1, self.months)
            for ended in [*range(max(placed, 0), self.months), 12]
        ]
        self._place = {
            (unit, procedure, *time): self._cell(self.facts.get((unit, procedure, *time), 0), "m")
            for unit in units
            for procedure in self.procedures
            for time in times
        }

    def size(self, unit: int, procedure: int | None, period: str, kind: str) -> int:
        """The true number."""
        found = self._of(unit, procedure, period, kind)
        return sum(self.facts.get(each, 0) for each in found)

    def knows(self, unit: int, procedure: int | None, period: str, kind: str) -> None:
        """The number is public."""
        self._sum(unit, procedure, period, kind, "s", 0)

    def asks(self, unit: int, procedure: int, period: str, kind: str, at_least: int = 0) -> None:
        """The number is hidden; how far can it be narrowed down?"""
        cell = self._sum(unit, procedure, period, kind, "u", at_least)
        if cell is not None:
            self._asked[cell] = (
                (unit, procedure, period, kind),
                self.size(unit, procedure, period, kind),
            )

    def finds(self) -> list[tuple[tuple[object, ...], int, float, float]]:
        """Each hidden number: which, the truth, and the bounds τ-argus gives."""
        count = len(self._cells)
        text = "\n".join(["0", str(count), *self._cells, str(len(self._sums)), *self._sums, ""])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "cells.jj")
            path.write_text(text, encoding="ascii")
            found = audit_jj(str(path))
        bounds = {row["cell"]: (row["min"], row["max"]) for row in found}
        return [(key, true, *bounds[cell]) for cell, (key, true) in self._asked.items()]

    def _of(self, unit: int, procedure: int | None, period: str, kind: str) -> list[Base]:
        mine = set(self.below[unit])
        base = [
            each
            for each in self._place
            if each[0] in mine and (procedure is None or each[1] == procedure)
        ]
        return dossiers_of(base, PERIODS[period], kind)

    def _sum(
        self, unit: int, procedure: int | None, period: str, kind: str, status: str, least: int
    ) -> int | None:
        parts = self._of(unit, procedure, period, kind)
        if not parts:
            return None
        cells = [self._place[each] for each in parts]
        sizes = [self.facts.get(each, 0) for each in parts]
        while len(cells) > _LONGEST:
            added = self._add(cells[:_LONGEST], sum(sizes[:_LONGEST]), "m", 0)
            cells = [*cells[_LONGEST:], added]
            sizes = [*sizes[_LONGEST:], sum(sizes[:_LONGEST])]
        return self._add(cells, sum(sizes), status, least)

    def _add(self, cells: Sequence[int], size: int, status: str, least: int) -> int:
        total = self._cell(size, status, least)
        terms = " ".join(f"{cell} (1)" for cell in cells)
        self._sums.append(f"0 {len(cells) + 1} : {total} (-1) {terms}")
        return total

    def _cell(self, size: int, status: str, least: int = 0) -> int:
        self._cells.append(f"{len(self._cells)} {size} 1 {status} {least} {_MOST} 0 0 0")
        return len(self._cells) - 1
