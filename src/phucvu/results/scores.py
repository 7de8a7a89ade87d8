"""Score of a unit in a period: its result, and the provenance of each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from phucvu.editions.finding import PeriodEdition
from phucvu.register.walltime import DAY_MS, to_wall, wall_now
from phucvu.results.figures import FigureSource, Provenance, UnitFigures
from phucvu.results.gathering import gather
from phucvu.scorecards import Edition
from phucvu.scoring import Band, Period, Result, score
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Comparison", "UnitScore", "bound_of", "score_units"]


@dataclass(frozen=True)
class Comparison:
    """Origin of a change: another period, or an earlier moment of this one."""

    period: Period
    as_of: datetime | None
    total: Decimal


@dataclass(frozen=True)
class UnitScore:
    """Score of one unit in one period: its result, and the provenance of each figure."""

    unit: UnitNode
    period: Period
    scored: PeriodEdition
    result: Result
    provenance: Mapping[str, Provenance]
    published_total: Decimal | None
    published_at: datetime | None
    published_by: FigureSource | None
    moment: datetime
    compared: Comparison | None = None
    not_compared: PeriodEdition | None = None
    """the other edition that scored the period before, for which there is no change"""
    rank: int | None = None
    of: int = 0
    reason: str = ""
    """why it has no rank, or what its rank lacks"""
    peers: int | None = None
    """the number of its group of peers, where it is ranked among them"""

    @property
    def edition(self) -> Edition:
        """Return the edition it is scored by."""
        return self.scored.edition

    @property
    def total(self) -> Decimal | None:
        """Return the points out of 100: computed, or as published where components are missing."""
        if self.total_is_published:
            return self.published_total
        return self.result.total

    @property
    def total_is_published(self) -> bool:
        """Tell whether the total stands as published, because not all of it can be computed."""
        return self.published_total is not None and (
            self.result.total is None or self.result.partial
        )

    @property
    def band(self) -> Band | None:
        """Return the band of the total; none for a partial total."""
        if self.total_is_published and self.published_total is not None:
            return self.edition.scorecard.band_of(self.published_total)
        return self.result.band

    @property
    def change(self) -> Decimal | None:
        """Return the points gained or lost since `compared`."""
        if self.compared is None or self.total is None:
            return None
        return self.total - self.compared.total

    @property
    def as_of(self) -> datetime | None:
        """Return the latest moment of any figure in it."""
        moments = [p.as_of for p in self.provenance.values() if p.as_of is not None]
        if self.published_at is not None and self._takes_published_points:
            moments.append(self.published_at)
        return max(moments, default=None)

    @property
    def _takes_published_points(self) -> bool:
        groups = self.result.groups.values()
        return self.total_is_published or any(group.source == "published" for group in groups)

    @property
    def is_published(self) -> bool:
        """Tell whether the whole score was published by the portal.

        Such a score moves from one publication to the next.
        """
        told = self.provenance.values()
        return self.total_is_published or (
            self.published_by is FigureSource.PUBLISHED
            and all(each.source is FigureSource.PUBLISHED for each in told)
        )

    @property
    def missing(self) -> int:
        """Return how many scored components the total lacks."""
        return 0 if self.total_is_published else len(self.result.missing)


def bound_of(period: Period, now: datetime) -> int:
    """Return the cut-off of a period (wall time, ms): its end, or now if earlier."""
    end = to_wall(datetime.combine(period.last_day, datetime.min.time())) + DAY_MS - 1
    return min(end, wall_now(now))


def score_units(
    scored: PeriodEdition,
    tree: UnitTree,
    units: Sequence[UnitNode],
    now: datetime,
    as_of: datetime | None = None,
) -> list[UnitScore]:
    """Score these units in their order in the period, neither ranked nor compared."""
    period = scored.period
    found = gather(
        scored,
        tree,
        [unit.id for unit in units],
        bound=bound_of(period, now),
        now=now,
        as_of=as_of,
    )
    return [_score(scored, unit, found[unit.id], now) for unit in units]


def _score(scored: PeriodEdition, unit: UnitNode, known: UnitFigures, now: datetime) -> UnitScore:
    return UnitScore(
        unit,
        scored.period,
        scored,
        score(scored.edition.scorecard, known.figures, known.groups),
        known.provenance,
        known.published_total,
        known.published_at,
        known.published_by,
        now,
    )
