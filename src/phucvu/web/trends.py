"""Trend of a unit for its page: slower to read than the rest of the page."""

from __future__ import annotations

from django.core.cache import caches
from django.http import HttpRequest

from phucvu.results.trends import Trend, trend
from phucvu.units.midnights import last_midnight
from phucvu.units.tree import UnitNode
from phucvu.web import pages

__all__ = ["trend_of"]

_CACHED_FOR = 15 * 60  # seconds


def trend_of(request: HttpRequest, unit: UnitNode, asked: pages.PageChoice) -> Trend:
    """Return a unit's trend.

    An open page that asks for its news must have it within a second: it gets the lines as they were
    when a page of the unit was last opened, at most a quarter of an hour ago, and today.
    """
    rule = asked.scored(unit.kind).edition.digest
    key = f"trend:{unit.id}:{asked.query}:{rule}:{last_midnight()}"
    cached: Trend | None = caches["process"].get(key) if pages.is_fragment(request) else None
    if cached is not None:
        return cached
    atlas = asked.atlas
    found = trend(
        unit, asked.period, asked.compared, editions=asked.editions,
        tree=atlas.tree(asked.period), trees=atlas.tree,
    )  # fmt: skip
    caches["process"].set(key, found, _CACHED_FOR)
    return found
