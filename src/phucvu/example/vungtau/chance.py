"""Chance that comes out the same every time."""

from __future__ import annotations

import math
from random import Random

__all__ = ["draw", "poisson"]

_SEED = "vung-tau-1073"


def draw(*parts: object) -> Random:
    """A generator that depends on `parts` only: the same words, the same numbers."""
    return Random(":".join([_SEED, *map(str, parts)]))  # noqa: S311 - a simulation, no secret


def poisson(chance: Random, mean: float) -> int:
    """How many of something rare happen, `mean` of them on average."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
