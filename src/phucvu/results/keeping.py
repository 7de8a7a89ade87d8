"""Daily snapshots of scores: storing them, and reading them back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from phucvu import clock
from phucvu.editions.finding import Editions
from phucvu.results.figures import FigureSource
from phucvu.results.maps import Atlas
from phucvu.results.models import KeptDay, KeptScore
from phucvu.results.periods import SHOWN, has_begun
from phucvu.results.scores import UnitScore, score_units
from phucvu.scoring import Period
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["WEEK", "day_before", "is_counted", "keep_day", "kept_scores", "points_of"]

WEEK = timedelta(days=7)
_AT_ONCE = 1000


def keep_day(now: datetime | None = None) -> KeptDay | None:
    """Store the daily snapshot of every unit's scores; None where today's is stored already.

    It covers the periods in which today and the day a week ago lie. The values are read first and
    written in one short transaction, so no writer waits; of two processes that try, one writes.
    """
    now = now or clock.now()
    today = timezone.localdate(now)
    if KeptDay.objects.filter(day=today).exists():
        return None
    editions, atlas = Editions.open(), Atlas.open(now=now)
    found = [
        _row(score)
        for period in _periods(today)
        for tree in (atlas.tree(period),)
        for kind, units in _begun(tree, period, now).items()
        for score in score_units(editions.of(period, kind), tree, units, now)
        if score.total is not None
    ]
    periods = {row.period for row in found}
    standing = {
        (row.unit_id, row.period): row
        for row in KeptScore.objects.filter(period__in=periods, until=None)
    }
    new = [row for row in found if not _same(standing.get((row.unit_id, row.period)), row)]
    over = [
        before.pk for row in new if (before := standing.get((row.unit_id, row.period))) is not None
    ]
    try:
        with transaction.atomic():
            kept = KeptDay.objects.create(day=today, at=now)
            for start in range(0, len(over), _AT_ONCE):
                part = over[start : start + _AT_ONCE]
                KeptScore.objects.filter(pk__in=part).update(until=kept)
            for row in new:
                row.kept = kept
            KeptScore.objects.bulk_create(new, batch_size=_AT_ONCE)
    except IntegrityError:
        return None
    return kept


def day_before(moment: datetime) -> KeptDay | None:
    """Return the last snapshot by then, else the first there is; None where there is none."""
    by_then = KeptDay.objects.filter(at__lte=moment).order_by("-at").first()
    return by_then or KeptDay.objects.order_by("at").first()


def kept_scores(day: KeptDay, unit_ids: Collection[int], period: Period) -> dict[int, KeptScore]:
    """Return the scores of a snapshot by unit; a unit without a total then is left out."""
    rows = KeptScore.objects.filter(
        Q(until=None) | Q(until__day__gt=day.day),
        unit_id__in=unit_ids,
        period=str(period),
        kept__day__lte=day.day,
    )
    return {row.unit_id: row for row in rows}


def is_counted(score: UnitScore) -> bool:
    """Tell whether any of its figures is counted, and so moves without a reported value."""
    return any(told.source is FigureSource.COUNTED for told in score.provenance.values())


def points_of(score: UnitScore) -> dict[str, Decimal]:
    """Return the points of the components that are known."""
    return {
        id_: result.points
        for id_, result in score.result.indicators.items()
        if result.points is not None and result.indicator.scored
    }


def _periods(today: date) -> Iterable[Period]:
    """Return the periods of today, and those that were still running a week ago."""
    days = (today, today - WEEK)
    return dict.fromkeys(Period.containing(day, kind) for day in days for kind in SHOWN)


def _begun(tree: UnitTree, period: Period, now: datetime) -> dict[str, list[UnitNode]]:
    """Return the units for which the period has begun, by their kind."""
    found: dict[str, list[UnitNode]] = {}
    for unit in tree:
        if has_begun(period, unit, now):
            found.setdefault(unit.kind, []).append(unit)
    return found


def _row(score: UnitScore) -> KeptScore:
    return KeptScore(
        unit_id=score.unit.id,
        period=str(score.period),
        edition=score.edition.digest,
        total=score.total,
        missing=score.missing,
        counted=is_counted(score),
        points={id_: str(points) for id_, points in points_of(score).items()},
    )


def _same(before: KeptScore | None, after: KeptScore) -> bool:
    return before is not None and _said(before) == _said(after)


def _said(row: KeptScore) -> tuple[str, Decimal | None, int, bool, Mapping[str, str]]:
    return row.edition, row.total, row.missing, row.counted, row.points
