"""Random draws that come out the same every time."""

from __future__ import annotations

import math
from random import Random

__all__ = ["draw", "poisson"]

_SEED = "vung-tau-1073"


def draw(*parts: object) -> Random:
    """Make a random generator that depends on `parts` only: the same words give the same
    numbers.
    """
    return Random(":".join([_SEED, *map(str, parts)]))  # noqa: S311 - a simulation, no secret


def poisson(chance: Random, mean: float) -> int:
    """Draw the number of rare events, `mean` of them on average (Poisson)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
