"""Figures from reported values: published by the portal, or typed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max

from phucvu.editions.finding import PeriodEdition
from phucvu.facts.figures import Source
from phucvu.register.models import StatedFigure
from phucvu.results.figures import FigureSet, FigureSource, How, Provenance, UnitFigures
from phucvu.results.remembered import Remembered
from phucvu.scorecards import Edition
from phucvu.scorecards.components import same_components
from phucvu.scoring import NOT_PROVIDED, Counted, Figure, Indicator, Period, Rated, pool
from phucvu.units.tree import UnitTree

__all__ = ["TOTAL", "add_stated"]

TOTAL = "TOTAL"


class _Row(NamedTuple):
    """A reported value. Tens of thousands stand behind a country's page: too many for models."""

    unit_id: int
    indicator: str
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    points: Decimal | None
    source: str
    as_of: datetime
    flags: str


_REMEMBERED = Remembered()

# indicator → unit → the row that stands
_Standing = Mapping[str, Mapping[int, _Row]]


def add_stated(
    scored: PeriodEdition,
    tree: UnitTree,
    result: Mapping[int, UnitFigures],
    scope: Collection[int],
    as_of: datetime | None,
) -> None:
    """Put reported values into `result`: a unit's own, else by the indicator's rule for parents.

    Values are reported by the numbers of the edition that scores the period. For a comparison each
    is taken by what it is called in the other edition, and points are left out: they follow from
    the rule by which they were published.
    """
    period = scored.period
    if as_of is not None:
        # What was known at a moment is what was last stated by then: pages ask for moving moments.
        by_then = StatedFigure.objects.filter(period=str(period), as_of__lte=as_of).order_by()
        as_of = by_then.aggregate(latest=Max("as_of"))["latest"]
        if as_of is None:
            return
    digests = scored.edition.digest, scored.standing.digest
    asked = (*digests, str(period), as_of, frozenset(result))
    known = _REMEMBERED.get(asked, tree, lambda: _gathered(scored, tree, result, scope, as_of))
    for unit, into in result.items():
        into.take(known[unit])


def _gathered(
    scored: PeriodEdition,
    tree: UnitTree,
    units: Collection[int],
    scope: Collection[int],
    as_of: datetime | None,
) -> FigureSet:
    edition, compared = scored.edition, scored.is_comparison
    result = {unit: UnitFigures() for unit in units}
    standing = _standing(scope, scored.period, as_of)
    called = same_components(edition, scored.standing) if compared else None
    for indicator in edition.scorecard.indicators.values():
        name = indicator.id if called is None else called.get(indicator.id, "")
        rows = standing.get(name)
        if not rows:
            continue
        for unit, known in result.items():
            found = _figure(tree, indicator, rows, unit)
            if found is None or (compared and indicator.scored and isinstance(found[0], Rated)):
                continue
            known.figures[indicator.id], known.provenance[indicator.id] = found
    for unit, known in result.items() if not compared else ():
        _add_published_points(edition, standing, unit, known)
    return result


def _standing(scope: Collection[int], period: Period, as_of: datetime | None) -> _Standing:
    """Return the latest row of each indicator and unit; a published one goes before a typed one."""
    figures = StatedFigure.objects.of_indicators()
    rows = figures.filter(unit_id__in=scope, period=str(period)).order_by("as_of", "pk")
    if as_of is not None:
        rows = rows.filter(as_of__lte=as_of)
    standing: dict[str, dict[int, _Row]] = defaultdict(dict)
    for row in map(_Row._make, rows.values_list(*_Row._fields)):
        before = standing[row.indicator].get(row.unit_id)
        typed_over_published = (
            before is not None and before.source == Source.PUBLISHED and row.source == Source.TYPED
        )
        if not typed_over_published:
            standing[row.indicator][row.unit_id] = row
    return standing


def _figure(
    tree: UnitTree, indicator: Indicator, rows: Mapping[int, _Row], unit: int
) -> tuple[Figure, Provenance] | None:
    if unit in rows:
        return _value(rows[unit]), _provenance(rows[unit], How.OWN)
    if indicator.parent == "inherited":
        for node in tree.ancestors(unit):  # the nearest first
            if node.id in rows:
                row = rows[node.id]
                return _value(row), _provenance(row, How.INHERITED, from_unit=node)
    if indicator.parent == "pooled":
        return _pooled(tree, rows, unit)
    return None


def _pooled(
    tree: UnitTree, rows: Mapping[int, _Row], unit: int
) -> tuple[Figure, Provenance] | None:
    below = tree.pooled_below(unit)
    if not any(node.id in rows for node in below):
        return None
    # Below a unit that stated its own figure nothing is added: it would count twice.
    parents: dict[int, int | None] = {unit: None}
    for node in below:  # parents come before their children
        if node.parent_id in parents and (node.parent_id == unit or node.parent_id not in rows):
            parents[node.id] = node.parent_id
    used = [rows[part] for part in parents if part in rows]
    derived = pool(parents, {row.unit_id: _value(row) for row in used})[unit]
    if derived.figure is NOT_PROVIDED:
        return None
    flags = tuple(dict.fromkeys(flag for row in used for flag in _flags(row)))
    published = all(row.source == Source.PUBLISHED for row in used)
    return derived.figure, Provenance(
        FigureSource.PUBLISHED if published else FigureSource.TYPED,
        How.POOLED,
        max(row.as_of for row in used),
        flags,
        parts=(derived.provided, derived.of),
    )


def _value(row: _Row) -> Figure:
    if row.numerator is not None and row.denominator is not None:
        return Counted(row.numerator, row.denominator)
    if row.ratio is not None or row.points is not None:
        return Rated(row.ratio, row.points)
    return NOT_PROVIDED  # half of the counts is no figure; its flag says which half


def _flags(row: _Row) -> tuple[str, ...]:
    return tuple(filter(None, row.flags.split("|")))


def _provenance(row: _Row, how: How, **more: object) -> Provenance:
    return Provenance(FigureSource(row.source), how, row.as_of, _flags(row), **more)  # type: ignore[arg-type]


def _add_published_points(
    edition: Edition, standing: _Standing, unit: int, known: UnitFigures
) -> None:
    """Add points of groups and the total, all of the latest moment the portal published.

    Typed points take no part where the portal published any of them.
    """
    rows: dict[str, _Row] = {
        code: standing[code][unit]
        for code in (*edition.scorecard.groups, TOTAL)
        if unit in standing.get(code, {})
    }
    if not rows:
        return
    by_portal = {code: row for code, row in rows.items() if row.source == Source.PUBLISHED}
    rows = by_portal or rows
    latest = max(row.as_of for row in rows.values())
    points: dict[str, Decimal | None] = {
        code: row.points for code, row in rows.items() if row.as_of == latest
    }
    known.published_total = points.pop(TOTAL, None)
    known.groups = points
    known.published_at = latest
    known.published_by = FigureSource.PUBLISHED if by_portal else FigureSource.TYPED
