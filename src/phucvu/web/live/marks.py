"""Marks of how far something is up to date: the newest change, and the last midnight."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.db import connection

from phucvu.changes import following
from phucvu.units.midnights import last_midnight

__all__ = ["Mark", "newest_mark"]

_WRITTEN = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,18}))?")


class Mark(NamedTuple):
    """Newest change after which something was made, and the last midnight (seconds UTC).

    It is the `id` of an event, and the point from which a page follows events: "1234-1764003600".
    """

    change: int = 0
    midnight: int = 0
    """0: not known"""

    @classmethod
    def parse(cls, written: str) -> Mark | None:
        """Read the mark a listener saw last; None where the text is no mark."""
        found = _WRITTEN.fullmatch(written)
        return None if found is None else cls(int(found[1]), int(found[2] or 0))

    def misses(self, newest: Mark) -> bool:
        """Tell whether a change or a midnight came since, up to the newest."""
        return self.change < newest.change or 0 < self.midnight < newest.midnight

    def __str__(self) -> str:
        return f"{self.change}-{self.midnight}" if self.midnight else str(self.change)


def newest_mark() -> Mark:
    """Return the newest change in the store (0 where there is none), and the last midnight."""
    try:
        return Mark(following.newest(), last_midnight())
    except Exception:
        connection.close()  # a lost connection is not kept
        raise
