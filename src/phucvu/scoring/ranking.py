"""Ranks by total. Ties share a rank, a zero is a rank, and no total is no rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class RankEntry(Generic[Key]):
    """A unit to rank. `missing` is the number of components its total lacks."""

    key: Key
    total: Decimal | None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Key]):
    """A ranked unit; where `rank` is None, `reason` (a code) says why.

    A reason may stand beside a rank too: `partial`, the total lacks components.
    """

    key: Key
    total: Decimal | None
    rank: int | None
    reason: str = ""


def rank(entries: Iterable[RankEntry[Key]]) -> list[Ranked[Key]]:
    """Rank units, the highest total first; equal totals share a rank and use up the next ones (1,
    2, 2, 4).

    Units with total 0 are ranked like any other. Units without a total follow, unranked, with the
    reason `nothing_provided`. Within a tie, and among the unranked, the given order is kept.
    """
    given = list(entries)
    with_total = [(e, e.total) for e in given if e.total is not None]
    with_total.sort(key=lambda pair: pair[1], reverse=True)
    ranked: list[Ranked[Key]] = []
    for position, (entry, total) in enumerate(with_total, start=1):
        tied = bool(ranked) and ranked[-1].total == total
        place = ranked[-1].rank if tied else position
        ranked.append(Ranked(entry.key, total, place, "partial" if entry.missing else ""))
    ranked += [Ranked(e.key, None, None, "nothing_provided") for e in given if e.total is None]
    return ranked
