"""Changes of totals by a new publication, a day's reported values or a day's counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet

from phucvu import clock
from phucvu.editions.finding import Editions, PeriodEdition
from phucvu.register.models import StatedFigure
from phucvu.results.models import KeptScore
from phucvu.results.periods import has_begun
from phucvu.results.scores import UnitScore, score_units
from phucvu.scoring import Band, Period, PeriodError
from phucvu.scoring.periods import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["TotalChange", "total_changes"]

_AT_ONCE = 200
_MOST_SCORED = 2_000
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class TotalChange:
    """A unit's total before and after a moment at which values of it were reported."""

    unit: UnitNode
    period: Period
    moment: datetime
    before: Decimal
    after: Decimal
    band_before: Band | None
    band_after: Band | None

    @property
    def by(self) -> Decimal:
        """Return the points gained or lost."""
        return self.after - self.before


def total_changes(
    units: Sequence[UnitNode],
    *,
    editions: Editions | None = None,
    trees: Callable[[Period], UnitTree],
    most: int,
    of: Period | Kind | None = None,
) -> list[TotalChange]:
    """Return the newest changes of these units' totals, at most `most`.

    Totals are compared only where neither side lacks a component, as a missing one would read as a
    gain or a loss. A total's first appearance is no change. Counted figures move all the time: of
    these a change is listed once a day, from the daily snapshots, and values reported for the same
    period meanwhile are part of it. Each is by the edition that scored the period then; where
    another began to, there is no change to list, for the two totals are not compared.

    `editions` are those in use, where the caller has read them. `trees` gives the units of a period
    (`phucvu.results.maps`); only units among them are listed. `of` selects one period, or those of
    a kind. Without it, every period with reported values and, of counted figures, the years, as a
    day moves a month, a quarter and a year at once.
    """
    editions = editions or Editions.open()
    daily, counted_from = _kept(editions, units, most, of or Kind.YEAR)
    stated = [
        change
        for change in _stated(editions, trees, units, most, of)
        if (first := counted_from.get((change.unit.id, str(change.period)))) is None
        or change.moment < first
    ]
    return sorted(daily + stated, key=lambda change: change.moment, reverse=True)[:most]


def _stated(
    editions: Editions,
    trees: Callable[[Period], UnitTree],
    units: Sequence[UnitNode],
    most: int,
    of: Period | Kind | None,
) -> list[TotalChange]:
    found: list[TotalChange] = []
    scored = 0
    for period, moment, part in _moments(units, of):
        for kind in dict.fromkeys(unit.kind for unit in part):
            by = editions.of(period, kind, known_at=moment)
            alike = [unit for unit in part if unit.kind == kind]
            found += _changed(by, trees(period), alike, moment)
        scored += len(part)
        if len(found) >= most or scored >= _MOST_SCORED:
            break
    return found


def _kept(
    editions: Editions, units: Sequence[UnitNode], most: int, of: Period | Kind
) -> tuple[list[TotalChange], dict[tuple[int, str], datetime]]:
    """Return the newest changes between daily snapshots, and since when each total is counted."""
    by_id = {unit.id: unit for unit in units}
    periods = _texts(KeptScore.objects.all(), of)
    counted = KeptScore.objects.filter(unit_id__in=by_id, counted=True, period__in=periods)
    first = counted.order_by().values_list("unit_id", "period").annotate(first=Min("kept__at"))
    counted_from = {(unit, period): moment for unit, period, moment in first}
    whole = counted.filter(missing=0, total__isnull=False)
    newer = whole.select_related("kept").order_by("-kept__at", "unit__code")[:most]
    ended = {row.kept_id for row in newer}
    before = {(r.unit_id, r.period, r.until_id): r for r in whole.filter(until_id__in=ended)}
    found = []
    for row in newer:
        old = before.get((row.unit_id, row.period, row.kept_id))
        if old is None or old.total is None or row.total is None or old.total == row.total:
            continue
        edition = editions.with_digest(row.edition)
        if edition is None or old.edition != row.edition:
            continue
        band = edition.scorecard.band_of
        found.append(
            TotalChange(
                by_id[row.unit_id], Period.parse(row.period), row.kept.at,
                old.total, row.total, band(old.total), band(row.total),
            )
        )  # fmt: skip
    return found, counted_from


def _texts(rows: QuerySet[Any], of: Period | Kind | None) -> dict[str, Period]:
    """Return the periods that have rows and are asked for, by how they are written."""
    found: dict[str, Period] = {}
    for text in rows.order_by().values_list("period", flat=True).distinct():
        try:
            period = Period.parse(text)
        except PeriodError:
            continue  # a period no page can show; the import refuses such rows
        if of is None or of in (period, period.kind):
            found[text] = period
    return found


def _moments(
    units: Sequence[UnitNode], of: Period | Kind | None
) -> Iterator[tuple[Period, datetime, Sequence[UnitNode]]]:
    """Yield each moment with the units whose values were reported, the newest first."""
    by_id = {unit.id: unit for unit in units}
    figures = StatedFigure.objects.of_indicators().filter(unit_id__in=by_id)
    periods = _texts(figures, of)
    asked = figures.filter(period__in=periods).order_by("-as_of", "period")
    for text, moment in asked.values_list("period", "as_of").distinct()[:_MOST_SCORED]:
        at_it = figures.filter(period=text, as_of=moment)
        ids = at_it.order_by("unit_id").values_list("unit_id", flat=True).distinct()
        touched = [by_id[id_] for id_ in ids if has_begun(periods[text], by_id[id_])]
        for start in range(0, len(touched), _AT_ONCE):
            yield periods[text], moment, touched[start : start + _AT_ONCE]


def _changed(
    scored: PeriodEdition,
    tree: UnitTree,
    units: Sequence[UnitNode],
    moment: datetime,
) -> Iterator[TotalChange]:
    now, units = clock.now(), [unit for unit in units if unit.id in tree]
    earlier = score_units(scored, tree, units, now, moment - _INSTANT)
    later = score_units(scored, tree, units, now, moment)
    for old, new in zip(earlier, later, strict=True):
        before, after = _whole(old), _whole(new)
        if before is not None and after is not None and before != after:
            yield TotalChange(new.unit, scored.period, moment, before, after, old.band, new.band)


def _whole(score: UnitScore) -> Decimal | None:
    return None if score.missing else score.total
