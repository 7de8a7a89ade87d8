"""Which figures about few dossiers stay hidden, so that nobody can be found behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

__all__ = ["hidden_cells"]

Key = TypeVar("Key")


def hidden_cells(sizes: Mapping[Key, int], least: int) -> set[Key]:
    """The cells to hide of a breakdown whose sum is known.

    `sizes` says how many facts stand behind each cell. A cell of 1 to `least` − 1 facts is
    hidden; an empty one hides nobody. As the sum less the cells that show gives away what is
    hidden, the next smallest cells are hidden too until at least two are, with `least` facts
    between them, or none is left. `least` of 1 or less hides nothing.
    """
    hidden = {key for key, size in sizes.items() if 0 < size < least}
    if not hidden:
        return hidden
    total = sum(sizes[key] for key in hidden)
    others = sorted((size, at, key) for at, (key, size) in enumerate(sizes.items()) if size > 0)
    for size, _, key in others:
        if len(hidden) > 1 and total >= least:
            break
        if key not in hidden:
            hidden.add(key)
            total += size
    return hidden
