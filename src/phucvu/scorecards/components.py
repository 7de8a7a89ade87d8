"""The same component in two editions, whatever its number there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from phucvu.scorecards import Edition

__all__ = ["same_components"]


@lru_cache(maxsize=256)
def same_components(edition: Edition, other: Edition) -> Mapping[str, str]:
    """Give each component's id in `edition` with its id in `other`, where both have it.

    A component is known by the portal's code, which stays when an edition numbers anew; a code
    that an edition gives twice names none.
    """
    theirs = _by_code(other)
    return {id_: theirs[code] for code, id_ in _by_code(edition).items() if code in theirs}


def _by_code(edition: Edition) -> dict[str, str]:
    indicators = edition.scorecard.indicators.values()
    times = Counter(each.portal_code for each in indicators)
    return {each.portal_code: each.id for each in indicators if times[each.portal_code] == 1}
