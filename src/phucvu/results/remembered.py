"""Cache of figures gathered from reported values, valid until a value is reported.

A country's page pools tens of thousands of reported values, which change a few times a month;
dossiers come every second and change none of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import NamedTuple

from django.db import connection

from phucvu.changes.following import newest_stated
from phucvu.results.figures import FigureSet
from phucvu.units.tree import UnitTree

__all__ = ["Remembered"]

# Less than changes are kept: one that is gone from the store cannot be told from none.
_SECONDS = 1_800.0
_MOST_UNITS = 20_000  # in all that is remembered, some 30 MB where each has every figure


class _Gathered(NamedTuple):
    figures: FigureSet
    tree: UnitTree
    stated: int
    at: float


class Remembered:
    """Cache of gathered figures by question; the least recently used is dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Gathered] = OrderedDict()
        self._units = 0
        self._lock = Lock()

    def get(self, key: Hashable, tree: UnitTree, gather: Callable[[], FigureSet]) -> FigureSet:
        """Return the cached figures of `key` on this tree, or those of `gather`. Not to be
        changed.
        """
        if connection.in_atomic_block:  # what is read in it may be taken back
            return gather()
        # Before the figures are read: what is stated meanwhile is read anew the next time.
        stated = newest_stated()
        found = self._kept.get(key)
        fresh = (
            found is not None
            and found.tree is tree
            and found.stated == stated
            and monotonic() - found.at < _SECONDS
        )
        if found is None or not fresh:
            found = _Gathered(gather(), tree, stated, monotonic())
        with self._lock:
            before = self._kept.pop(key, None)
            self._units += len(found.figures) - (len(before.figures) if before else 0)
            self._kept[key] = found
            while self._units > _MOST_UNITS and len(self._kept) > 1:
                _key, oldest = self._kept.popitem(last=False)
                self._units -= len(oldest.figures)
        return found.figures
