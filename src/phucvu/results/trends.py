"""How a unit's result moved: by month where it is counted, by snapshot where it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from phucvu.register.models import StatedFigure
from phucvu.results.boards import UnitScore, current_edition, score_units
from phucvu.results.figures import FigureSource
from phucvu.scorecards import Edition
from phucvu.scoring import Counted, Kind, Period
from phucvu.units.tree import UnitNode, UnitTree, load_tree

__all__ = ["Point", "Trend", "trend"]

_MONTHS = 12


@dataclass(frozen=True)
class Point:
    """A value at a period or, of published figures, at a moment."""

    period: Period
    as_of: datetime | None
    ratio: Decimal | None
    points: Decimal | None


@dataclass(frozen=True)
class Trend:
    """Points in time of a unit's components, groups and total, oldest first.

    A component has a trend only where at least two points are known.
    """

    indicators: Mapping[str, Sequence[Point]]
    groups: Mapping[str, Sequence[Point]]
    total: Sequence[Point]


def trend(
    unit: UnitNode,
    period: Period,
    edition: Edition | None = None,
    *,
    tree: UnitTree | None = None,
    now: datetime | None = None,
) -> Trend:
    """Twelve months up to `period`'s end for what is counted; published snapshots of `period`."""
    edition, tree, now = current_edition(edition), tree or load_tree(), now or timezone.now()
    monthly = [
        score
        for month in _months_until(period, now)
        for score in score_units(edition, tree, [unit], month, now)
    ]
    snapshots = [
        score
        for moment in _moments(unit, period)
        for score in score_units(
            edition, tree, [unit], period, now, as_of=moment + timedelta(microseconds=1)
        )
    ]
    return Trend(
        indicators={
            id_: points
            for id_ in edition.scorecard.indicators
            if len(points := _of_indicator(id_, monthly, snapshots)) > 1
        },
        groups={
            code: points
            for code in edition.scorecard.groups
            if len(points := _of_group(code, snapshots)) > 1
        },
        total=[
            Point(score.period, score.as_of, None, score.total)
            for score in snapshots
            if score.total is not None and not score.missing
        ],
    )


def _months_until(period: Period, now: datetime) -> list[Period]:
    last = min(period.last_day, timezone.localdate(now))
    month = Period.containing(last, Kind.MONTH)
    months = [month]
    for _ in range(_MONTHS - 1):
        month = month.previous()
        months.append(month)
    return months[::-1]


def _moments(unit: UnitNode, period: Period) -> list[datetime]:
    rows = StatedFigure.objects.filter(unit_id=unit.id, period=str(period), source="published")
    return sorted(rows.order_by().values_list("as_of", flat=True).distinct())


def _of_indicator(
    id_: str, monthly: Sequence[UnitScore], snapshots: Sequence[UnitScore]
) -> list[Point]:
    counted = [
        _point(score, id_, None)
        for score in monthly
        if id_ in score.provenance
        and score.provenance[id_].source is FigureSource.COUNTED
        and _says_something(score, id_)
    ]
    if counted:
        return counted
    published = [
        _point(score, id_, score.provenance[id_].as_of)
        for score in snapshots
        if id_ in score.provenance and _says_something(score, id_)
    ]
    # A figure that a later snapshot repeats because it did not carry it is one point, not two.
    return list({point.as_of: point for point in published}.values())


def _says_something(score: UnitScore, id_: str) -> bool:
    """A month without facts is a gap in the line, not a fall to whatever the rule gives for it."""
    component = score.result.indicators[id_]
    empty = isinstance(component.figure, Counted) and component.figure.denominator == 0
    return component.ratio is not None and not empty


def _point(score: UnitScore, id_: str, as_of: datetime | None) -> Point:
    component = score.result.indicators[id_]
    return Point(score.period, as_of, component.ratio, component.points)


def _of_group(code: str, snapshots: Sequence[UnitScore]) -> list[Point]:
    found = ((score, score.result.groups[code]) for score in snapshots)
    return [
        Point(score.period, score.as_of, group.ratio, group.points)
        for score, group in found
        if group.points is not None and not (group.missing and group.source != "published")
    ]
