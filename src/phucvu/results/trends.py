"""Trends of a unit's result: by month where it is counted, by moment where it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from phucvu import clock
from phucvu.editions.finding import Editions, PeriodEdition
from phucvu.facts.figures import Source
from phucvu.register.models import StatedFigure
from phucvu.results.figures import FigureSource
from phucvu.results.known import known_facts
from phucvu.results.maps import Atlas
from phucvu.results.scores import UnitScore, score_units
from phucvu.results.trend_points import Point, points_by_month, says_something
from phucvu.scorecards import Edition
from phucvu.scorecards.components import same_components
from phucvu.scoring import Kind, Period, PeriodError
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Point", "Trend", "trend", "trends_of_totals"]

_MONTHS = 12


@dataclass(frozen=True)
class Trend:
    """Points in time of a unit's components, groups and total, oldest first.

    A component has a trend only where at least two points are known. Each month is scored by the
    edition of its own, so a point says which; `scored` is that of the period. A component is known
    by its id in that edition, whatever its number was in another.
    """

    indicators: Mapping[str, Sequence[Point]]
    groups: Mapping[str, Sequence[Point]]
    total: Sequence[Point]
    scored: PeriodEdition


def trend(
    unit: UnitNode,
    period: Period,
    edition: Edition | None = None,
    *,
    editions: Editions | None = None,
    tree: UnitTree | None = None,
    trees: Callable[[Period], UnitTree] | None = None,
    now: datetime | None = None,
) -> Trend:
    """Return twelve months up to `period`'s end of counted figures; published moments of `period`.

    `edition`: one that scores all of it, for a comparison. `trees` gives the units of each month
    where they are not the same: see `results.maps`.
    """
    now, editions = now or clock.now(), editions or Editions.open()
    tree = tree or Atlas.open().tree(period)
    scored = editions.of(period, unit.kind, asked=edition)
    asked = scored.edition if scored.is_comparison else None
    snapshots = [
        snapshot
        for moment in _moments([unit.id], period)
        for snapshot in score_units(
            scored, tree, [unit], now, as_of=moment + timedelta(microseconds=1)
        )
    ]
    counted: dict[str, list[Point]] = defaultdict(list)
    same = tree
    month_of = trees or (lambda month: same)
    months = _scored_months(editions, period, unit.kind, asked, now)
    for month_tree, part in _alike(month_of, months):
        called = same_components(part[0].edition, scored.edition)
        for id_, points in points_by_month(part, month_tree, unit, now).items():
            name = id_ if part[0].is_like(scored) else called.get(id_)
            if name is not None:
                counted[name] += points
    indicators = _published(snapshots) | counted
    # What is counted has no moments: the month's own score stands in for a snapshot.
    whole = snapshots
    if len(snapshots) < 2 and counted:
        whole = [
            found[unit.id]
            for found in _by_month(months, [unit.id], tree, month_of, now)
            if unit.id in found
        ]
    return Trend(
        indicators={id_: points for id_, points in indicators.items() if len(points) > 1},
        groups={
            code: points
            for code in scored.edition.scorecard.groups
            if len(points := _of_group(code, whole, by_month=whole is not snapshots)) > 1
        },
        total=_totals(whole, by_month=whole is not snapshots),
        scored=scored,
    )


def trends_of_totals(
    units: Sequence[UnitNode],
    scored: PeriodEdition,
    *,
    editions: Editions | None = None,
    trees: Callable[[Period], UnitTree],
    now: datetime | None = None,
) -> Mapping[int, Sequence[Point]]:
    """Return the total's trend of each of these units; many cost hardly more than one.

    They are of one kind, and `scored` is what scores it in the period. A unit has the published
    moments of the period where there are two, else its months.
    """
    now, period = now or clock.now(), scored.period
    ids = [unit.id for unit in units]
    found: dict[int, list[Point]] = {id_: [] for id_ in ids}
    for moment in _moments(ids, period):
        later = moment + timedelta(microseconds=1)
        for snapshot in score_units(scored, trees(period), units, now, later):
            points = found[snapshot.unit.id]
            # A moment at which others were published says nothing new of this unit.
            if not points or points[-1].as_of != snapshot.as_of:
                points += _totals([snapshot], by_month=False)
    rest = [id_ for id_ in ids if len(found[id_]) < 2]
    if rest:
        asked = scored.edition if scored.is_comparison else None
        editions = editions or Editions.open()
        months = _scored_months(editions, period, scored.kind, asked, now)
        found |= {id_: [] for id_ in rest}
        for month in _by_month(months, rest, trees(period), trees, now):
            for id_, score_of_it in month.items():
                found[id_] += _totals([score_of_it], by_month=True)
    return {id_: points for id_, points in found.items() if len(points) > 1}


def _by_month(
    months: Sequence[PeriodEdition],
    ids: Sequence[int],
    tree: UnitTree,
    trees: Callable[[Period], UnitTree],
    now: datetime,
) -> Iterator[dict[int, UnitScore]]:
    """Yield the scores of those of the units that were there, month by month.

    `tree` is the period's.
    """
    scope = {part for id_ in ids for part in tree.pool(id_)}
    if not any(known_facts(edition, tree, scope).units for edition in _editions(months)):
        # Nothing is counted: only months that somebody stated figures of have anything to say.
        figures = StatedFigure.objects.of_indicators()
        stated = figures.filter(period__in=[str(month.period) for month in months])
        said = set(stated.order_by().values_list("period", flat=True).distinct())
        months = [month for month in months if str(month.period) in said]
    for month in months:
        tree = trees(month.period)
        there = [node for id_ in ids if (node := tree.get(id_)) is not None]
        scored = score_units(month, tree, there, now) if there else []
        yield {each.unit.id: each for each in scored}


def _editions(months: Sequence[PeriodEdition]) -> list[Edition]:
    return list(dict.fromkeys(month.edition for month in months))


def _totals(scores: Sequence[UnitScore], *, by_month: bool) -> list[Point]:
    """Return the totals that lack nothing: a part beside a whole would read as a fall."""
    return [
        Point(each.period, None if by_month else each.as_of, None, each.total, each.scored)
        for each in scores
        if each.total is not None and not each.missing
    ]


def _scored_months(
    editions: Editions, period: Period, kind: str, asked: Edition | None, now: datetime
) -> list[PeriodEdition]:
    """List the months of the trend, each with what scores it; all by `asked`, if any."""
    return [editions.of(month, kind, asked=asked) for month in _months_until(period, now)]


def _alike(
    trees: Callable[[Period], UnitTree], months: list[PeriodEdition]
) -> list[tuple[UnitTree, list[PeriodEdition]]]:
    """Put consecutive months with the same units and the same edition together."""
    found: list[tuple[UnitTree, list[PeriodEdition]]] = []
    for month in months:
        tree = trees(month.period)
        if not found or found[-1][0] is not tree or not found[-1][1][0].is_like(month):
            found.append((tree, []))
        found[-1][1].append(month)
    return found


def _published(snapshots: Sequence[UnitScore]) -> dict[str, list[Point]]:
    """Return the components with reported values, a point for each moment of one."""
    found: dict[str, dict[datetime | None, Point]] = defaultdict(dict)
    for snapshot in snapshots:
        for id_, provenance in snapshot.provenance.items():
            component = snapshot.result.indicators[id_]
            if provenance.source is not FigureSource.COUNTED and says_something(component):
                # A figure that a later snapshot did not carry is one point still, not two.
                found[id_][provenance.as_of] = Point(
                    snapshot.period, provenance.as_of, component.ratio, component.points,
                    snapshot.scored, id_,
                )  # fmt: skip
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
    found = ((each, each.result.groups.get(code)) for each in scores)
    return [
        Point(
            snapshot.period, None if by_month else snapshot.as_of, group.ratio, group.points,
            snapshot.scored,
        )
        for snapshot, group in found
        if group is not None
        and group.points is not None and not (group.missing and group.source != "published")
    ]  # fmt: skip
