"""Choice of the figures about few dossiers that stay hidden, so that nobody is found behind them.

A *line* is a sum that everybody knows: a unit's figure over its procedures, a procedure's figure
over the units below. The hidden cells of a line are only known in sum. `hide_more` hides, beside
the small cells, so many others that this sum leaves each of them room, in every line at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Table", "Truths", "hide_more", "is_small"]

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass
class Table:
    """Family of units by procedure: the units below one, or a top unit alone.

    Axes: unit, procedure, entry (a block of the year). `hidden` (unit, procedure) is changed in
    place; a cell is hidden in every entry or in none.
    """

    sizes: Numbers
    """facts behind each cell"""
    hidden: Truths
    fixed: Truths
    """(unit, procedure, entry): known from longer periods, should it be hidden"""
    summed: Truths
    """(procedure): whether its sum over the units is told"""


def is_small(sizes: Numbers, least: int) -> Truths:
    """Mark the cells with some facts, but fewer than `least`."""
    return (sizes > 0) & (sizes < least)


def hide_more(table: Table, least: int) -> tuple[Truths, Truths]:
    """Hide further cells of a table until no small one can be worked out from its lines.

    Each hidden cell is known to have at least one fact. A line protects its small cells where two
    of its cells or more are hidden that nothing else gives away, with so many facts that any of
    them may have up to `least`. Cells are hidden in the order of their size by powers of two, so
    that a dossier more seldom changes the choice; then in their own order.

    Returns two more things to do, where nothing in a line is left to hide: (unit), whose procedures
    may not even be named, and (procedure), whose sum may not be shown.
    """
    sizes, hidden = table.sizes, table.hidden
    order = _order(sizes)
    stuck_rows, stuck_columns = np.zeros(sizes.shape[0], bool), np.zeros(sizes.shape[1], bool)
    while True:
        open_ = _open(table, least)
        bad_rows = _bad(open_, table, 1, least) & ~stuck_rows[:, None]
        bad_columns = _bad(open_, table, 0, least) & (table.summed & ~stuck_columns)[:, None]
        if not bad_rows.any() and not bad_columns.any():
            bridges = _bridges(open_, table, least) if least > 1 else []
            bridges = [(r, c, k) for r, c, k in bridges if not stuck_rows[r]]
            if not bridges:
                return stuck_rows, stuck_columns
            for row, _column, entry in bridges:
                bad_rows[row, entry] = True
        for row in map(int, np.flatnonzero(bad_rows.any(1))):
            entry = int(bad_rows[row].argmax())
            free = ~hidden[row] & (sizes[row, :, entry] > 0)
            if not free.any():
                _open_another(table, open_, row, entry, order, stuck_rows, stuck_columns)
                continue
            # Where another unit's cell of the procedure is hidden too, nothing follows from it.
            alone = table.summed & ~open_[:, :, entry].any(0)
            hidden[row, _first(order[row] * 2 + alone, free)] = True
        for column in map(int, np.flatnonzero(bad_columns.any(1))):
            entry = int(bad_columns[column].argmax())
            free = ~hidden[:, column] & (sizes[:, column, entry] > 0)
            if not free.any():
                stuck_columns[column] = True
                continue
            bare = ~open_[:, :, entry].any(1)
            hidden[_first(order[:, column] * 2 + bare, free), column] = True


def _open_another(
    table: Table,
    open_: Truths,
    row: int,
    entry: int,
    order: Numbers,
    stuck_rows: Truths,
    stuck_columns: Truths,
) -> None:
    """Protect one cell more, in a row where all are hidden, from being worked out."""
    sizes, hidden = table.sizes, table.hidden
    closed = ~open_[row, :, entry] & ~table.fixed[row, :, entry] & table.summed & ~stuck_columns
    closed &= hidden[row] & (sizes[row, :, entry] > 0)
    if not closed.any():
        stuck_rows[row] = True
        return
    column = _first(order[row], closed)
    free = ~hidden[:, column] & (sizes[:, column, entry] > 0)
    if free.any():
        hidden[_first(order[:, column], free), column] = True
    else:
        stuck_columns[column] = True


def _order(sizes: Numbers) -> Numbers:
    most = sizes.max(2, initial=0)
    return np.floor(np.log2(np.maximum(most, 1))).astype(np.int64)


def _first(cost: Numbers, free: Truths) -> int:
    return int(np.where(free, cost, np.iinfo(np.int64).max).argmin())


def _open(table: Table, least: int) -> Truths:
    """Return the hidden cells that no line or longer period gives away; small ones all.

    Of a procedure that a unit had in the year, nobody knows that it had none in a shorter period.
    """
    small = is_small(table.sizes, least)
    there = (table.sizes.max(2, initial=0) > 0)[:, :, None]
    found: Truths = table.hidden[:, :, None] & there & (~table.fixed | small)
    while True:
        in_row = (found.sum(1) == 1)[:, None, :]
        in_column = ((found.sum(0) == 1) & table.summed[:, None])[None]
        given_away: Truths = found & ~small & (in_row | in_column)
        if not given_away.any():
            return found
        found = np.logical_and(found, ~given_away)


def _bad(open_: Truths, table: Table, axis: int, least: int) -> Truths:
    """Mark the lines along an axis with a small cell that they do not protect."""
    room = np.where(open_, np.maximum(table.sizes - 1, 0), 0).sum(axis)
    few = (open_.sum(axis) < 2) | (room < least)
    bad: Truths = (open_ & is_small(table.sizes, least)).any(axis) & few
    return bad


def _bridges(open_: Truths, table: Table, least: int) -> list[tuple[int, int, int]]:
    """Return small cells that two or more lines together give away.

    Lines are knots, hidden cells the edges between them: an edge on no circle can be worked out.
    """
    found = []
    rows, columns, entries = open_.shape
    small = is_small(table.sizes, least)
    ends = np.where(table.summed, rows + np.arange(columns), rows + columns)
    for entry in range(entries):
        if not small[:, :, entry].any():
            continue
        at = np.argwhere(open_[:, :, entry])
        edges = [(int(r), int(ends[c])) for r, c in at]
        for number in _alone(edges, rows + columns + 1):
            row, column = map(int, at[number])
            if small[row, column, entry]:
                found.append((row, column, entry))
    return found


def _alone(edges: list[tuple[int, int]], knots: int) -> list[int]:
    """Return the edges of a graph that lie on no circle (Tarjan's lowest links, no recursion)."""
    beside: list[list[tuple[int, int]]] = [[] for _ in range(knots)]
    for number, (one, other) in enumerate(edges):
        beside[one].append((other, number))
        beside[other].append((one, number))
    seen, low = [-1] * knots, [0] * knots
    found, clock = [], 0
    for start in range(knots):
        if seen[start] >= 0 or not beside[start]:
            continue
        seen[start] = low[start] = clock
        clock += 1
        path: list[tuple[int, int, Any]] = [(start, -1, iter(beside[start]))]
        while path:
            knot, came, others = path[-1]
            for other, number in others:
                if number == came:
                    continue
                if seen[other] >= 0:
                    low[knot] = min(low[knot], seen[other])
                    continue
                seen[other] = low[other] = clock
                clock += 1
                path.append((other, number, iter(beside[other])))
                break
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[knot])
                    if low[knot] > seen[above]:
                        found.append(came)
    return found
