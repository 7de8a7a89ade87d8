"""Counted components of a unit month by month, all months read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from phucvu.counters import reading
from phucvu.counters.pooling import Asked, pooled
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
    """A value at a period or, for published figures, at a moment."""

    period: Period
    as_of: datetime | None
    ratio: Decimal | None
    points: Decimal | None


def points_by_month(
    edition: Edition, tree: UnitTree, unit: UnitNode, months: list[Period], now: datetime
) -> dict[str, list[Point]]:
    """Return the points of each counted component, in order, without months that say nothing.

    `months` are consecutive and `tree` is that of all of them.
    """
    read = _shared if tree.shares.get(unit.id) else _counted
    return read(edition, tree, unit, months, now)


def _counted(
    edition: Edition, tree: UnitTree, unit: UnitNode, months: list[Period], now: datetime
) -> dict[str, list[Point]]:
    """Return the counted components by month, all read at once."""
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
    for month in months:
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
        scored = score(edition.scorecard, {id_: figure for id_, (figure, _) in figures.items()})
        for id_, point in _points(edition, month, scored, figures):
            found[id_].append(point)
    return found


def _shared(
    edition: Edition, tree: UnitTree, unit: UnitNode, months: list[Period], now: datetime
) -> dict[str, list[Point]]:
    """Return the counted components by month, for a unit with a share of one that was split."""
    found: dict[str, list[Point]] = defaultdict(list)
    for month in months:
        (scored,) = score_units(edition, tree, [unit], month, now)
        counted = [
            id_
            for id_, provenance in scored.provenance.items()
            if provenance.source is FigureSource.COUNTED
        ]
        for id_, point in _points(edition, month, scored.result, counted):
            found[id_].append(point)
    return found


def _points(
    edition: Edition, month: Period, scored: Result, counted: Iterable[str]
) -> Iterator[tuple[str, Point]]:
    """Yield the points of a month's counted components, of those that say something."""
    silent = _silent(edition, scored)
    for id_ in counted:
        component = scored.indicators[id_]
        indicator = edition.scorecard.indicators[id_]
        unheard = bool(terms_of(indicator)) and indicator.window in silent
        if says_something(component) and not unheard:
            yield id_, Point(month, None, component.ratio, component.points)


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
