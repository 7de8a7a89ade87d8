"""Explanation of one dossier in a period, by the compiled rule that counts all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from phucvu.counters.reading import Window
from phucvu.measures import DOSSIER, Expression, Measure, Part, Value, chosen, evaluate, parts_of
from phucvu.register.models import Dossier
from phucvu.results.scores import bound_of
from phucvu.scorecards import Edition
from phucvu.scoring import CountExpression, ExplainSpec, Indicator, Kind, Period

__all__ = [
    "Belonging",
    "Explanation",
    "IndicatorOutcome",
    "MeasureOutcome",
    "Verdict",
    "explain",
    "period_of",
]

_EPOCH = date(1970, 1, 1)


class Belonging(StrEnum):
    """Relation of a dossier to a period, with its reason."""

    RECEIVED = "received"
    """placed in it"""
    CARRIED_OVER = "carried_over"
    """placed before, and not ended before it began"""
    ENDED_BEFORE = "ended_before"
    PLACED_AFTER = "placed_after"
    NOT_PLACED = "not_placed"
    """it has no date that could place it"""


class Verdict(StrEnum):
    """Verdict of the rule of timeliness on a dossier."""

    ON_TIME = "on_time"
    """ended on time"""
    WITHIN_TERM = "within_term"
    """open, and its date has not passed"""
    OVERDUE = "overdue"
    NOT_COUNTED = "not_counted"
    """in the period's months, but not among the dossiers the rule divides by"""
    NOT_IN_PERIOD = "not_in_period"


@dataclass(frozen=True)
class MeasureOutcome:
    """Contribution of a dossier to a measure, whatever the period, with the parts of its
    condition.
    """

    measure: Measure
    value: int
    parts: tuple[Part, ...]

    @property
    def failing(self) -> tuple[Part, ...]:
        """Return the parts that left it out, the whole before its parts; empty where it counts."""
        return tuple(reason for part in self.parts for reason in part.failing())


@dataclass(frozen=True)
class IndicatorOutcome:
    """A counted indicator: whether the dossier is in its window, and its contribution to each part.

    None where the part is not a sum of measures of dossiers (an input, numbers of procedures).
    """

    indicator: Indicator
    inside: bool
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class Explanation:
    """Everything the rule says of a dossier. Moments are wall times, the cut-off `bound` included.

    `windows` are those of the period it lies in. `end` and `due_by` name the column or definition
    that gave the end and the due moment.
    """

    dossier: Dossier
    period: Period
    edition: Edition
    bound: int
    belonging: Belonging
    windows: frozenset[str]
    placed_at: int | None
    ended_at: int | None
    end: str | None
    verdict: Verdict | None
    due_at: int | None
    due_by: str | None
    judged_at: int | None
    waited: int
    measures: Mapping[str, MeasureOutcome]
    indicators: tuple[IndicatorOutcome, ...]

    @property
    def in_period(self) -> bool:
        """Tell whether it is one of the period's dossiers, received in it or carried over."""
        return Window.IN_PERIOD in self.windows

    @property
    def days_late(self) -> int | None:
        """Return the days from the due day to the day it is judged by; negative where some are
        left.
        """
        if self.due_at is None or self.judged_at is None:
            return None
        return _day(self.judged_at).toordinal() - _day(self.due_at).toordinal()


def explain(dossier: Dossier, period: Period, edition: Edition, now: datetime) -> Explanation:
    """Explain a dossier in `period` by `edition`, an open one judged at the period's end or
    `now`.
    """
    return _Reader(dossier, edition, bound_of(period, now)).explanation(period)


def period_of(dossier: Dossier, edition: Edition, today: date) -> Period:
    """Return the year that places a dossier, or this year where nothing does."""
    placed = _Reader(dossier, edition, 0).moment(_any(edition).placed)
    return Period.containing(today if placed is None else _day(placed), Kind.YEAR)


