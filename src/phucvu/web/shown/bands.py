"""Bands beside what is shown: of a partial total, of a group, of a component."""

from __future__ import annotations

from decimal import Decimal

from phucvu.results.scores import UnitScore
from phucvu.scoring import Band, GroupResult, GroupSource, IndicatorResult, Scorecard

__all__ = ["component_band", "group_band", "provisional_band"]


def provisional_band(score: UnitScore) -> Band | None:
    """The band of a partial total, where figures for half of the points are there to say so."""
    result = score.result
    enough = result.known_points * 2 >= score.edition.scorecard.points
    return result.provisional_band if enough and not score.total_is_published else None


def group_band(scorecard: Scorecard, group: GroupResult) -> Band | None:
    """The band of a group's share. Of a lower bound, none: what is missing is not bad work."""
    if group.ratio is None or group.source is GroupSource.PARTIAL:
        return None
    return scorecard.band_of(group.ratio)


def component_band(scorecard: Scorecard, result: IndicatorResult) -> Band | None:
    """The band of a component's share of its points; of one without points, none."""
    if result.points is None or not result.maximum:
        return None
    return scorecard.band_of(result.points * Decimal(100) / result.maximum)
