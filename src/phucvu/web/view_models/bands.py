"""Bands shown beside a partial total, a group or a component."""

from __future__ import annotations

from decimal import Decimal

from phucvu.results.scores import UnitScore
from phucvu.scoring import Band, GroupResult, GroupSource, IndicatorResult, Scorecard

__all__ = ["component_band", "group_band", "provisional_band"]


def provisional_band(score: UnitScore) -> Band | None:
    """Return the band of a partial total, where at least half of the points have figures."""
    result = score.result
    enough = result.known_points * 2 >= score.edition.scorecard.points
    return result.provisional_band if enough and not score.total_is_published else None


def group_band(scorecard: Scorecard, group: GroupResult) -> Band | None:
    """Return the band of a group's share; None for a lower bound: a missing part is not bad
    work.
    """
    if group.ratio is None or group.source is GroupSource.PARTIAL:
        return None
    return scorecard.band_of(group.ratio)


def component_band(scorecard: Scorecard, result: IndicatorResult) -> Band | None:
    """Return the band of a component's share of its points; None without points."""
    if result.points is None or not result.maximum:
        return None
    return scorecard.band_of(result.points * Decimal(100) / result.maximum)
