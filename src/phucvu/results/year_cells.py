"""Dossiers of a year by unit, procedure and month, among which small cells are looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from phucvu.counters.reading import Window, procedure_cells
from phucvu.results.small_cells import Numbers
from phucvu.results.telling import BLOCKS, Cells, Level
from phucvu.scorecards import Edition
from phucvu.scoring import Indicator
from phucvu.units.tree import UnitTree

__all__ = ["Population", "YearCells", "population_of", "read_cells"]

Population = tuple[object, ...]
"""What a rule divides by, in words: rules that divide by the same dossiers have the same."""


@dataclass(frozen=True)
class YearCells:
    """Cells of a year for each population."""

    units: Mapping[int, int]
    """unit id → its place in the arrays, a unit before those below it"""
    below: Sequence[Sequence[int]]
    """the places of the units listed directly below each"""
    codes: Mapping[str, int]
    cells: Mapping[Population, Cells]
    span: tuple[int, int]
    """the first and the last month (yyyymm) with a dossier"""


def population_of(edition: Edition, rule: Indicator) -> Population | None:
    """Return the population of a rule, its denominator; None where it depends on the clock."""
    count = rule.denominator.count
    assert count is not None  # noqa: S101 - of a rule that is told by procedure
    measures = [edition.measures[name] for name in count.names]
    if any(measure.clock for measure in measures):
        return None
    parts = sorted((m.when.text, m.value.text if m.value else "") for m in measures)
    return (*parts, count.text if len(parts) > 1 else "")


def read_cells(
    edition: Edition, rules: Sequence[Indicator], year: int, tree: UnitTree, running: int
) -> YearCells:
    """Read a year's cells of the denominators of `rules`, up to the running month (yyyymm)."""
    order = _listed(tree)
    units = {unit: at for at, unit in enumerate(order)}
    below = [[units[child.id] for child in tree.children(unit)] for unit in order]
    counts, windows = {}, dict[Population, set[str]]()
    for rule in rules:
        population = population_of(edition, rule)
        if population is not None and rule.denominator.count is not None:
            counts[population] = rule.denominator.count
            windows.setdefault(population, set()).add(rule.window)
    names = sorted({name for count in counts.values() for name in count.names})
    everyone = {*order, *(part for unit in tree.roots for part in tree.pool(unit.id))}
    rows = procedure_cells(edition.measures, names, year * 100 + 1, year * 100 + 12, everyone)
    base = sorted({row[0] for row in rows})
    codes = {code: at for at, code in enumerate(sorted({row[1] for row in rows}))}
    places = {unit: at for at, unit in enumerate(base)}
    paths = [_path(tree, unit, units) for unit in base]
    shape = (len(base), len(codes))
    at = np.array(
        [(places[row[0]], codes[row[1]], *_months(row[2], row[3], year)) for row in rows], np.int64
    ).reshape(-1, 4)
    begun = min(12, max(0, (running // 100 - year) * 12 + running % 100))
    cells = {}
    for population, count in counts.items():
        sizes = np.array(
            [count.evaluate(dict(zip(names, row[4:], strict=True))) or 0 for row in rows], np.int64
        )
        inside = None
        if Window.IN_PERIOD in windows[population]:
            inside = {level: _inside(at, sizes, shape, level, begun) for level in BLOCKS}
            inside = {level: _pooled(each, paths, len(order)) for level, each in inside.items()}
        placed = _pooled(_placed(at, sizes, shape), paths, len(order))
        cells[population] = Cells({level: _longer(placed, level) for level in BLOCKS}, inside)
    touched = {month for row in rows for month in row[2:4] if month // 100 == year}
    carried = any(row[2] // 100 < year for row in rows)
    span = (year * 100 + 1 if carried else min(touched, default=0), max(touched, default=0))
    return YearCells(units, below, codes, cells, span)


def _listed(tree: UnitTree) -> list[int]:
    waiting = [root.id for root in tree.roots[::-1]]
    order = []
    while waiting:
        unit = waiting.pop()
        order.append(unit)
        waiting.extend(child.id for child in tree.children(unit)[::-1])
    return order


def _path(tree: UnitTree, unit: int, units: Mapping[int, int]) -> list[int]:
    """Return the places of a unit and all above it that are listed."""
    above = [unit, *(node.id for node in tree.ancestors(unit))]
    return [units[each] for each in above if each in units]


def _months(placed: int, ended: int, year: int) -> tuple[int, int]:
    """Return the months of the year from 0; -1 for those before it, 12 for those after."""
    first = -1 if placed // 100 < year else placed % 100 - 1
    if ended // 100 == year:
        return first, ended % 100 - 1
    return first, 12 if ended // 100 > year else -1


def _placed(at: Numbers, sizes: Numbers, shape: tuple[int, int]) -> Numbers:
    found = np.zeros((*shape, 12), np.int64)
    here = at[:, 2] >= 0
    np.add.at(found, (at[here, 0], at[here, 1], at[here, 2]), sizes[here])
    return found


def _inside(
    at: Numbers, sizes: Numbers, shape: tuple[int, int], level: Level, begun: int
) -> Numbers:
    """Count by block what was placed in it or before, and ended in it or later, none of the
    future.
    """
    long = 12 // BLOCKS[level]
    found = np.zeros((*shape, BLOCKS[level] + 1), np.int64)
    first = np.maximum(at[:, 2], 0) // long
    after = np.minimum(at[:, 3], 11) // long + 1
    some = first < after
    np.add.at(found, (at[some, 0], at[some, 1], first[some]), sizes[some])
    np.subtract.at(found, (at[some, 0], at[some, 1], after[some]), sizes[some])
    running = np.cumsum(found, axis=2)[:, :, : BLOCKS[level]]
    running[:, :, -(-begun // long) :] = 0
    return running


def _pooled(found: Numbers, paths: Sequence[Sequence[int]], units: int) -> Numbers:
    """Add up each unit with all below it, whether those are listed or have ended."""
    pooled = np.zeros((units, *found.shape[1:]), np.int64)
    for own, path in zip(found, paths, strict=True):
        pooled[list(path)] += own
    return pooled


def _longer(months: Numbers, level: Level) -> Numbers:
    total: Numbers = months.reshape(*months.shape[:2], BLOCKS[level], 12 // BLOCKS[level]).sum(3)
    return total
