"""Trends of a unit's result: by month where it is counted, by moment where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from phucvu import clock
from phucvu.facts.figures import Source
from phucvu.register.models import StatedFigure
from phucvu.results.boards import current_edition
from phucvu.results.figures import FigureSource
from phucvu.results.known import known_facts
from phucvu.results.maps import Atlas
from phucvu.results.scores import UnitScore, score_units
from phucvu.results.trend_points import Point, points_by_month, says_something
from phucvu.scorecards import Edition
from phucvu.scoring import Kind, Period, PeriodError
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Point", "Trend", "trend", "trends_of_totals"]

_MONTHS = 12


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
    trees: Callable[[Period], UnitTree] | None = None,
    now: datetime | None = None,
) -> Trend:
    """Return twelve months up to `period`'s end of counted figures; published moments of `period`.

    `trees` gives the units of each month where they are not the same: see `results.maps`.
    """
    edition, now = current_edition(edition), now or clock.now()
    tree = tree or Atlas.open().tree(period)
    snapshots = [
        snapshot
        for moment in _moments([unit.id], period)
        for snapshot in score_units(
            edition, tree, [unit], period, now, as_of=moment + timedelta(microseconds=1)
        )
    ]
    counted: dict[str, list[Point]] = defaultdict(list)
    same = tree
    for month_tree, months in _by_tree(trees or (lambda month: same), _months_until(period, now)):
        for id_, points in points_by_month(edition, month_tree, unit, months, now).items():
            counted[id_] += points
    indicators = _published(edition, snapshots) | counted
    # What is counted has no moments: the month's own score stands in for a snapshot.
    whole = snapshots
    if len(snapshots) < 2 and counted:
        whole = [
            found[unit.id]
            for found in _by_month(edition, [unit.id], period, trees or (lambda month: same), now)
            if unit.id in found
        ]
    return Trend(
        indicators={id_: points for id_, points in indicators.items() if len(points) > 1},
        groups={
            code: points
            for code in edition.scorecard.groups
            if len(points := _of_group(code, whole, by_month=whole is not snapshots)) > 1
        },
        total=_totals(whole, by_month=whole is not snapshots),
    )


def trends_of_totals(
    units: Sequence[UnitNode],
    period: Period,
    edition: Edition | None = None,
    *,
    trees: Callable[[Period], UnitTree],
    now: datetime | None = None,
) -> Mapping[int, Sequence[Point]]:
    """Return the total's trend of each of these units; many cost hardly more than one.

    A unit has the published moments of `period` where there are two, else its months, as in
    `trend`.
    """
    edition, now = current_edition(edition), now or clock.now()
    ids = [unit.id for unit in units]
    found: dict[int, list[Point]] = {id_: [] for id_ in ids}
    for moment in _moments(ids, period):
        later = moment + timedelta(microseconds=1)
        for snapshot in score_units(edition, trees(period), units, period, now, later):
            points = found[snapshot.unit.id]
            # A moment at which others were published says nothing new of this unit.
            if not points or points[-1].as_of != snapshot.as_of:
                points += _totals([snapshot], by_month=False)
    rest = [id_ for id_ in ids if len(found[id_]) < 2]
    if rest:
        found |= {id_: [] for id_ in rest}
        for month in _by_month(edition, rest, period, trees, now):
            for id_, score_of_it in month.items():
                found[id_] += _totals([score_of_it], by_month=True)
    return {id_: points for id_, points in found.items() if len(points) > 1}


def _by_month(
    edition: Edition,
    ids: Sequence[int],
    period: Period,
    trees: Callable[[Period], UnitTree],
    now: datetime,
) -> Iterator[dict[int, UnitScore]]:
    """Yield the scores of those of the units that were there, month by month."""
    months = _months_until(period, now)
    tree = trees(period)
    scope = {part for id_ in ids for part in tree.pool(id_)}
    if not known_facts(edition, tree, scope).units:
        # Nothing is counted: only months that somebody stated figures of have anything to say.
        figures = StatedFigure.objects.of_indicators()
        stated = figures.filter(period__in=[str(month) for month in months])
        said = set(stated.order_by().values_list("period", flat=True).distinct())
        months = [month for month in months if str(month) in said]
    for month in months:
        tree = trees(month)
        there = [node for id_ in ids if (node := tree.get(id_)) is not None]
        scored = score_units(edition, tree, there, month, now) if there else []
        yield {each.unit.id: each for each in scored}


def _totals(scores: Sequence[UnitScore], *, by_month: bool) -> list[Point]:
    """Return the totals that lack nothing: a part beside a whole would read as a fall."""
    return [
        Point(each.period, None if by_month else each.as_of, None, each.total)
        for each in scores
        if each.total is not None and not each.missing
    ]


def _by_tree(
    trees: Callable[[Period], UnitTree], months: list[Period]
) -> list[tuple[UnitTree, list[Period]]]:
    """Put consecutive months with the same units together."""
    found: list[tuple[UnitTree, list[Period]]] = []
    for month in months:
        tree = trees(month)
        if not found or found[-1][0] is not tree:
            found.append((tree, []))
        found[-1][1].append(month)
    return found


def _published(edition: Edition, snapshots: Sequence[UnitScore]) -> dict[str, list[Point]]:
    """Return the components with reported values, a point for each moment of one."""
    found: dict[str, dict[datetime | None, Point]] = defaultdict(dict)
    for snapshot in snapshots:
        for id_, provenance in snapshot.provenance.items():
            component = snapshot.result.indicators[id_]
            if provenance.source is not FigureSource.COUNTED and says_something(component):
                # A figure that a later snapshot did not carry is one point still, not two.
                found[id_][provenance.as_of] = Point(
                    snapshot.period, provenance.as_of, component.ratio, component.points
                )
    return {id_: list(points.values()) for id_, points in found.items()}


def _months_until(period: Period, now: datetime) -> list[Period]:
    last = min(period.last_day, timezone.localdate(now))
    month = Period.containing(last, Kind.MONTH)
    months = [month]
    for _ in range(_MONTHS - 1):
        try:
            month = month.previous()
        except PeriodError:
            break  # the first month there can be
        months.append(month)
    return months[::-1]


def _moments(units: Sequence[int], period: Period) -> list[datetime]:
    rows = StatedFigure.objects.filter(
        unit_id__in=units, period=str(period), source=Source.PUBLISHED
    )
    return sorted(rows.order_by().values_list("as_of", flat=True).distinct())


def _of_group(code: str, scores: Sequence[UnitScore], *, by_month: bool) -> list[Point]:
    found = ((each, each.result.groups[code]) for each in scores)
    return [
        Point(snapshot.period, None if by_month else snapshot.as_of, group.ratio, group.points)
        for snapshot, group in found
        if group.points is not None and not (group.missing and group.source != "published")
    ]
