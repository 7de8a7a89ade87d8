"""Counted components of a unit month by month, all months read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from phucvu.counters import reading
from phucvu.counters.pooling import Asked, pooled
from phucvu.editions.finding import PeriodEdition
from phucvu.register.facts import DOSSIERS
from phucvu.results.counted import counted_figures, measures_by_window
from phucvu.results.figures import FigureSource
from phucvu.results.inputs import Report, national_reports
from phucvu.results.known import known_facts, mentioned
from phucvu.results.procedures import monthly_procedure_numbers, terms_of
from phucvu.results.scores import bound_of, score_units
from phucvu.scorecards import Edition
from phucvu.scoring import Counted, IndicatorResult, Period, Result, score
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Point", "points_by_month", "says_something"]


@dataclass(frozen=True)
class Point:
    """A value at a period or, of published figures, at a moment.

    `scored`: what scores it; `component`: its id there, '' of a group or total.
    """

    period: Period
    as_of: datetime | None
    ratio: Decimal | None
    points: Decimal | None
    scored: PeriodEdition
    component: str = ""

    @property
    def edition(self) -> Edition:
        """Return the edition it is scored by."""
        return self.scored.edition

    @property
    def day(self) -> date:
        """Return its day: of a month its last, of what was published the day it was."""
        return self.period.last_day if self.as_of is None else timezone.localdate(self.as_of)


def points_by_month(
    scored: list[PeriodEdition], tree: UnitTree, unit: UnitNode, now: datetime
) -> dict[str, list[Point]]:
    """Return the points of each counted component, in order, without months that say nothing.

    `scored`: consecutive months that one edition scores; `tree` is that of all of them.
    """
    if tree.shares.get(unit.id):
        return _shared(scored, tree, unit, now)
    return _counted(scored, tree, unit, now)


def _counted(
    scored: list[PeriodEdition], tree: UnitTree, unit: UnitNode, now: datetime
) -> dict[str, list[Point]]:
    """Return the counted components by month, all read at once."""
    edition, months = scored[0].edition, [each.period for each in scored]
    below = tree.pool(unit.id)
    facts = known_facts(edition, tree, below)
    bounds = {month: bound_of(month, now) for month in months}
    dossiers = facts.by_kind.get(DOSSIERS.name, ())
    procedures = monthly_procedure_numbers(edition, below, bounds, dossiers, now)
    parts = facts.parts(unit.id, facts.by_kind)
    if not parts and not procedures:
        return {}
    quantities = reading.monthly_sums(edition.measures, months, parts)
    by_clock = {
        window: [
            name
            for name in names
            if (measure := edition.measures[name]).clock and measure.fact in facts.by_kind
        ]
        for window, names in measures_by_window(edition).items()
    }
    reports = national_reports(tree, below, months)
    found: dict[str, list[Point]] = defaultdict(list)
    for by in scored:
        month = by.period
        asked = Asked(edition.measures, by_clock, month, bounds[month])
        for window, sums in pooled(asked, {unit.id: parts})[unit.id].items():
            quantities[month][window].update(sums)

        def report(received: int, month: Period = month) -> Report:
            return reports.of(unit.id, month, received)

        figures = counted_figures(
            edition,
            quantities[month],
            report,
            procedures.get(month, {}),
            known=facts.of(unit.id),
        )
        result = score(edition.scorecard, {id_: figure for id_, (figure, _) in figures.items()})
        for id_, point in _points(by, result, figures):
            found[id_].append(point)
    return found


def _shared(
    scored: list[PeriodEdition], tree: UnitTree, unit: UnitNode, now: datetime
) -> dict[str, list[Point]]:
    """Return the counted components by month, for a unit with a share of one that was split."""
    found: dict[str, list[Point]] = defaultdict(list)
    for month in scored:
        (found_there,) = score_units(month, tree, [unit], now)
        counted = [
            id_
            for id_, provenance in found_there.provenance.items()
            if provenance.source is FigureSource.COUNTED
        ]
        for id_, point in _points(month, found_there.result, counted):
            found[id_].append(point)
    return found


def _points(
    scored: PeriodEdition, result: Result, counted: Iterable[str]
) -> Iterator[tuple[str, Point]]:
    """Yield the points of a month's counted components, of those that say something."""
    edition, month = scored.edition, scored.period
    silent = _silent(edition, result)
    for id_ in counted:
        component = result.indicators[id_]
        indicator = edition.scorecard.indicators[id_]
        unheard = bool(terms_of(indicator)) and indicator.window in silent
        if says_something(component) and not unheard:
            yield id_, Point(month, None, component.ratio, component.points, scored, id_)


def _silent(edition: Edition, scored: Result) -> set[str]:
    """Return the windows in which there was no dossier at all.

    The share of the catalogue that had dossiers is then 0, as before the first ever came: no fall.
    """
    heard: dict[str, bool] = {}
    for indicator in edition.scorecard.indicators.values():
        figure = scored.indicators[indicator.id].figure
        if (
            isinstance(figure, Counted)
            and not terms_of(indicator)
            and DOSSIERS.name in mentioned(edition, indicator)
        ):
            heard[indicator.window] = heard.get(indicator.window, False) or figure.denominator > 0
    return {window for window, any_there in heard.items() if not any_there}


def says_something(component: IndicatorResult) -> bool:
    """Tell whether a component has a value; a month without facts is a gap in the line."""
    empty = isinstance(component.figure, Counted) and component.figure.denominator == 0
    return component.ratio is not None and not empty