class _Reader:
    """Evaluator of an edition's expressions on one dossier."""

    def __init__(self, dossier: Dossier, edition: Edition, bound: int) -> None:
        self.dossier = dossier
        self.edition = edition
        self.bound = bound
        self.row: dict[str, Value] = {name: getattr(dossier, name) for name in DOSSIER}
        self.definitions = edition.measures.definitions_of(DOSSIER.fact)

    def moment(self, expression: Expression | None) -> int | None:
        """Return the value of an expression that is a moment, a duration or a number."""
        if expression is None:
            return None
        value = evaluate(expression, self.row, self.bound)
        return value if isinstance(value, int) else None

    def explanation(self, period: Period) -> Explanation:
        calendar = _any(self.edition)
        placed, ended = self.moment(calendar.placed), self.moment(calendar.ended)
        windows = _windows(placed, ended, period)
        measures = {
            name: self._outcome(measure)
            for name, measure in self.edition.measures.items()
            if measure.fact == DOSSIER.fact
        }
        indicators = self._indicators(measures, windows)
        spec = self.edition.scorecard.explain
        due = self._named(spec.due if spec else None)
        return Explanation(
            dossier=self.dossier,
            period=period,
            edition=self.edition,
            bound=self.bound,
            belonging=_belonging(placed, windows, period),
            windows=windows,
            placed_at=placed,
            ended_at=ended,
            end=self._chosen(calendar.ended),
            verdict=_verdict(spec, indicators, ended),
            due_at=self.moment(due),
            due_by=self._chosen(due),
            judged_at=self.moment(self._named(spec.judged if spec else None)),
            waited=self.moment(self._named(spec.waited if spec else None)) or 0,
            measures=measures,
            indicators=indicators,
        )

    def _named(self, name: str | None) -> Expression | None:
        return None if name is None else self.definitions[name]

    def _chosen(self, expression: Expression | None) -> str | None:
        if expression is None:
            return None
        return chosen(expression, self.definitions, self.row, self.bound)

    def _outcome(self, measure: Measure) -> MeasureOutcome:
        value = 0
        if evaluate(measure.when, self.row, self.bound):
            value = 1 if measure.value is None else (self.moment(measure.value) or 0)
        parts = parts_of(measure.when, self.definitions, self.row, self.bound)
        return MeasureOutcome(measure, value, parts)

    def _indicators(
        self, measures: Mapping[str, MeasureOutcome], windows: frozenset[str]
    ) -> tuple[IndicatorOutcome, ...]:
        found = []
        for indicator in self.edition.scorecard.indicators.values():
            parts = (indicator.numerator.count, indicator.denominator.count)
            if not any(count and count.mentioned & measures.keys() for count in parts):
                continue
            inside = indicator.window in windows
            # Outside the window a dossier adds nothing; an input or procedures are not its own.
            values = {name: item.value if inside else 0 for name, item in measures.items()}
            added = [_added(count, values) for count in parts]
            found.append(IndicatorOutcome(indicator, inside, *added))
        return tuple(found)


def _added(count: CountExpression | None, values: Mapping[str, int]) -> int | None:
    """Return the values' contribution to a count; None where it is not made of them alone."""
    if count is None or count.procedures or not values.keys() >= set(count.names):
        return None
    return count.evaluate(values)


def _windows(placed: int | None, ended: int | None, period: Period) -> frozenset[str]:
    """Return the windows of a period that a dossier lies in, by months, as the counters do."""
    if placed is None or _month(placed) > period.last:
        return frozenset()
    received = _month(placed) >= period.first
    gone = ended is not None and _month(ended) < period.first
    held = {Window.RECEIVED: received, Window.IN_PERIOD: not gone}
    return frozenset(window for window, holds in held.items() if holds)


def _belonging(placed: int | None, windows: frozenset[str], period: Period) -> Belonging:
    if placed is None:
        return Belonging.NOT_PLACED
    if Window.IN_PERIOD in windows:
        return Belonging.RECEIVED if Window.RECEIVED in windows else Belonging.CARRIED_OVER
    return Belonging.PLACED_AFTER if _month(placed) > period.last else Belonging.ENDED_BEFORE


def _verdict(
    spec: ExplainSpec | None, indicators: tuple[IndicatorOutcome, ...], ended: int | None
) -> Verdict | None:
    outcome = next((o for o in indicators if spec and o.indicator.id == spec.verdict), None)
    if outcome is None:
        return None
    if not outcome.inside:
        return Verdict.NOT_IN_PERIOD
    if not outcome.denominator:
        return Verdict.NOT_COUNTED
    if not outcome.numerator:
        return Verdict.OVERDUE
    return Verdict.WITHIN_TERM if ended is None else Verdict.ON_TIME


def _any(edition: Edition) -> Measure:
    """Return a measure of dossiers, for the calendar that all of them share."""
    return next(m for m in edition.measures.values() if m.fact == DOSSIER.fact)


def _day(wall: int) -> date:
    return _EPOCH + timedelta(milliseconds=wall)


def _month(wall: int) -> int:
    day = _day(wall)
    return day.year * 100 + day.month
