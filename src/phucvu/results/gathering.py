"""Gathering of a unit's figures from every source.

For one indicator of one unit the first of these that is there stands: counted from the register;
published by the portal; typed in; derived from the units below (pooled) or above (inherited) by the
indicator's rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from phucvu.editions.finding import PeriodEdition
from phucvu.results.announced import add_announced
from phucvu.results.counted import add_counted
from phucvu.results.figures import FigureSet, UnitFigures
from phucvu.results.shares import add_shares
from phucvu.results.stated import add_stated
from phucvu.units.tree import UnitTree

__all__ = ["gather"]


def gather(
    scored: PeriodEdition,
    tree: UnitTree,
    unit_ids: Iterable[int],
    *,
    bound: int,
    now: datetime,
    as_of: datetime | None = None,
) -> FigureSet:
    """Gather the figures of these units in the period, for the edition that scores it.

    `bound` is the cut-off (wall time, ms) for open dossiers. `as_of` (known at) leaves out values
    reported later; the register is always read as it stands. Facts of the units that the tree pools
    into a unit are counted for it, whether they are in force or not (`phucvu.units.map`).
    """

    edition, period = scored.edition, scored.period

    def known(units: Iterable[int]) -> dict[int, UnitFigures]:
        result = {unit: UnitFigures() for unit in units}
        scope = _scope(tree, result)
        add_stated(scored, tree, result, scope, as_of)
        add_counted(edition, tree, result, scope, period, bound, now)
        add_announced(edition, tree, result, period, bound, now)
        return result

    result = known(unit_ids)
    add_shares(edition, tree, result, known)
    return result


def _scope(tree: UnitTree, wanted: Iterable[int]) -> set[int]:
    """Return the wanted units, all that are pooled into them, and those above, to inherit from."""
    scope: set[int] = set()
    for unit in wanted:
        if unit not in scope:
            scope.update(tree.pool(unit))
        scope.update(node.id for node in tree.ancestors(unit))
    # What counts units asks of each whether it has any, or a share of any.
    shared = [tree.shares[unit] for unit in scope & tree.shares.keys()]
    return scope.union(*shared)
