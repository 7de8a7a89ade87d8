"""Which totals a new publication or a day's typed-in figures changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from phucvu.register.models import StatedFigure
from phucvu.results.boards import UnitScore, current_edition, score_units
from phucvu.scorecards import Edition
from phucvu.scoring import Band, Period, PeriodError
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["TotalChange", "total_changes"]

_AT_ONCE = 200
_MOST_SCORED = 2_000
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class TotalChange:
    """A unit's total before and after a moment at which figures of it were stated."""

    unit: UnitNode
    period: Period
    moment: datetime
    before: Decimal
    after: Decimal
    band_before: Band | None
    band_after: Band | None

    @property
    def by(self) -> Decimal:
        """Points gained or lost."""
        return self.after - self.before


def total_changes(
    units: Sequence[UnitNode],
    edition: Edition | None = None,
    *,
    tree: UnitTree,
    most: int,
) -> list[TotalChange]:
    """The newest changes of these units' totals, at most `most`.

    Totals are compared only where neither side lacks a component, or what was lacking would read
    as a gain or a loss. A total's first appearance is no change. What is counted from dossiers
    moves all the time and has no moments of its own: it is the same on both sides.
    """
    edition = current_edition(edition)
    found: list[TotalChange] = []
    scored = 0
    for period, moment, part in _moments(units):
        found += _changed(edition, tree, part, period, moment)
        scored += len(part)
        if len(found) >= most or scored >= _MOST_SCORED:
            break
    return found[:most]


def _moments(
    units: Sequence[UnitNode],
) -> Iterator[tuple[Period, datetime, Sequence[UnitNode]]]:
    """Each moment with the units somebody stated figures of, the newest first, a part at a time."""
    by_id = {unit.id: unit for unit in units}
    stated = StatedFigure.objects.filter(unit_id__in=by_id).order_by("-as_of", "period")
    for text, moment in stated.values_list("period", "as_of").distinct()[:_MOST_SCORED]:
        try:
            period = Period.parse(text)
        except PeriodError:
            continue  # a period no page can show; the import refuses such rows
        at_it = StatedFigure.objects.filter(unit_id__in=by_id, period=text, as_of=moment)
        ids = at_it.order_by("unit_id").values_list("unit_id", flat=True).distinct()
        touched = [by_id[id_] for id_ in ids]
        for start in range(0, len(touched), _AT_ONCE):
            yield period, moment, touched[start : start + _AT_ONCE]


def _changed(
    edition: Edition,
    tree: UnitTree,
    units: Sequence[UnitNode],
    period: Period,
    moment: datetime,
) -> Iterator[TotalChange]:
    now = timezone.now()
    earlier = score_units(edition, tree, units, period, now, moment - _INSTANT)
    later = score_units(edition, tree, units, period, now, moment)
    for old, new in zip(earlier, later, strict=True):
        before, after = _whole(old), _whole(new)
        if before is not None and after is not None and before != after:
            yield TotalChange(new.unit, period, moment, before, after, old.band, new.band)


def _whole(score: UnitScore) -> Decimal | None:
    return None if score.missing else score.total
