"""Levels at which each procedure of each unit is shown: by month, by quarter, by year, or not.

One level holds for a whole year, so that a figure shown in one period gives away nothing of
another:

- by month, where each month has no dossier or as many as may be shown; the quarter, the half, the
  nine months and the year are sums of these and are shown too;
- by quarter, where each quarter has; by year, where the year has; else not at all.

Over units and procedures, `small_cells` then hides more on each level. A procedure hidden of a unit
is hidden of all below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from phucvu.results.small_cells import Numbers, Table, Truths, hide_more, is_small

__all__ = ["Cells", "Level", "Told", "tell"]


class Level(IntEnum):
    """Level of a procedure of a unit: the shortest periods it is shown by."""

    NOT = 0
    YEAR = 1
    QUARTER = 2
    MONTH = 3


BLOCKS = {Level.YEAR: 1, Level.QUARTER: 4, Level.MONTH: 12}
"""How many there are in a year."""


@dataclass(frozen=True)
class Cells:
    """A year's dossiers by unit and procedure, each unit with all below it.

    Arrays of unit x procedure x block: those placed in a block, and those placed in it or carried
    over into it. Dossiers carried over are in several blocks, so the latter do not add up over
    time.
    """

    placed: Mapping[Level, Numbers]
    inside: Mapping[Level, Numbers] | None = None

    def entries(self, level: Level) -> Numbers:
        """Return all sizes that are shown by blocks of a level."""
        if self.inside is None:
            return self.placed[level]
        return np.concatenate([self.placed[level], self.inside[level]], axis=2)


@dataclass(frozen=True)
class Told:
    """Levels chosen for each unit and procedure.

    `unnamed` (unit, level) marks so few dossiers that a procedure's name alone would tell how many.
    """

    levels: NDArray[np.int8]
    unnamed: Truths


def tell(
    cells: Cells,
    below: Sequence[Sequence[int]],
    least: int,
    at_most: NDArray[np.int8] | None = None,
) -> Told:
    """Choose the levels.

    `below` lists the units directly below each, a unit before those below it. `at_most` are the
    levels of the facts of which these are a part.
    """
    levels = _own(cells, least)
    if at_most is not None:
        levels = np.minimum(levels, at_most)
    unnamed = np.zeros((len(below), len(Level)), bool)
    tops = sorted(set(range(len(below))).difference(*below))
    for level in (Level.YEAR, Level.QUARTER, Level.MONTH):
        entries = cells.entries(level)
        again = True
        while again:
            again = False
            unnamed[:, level] = False
            for top in tops:
                _hide(cells, levels, unnamed, level, entries[[top]], [top], None, least)
            for unit, units in enumerate(below):
                if units:
                    rest = entries[unit] - entries[list(units)].sum(0)
                    sizes = np.concatenate([entries[list(units)], rest[None]])
                    again |= _hide(cells, levels, unnamed, level, sizes, units, unit, least)
    return Told(levels, unnamed)


def _hide(
    cells: Cells,
    levels: NDArray[np.int8],
    unnamed: Truths,
    level: Level,
    sizes: Numbers,
    units: Sequence[int],
    above: int | None,
    least: int,
) -> bool:
    """Hide more of a family on a level; tell whether something above it has to be hidden first."""
    rows, procedures = list(units), sizes.shape[1]
    told = levels[rows] >= level
    known = _known(cells, levels[rows], rows, level)
    summed = np.zeros(procedures, bool)
    if above is not None:
        summed = levels[above] >= level
        told &= summed
        told = np.concatenate([told, np.zeros((1, procedures), bool)])
        known = np.concatenate([known, np.zeros((1, *known.shape[1:]), bool)])
    table = Table(sizes, ~told, known, summed)
    stuck, columns = hide_more(table, least)
    count = len(rows)
    levels[rows] = np.where(table.hidden[:count], np.minimum(levels[rows], level - 1), levels[rows])
    unnamed[rows, level] |= stuck[:count]
    if above is None or not columns.any():
        return False
    levels[above, columns] = np.minimum(levels[above, columns], level - 1)
    return True


def _own(cells: Cells, least: int) -> NDArray[np.int8]:
    """Return the levels that a unit's own numbers of a procedure allow."""
    shape = cells.placed[Level.YEAR].shape[:2]
    allowed = {Level.NOT: np.ones(shape, bool)}
    for level in (Level.YEAR, Level.QUARTER, Level.MONTH):
        entries = cells.entries(level)
        allowed[level] = allowed[Level(level - 1)] & ~is_small(entries, least).any(2)
        if level is Level.YEAR:
            allowed[level] &= entries.any(2)
    # What is hidden within a longer period that is told is known in sum: it needs room there.
    allowed[Level.QUARTER] &= allowed[Level.MONTH] | ~_tight(cells.placed[Level.MONTH], 4, least)
    allowed[Level.YEAR] &= allowed[Level.MONTH] | ~_tight(cells.placed[Level.MONTH], 1, least)
    allowed[Level.YEAR] &= allowed[Level.QUARTER] | ~_tight(cells.placed[Level.QUARTER], 1, least)
    allowed[Level.QUARTER] &= allowed[Level.YEAR]
    allowed[Level.MONTH] &= allowed[Level.QUARTER]
    return np.sum([allowed[level] for level in list(Level)[1:]], axis=0).astype(np.int8)


def _tight(blocks: Numbers, longer: int, least: int) -> Truths:
    """Mark where a longer period holds a small block and leaves too little room for it."""
    parts = blocks.reshape(*blocks.shape[:2], longer, blocks.shape[2] // longer)
    room = np.maximum(parts - 1, 0).sum(3)
    tight: Truths = (is_small(parts, least).any(3) & (room < least - 1)).any(2)
    return tight


def _known(cells: Cells, levels: NDArray[np.int8], rows: Sequence[int], level: Level) -> Truths:
    """Mark the entries that a longer shown period gives away: it has no other such block."""
    placed = cells.placed[level][rows]
    known = np.zeros(placed.shape, bool)
    for longer in range(Level.YEAR, level):
        count = BLOCKS[Level(longer)]
        parts = placed.reshape(*placed.shape[:2], count, placed.shape[2] // count) > 0
        single = np.repeat(parts.sum(3) <= 1, parts.shape[3], axis=2)
        known |= (levels == longer)[:, :, None] & single
    return known if cells.inside is None else np.concatenate([known, known], axis=2)
