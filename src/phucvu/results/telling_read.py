"""Levels of a year by procedure, cached while nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic, perf_counter

from django.conf import settings
from django.db import connection
from django.utils import timezone

from phucvu.changes.following import newest
from phucvu.results.maps import Atlas
from phucvu.results.small_cells import Numbers
from phucvu.results.telling import Level, Told, tell
from phucvu.results.year_cells import Population, read_cells
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator, Kind, Period
from phucvu.units.tree import UnitTree

__all__ = ["Telling", "telling_of"]

_SECONDS = 600.0
_AT_ONCE = 0.05  # seconds: what takes no longer is simply made anew
_MOST_YEARS = 8


@dataclass(frozen=True)
class Telling:
    """Levels of a year, by unit, procedure and population (a rule's denominator)."""

    tree: UnitTree
    """the units of the year's end; of others nothing is told by procedure"""
    units: Mapping[int, int]
    codes: Mapping[str, int]
    told: Mapping[Population, Told]
    largest: Population
    there: Numbers
    """(unit, procedure): dossiers of the year"""
    first: int
    """the first month (yyyymm) with a dossier, or one carried over into it"""
    last: int

    def level(self, unit: int, code: str, population: Population | None = None) -> Level:
        """Return the shortest periods a procedure of a unit is shown by."""
        row, column = self.units.get(unit), self.codes.get(code)
        if row is None or column is None:
            # Of what has come since, nobody can tell yet what it would give away.
            return Level.NOT
        return Level(self.told[population or self.largest].levels[row, column])

    def named(self, unit: int) -> list[str]:
        """Return the procedures a unit had in the year, whether they are shown or not."""
        row = self.units.get(unit)
        if row is None or self.told[self.largest].unnamed[row, Level.YEAR]:
            return []
        return [code for code, column in self.codes.items() if self.there[row, column]]


@dataclass(frozen=True)
class _Kept:
    telling: Telling
    change: int
    at: float
    took: float


_kept: dict[tuple[object, ...], _Kept] = {}
_making = Lock()


def telling_of(edition: Edition, rules: Sequence[Indicator], year: int, now: datetime) -> Telling:
    """Return the levels of a year, for the denominators of `rules`.

    They are cached while no change is recorded, and in a large province for ten times as long as
    they take to make, so that no more than a tenth of a core goes into them.
    """
    today = timezone.localdate(now)
    tree = Atlas.open(now=now).tree(Period.block(Kind.YEAR, year * 100 + 1))
    running = today.year * 100 + today.month
    if connection.in_atomic_block:  # what is read in it may be taken back
        return _read(edition, rules, year, tree, running)
    # Before the counts are read: what comes meanwhile is read the next time.
    change = newest()
    key = (edition.digest, year, settings.PHUCVU_SMALLEST_CELL, running)
    kept = _kept.get(key)
    if kept is not None and _serves(kept, tree, change):
        return kept.telling
    with _making:
        kept = _kept.get(key)
        if kept is not None and _serves(kept, tree, change):
            return kept.telling
        began = perf_counter()
        telling = _read(edition, rules, year, tree, running)
        while len(_kept) >= _MOST_YEARS:
            del _kept[next(iter(_kept))]
        _kept.pop(key, None)
        _kept[key] = _Kept(telling, change, monotonic(), perf_counter() - began)
        return telling


def _serves(kept: _Kept, tree: UnitTree, change: int) -> bool:
    age = monotonic() - kept.at
    if kept.telling.tree is not tree or age > _SECONDS:
        return False
    return kept.change == change or (kept.took > _AT_ONCE and age < 10 * kept.took)


def _read(
    edition: Edition, rules: Sequence[Indicator], year: int, tree: UnitTree, running: int
) -> Telling:
    found = read_cells(edition, rules, year, tree, running)
    sizes = {
        population: cells.entries(Level.YEAR).max(2, initial=0)
        for population, cells in found.cells.items()
    }
    largest = max(sizes, key=lambda population: int(sizes[population].sum()))
    least = settings.PHUCVU_SMALLEST_CELL
    told = {largest: tell(found.cells[largest], found.below, least)}
    for population, cells in found.cells.items():
        if population != largest:
            told[population] = tell(cells, found.below, least, told[largest].levels)
    first, last = found.span
    return Telling(tree, found.units, found.codes, told, largest, sizes[largest], first, last)
