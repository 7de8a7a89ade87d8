"""Explanation of one fact in a period, said by the store with the SQL that counts all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from phucvu.counters.active import dialect
from phucvu.counters.reading import Window
from phucvu.measures import (
    Answers,
    Expression,
    Measure,
    Part,
    Value,
    chosen,
    parts_of,
    questions_of,
)
from phucvu.register.facts import DOSSIERS, Fact
from phucvu.register.models import Dossier
from phucvu.results.scores import bound_of
from phucvu.scorecards import Edition
from phucvu.scoring import CountExpression, ExplainSpec, Indicator, Kind, Period, Text

__all__ = [
    "Belonging",
    "Explanation",
    "IndicatorOutcome",
    "MeasureOutcome",
    "UncountedKindError",
    "Verdict",
    "explain",
    "period_of",
]

_EPOCH = date(1970, 1, 1)


class UncountedKindError(LookupError):
    """A kind of fact of which an edition counts nothing."""


class Belonging(StrEnum):
    """Relation of a fact to a period, with its reason."""

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
    """Everything the rule says of a fact. Moments are wall times, the cut-off `bound` included.

    `windows` are those of the period it lies in. `end` and `due_by` name the column or
    definition that gave the end and the due moment. A verdict is given on dossiers alone.
    """

    kind: Fact
    fact: Any
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
    def dossier(self) -> Dossier:
        """Return the fact where it is a dossier; raises TypeError where it is none."""
        if not isinstance(self.fact, Dossier):
            raise TypeError(f"{self.fact} is no dossier")
        return self.fact

    @property
    def labels(self) -> Mapping[str, Text]:
        """Return the names of the measures of its kind."""
        card = self.edition.scorecard
        specs = card.measures if self.kind is DOSSIERS else card.facts[self.kind.name].measures
        return {name: spec.label for name, spec in specs.items()}

    @property
    def in_period(self) -> bool:
        """Tell whether it is one of the period's facts, received in it or carried over."""
        return Window.IN_PERIOD in self.windows

    @property
    def days_late(self) -> int | None:
        """Return the days from the due day to the day it is judged by; negative where some are
        left.
        """
        if self.due_at is None or self.judged_at is None:
            return None
        return _day(self.judged_at).toordinal() - _day(self.due_at).toordinal()


def explain(
    fact: Any, period: Period, edition: Edition, now: datetime, kind: Fact = DOSSIERS
) -> Explanation:
    """Explain a fact in `period` by `edition`, an open one judged at the period's end or `now`.

    Raises UncountedKindError where it counts nothing of the kind.
    """
    return _Reader(fact, kind, edition, bound_of(period, now)).explanation(period)


def period_of(fact: Any, edition: Edition, today: date, kind: Fact = DOSSIERS) -> Period:
    """Return the year that places a fact, or this year where nothing does."""
    placed_by = _measures(edition, kind)[0].placed
    placed = _moment(Answers([placed_by], _asking(fact, kind), dialect(), 0)(placed_by))
    return Period.containing(today if placed is None else _day(placed), Kind.YEAR)


class _Reader:
    """Reader of one fact by an edition: the store answers every expression in one statement."""

    def __init__(self, fact: Any, kind: Fact, edition: Edition, bound: int) -> None:
        self.fact = fact
        self.kind = kind
        self.edition = edition
        self.bound = bound
        self.measures = _measures(edition, kind)
        self.row: dict[str, Value] = {name: getattr(fact, name) for name in kind.vocabulary}
        self.spec = edition.scorecard.explain if kind is DOSSIERS else None
        definitions = edition.measures.definitions_of(kind.name)
        named = self.spec and (self.spec.due, self.spec.judged, self.spec.waited)
        found = (definitions[name] if name else None for name in named or (None, None, None))
        self.due, self.judged, self.waited = found
        self.say = Answers(self._questions(), _asking(fact, kind), dialect(), bound)

    def _questions(self) -> Iterable[Expression]:
        asked: list[Expression | None] = [self.due, self.judged, self.waited]
        for measure in self.measures:
            asked += [measure.when, measure.value, measure.placed, measure.ended]
        return questions_of(*(each for each in asked if each is not None))

    def moment(self, expression: Expression | None) -> int | None:
        """Return the value of an expression that is a moment, a duration or a number."""
        return None if expression is None else _moment(self.say(expression))

    def explanation(self, period: Period) -> Explanation:
        calendar = self.measures[0]
        placed, ended = self.moment(calendar.placed), self.moment(calendar.ended)
        windows = _windows(placed, ended, period)
        measures = {measure.name: self._outcome(measure) for measure in self.measures}
        indicators = self._indicators(measures, windows)
        return Explanation(
            kind=self.kind,
            fact=self.fact,
            period=period,
            edition=self.edition,
            bound=self.bound,
            belonging=_belonging(placed, windows, period),
            windows=windows,
            placed_at=placed,
            ended_at=ended,
            end=chosen(calendar.ended, self.say),
            verdict=_verdict(self.spec, indicators, ended),
            due_at=self.moment(self.due),
            due_by=None if self.due is None else chosen(self.due, self.say),
            judged_at=self.moment(self.judged),
            waited=self.moment(self.waited) or 0,
            measures=measures,
            indicators=indicators,
        )

    def _outcome(self, measure: Measure) -> MeasureOutcome:
        value = 0
        if self.say(measure.when):
            value = 1 if measure.value is None else (self.moment(measure.value) or 0)
        return MeasureOutcome(measure, value, parts_of(measure.when, self.row, self.say))

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


def _measures(edition: Edition, kind: Fact) -> list[Measure]:
    """Return the measures of a kind; those of one kind share its calendar."""
    found = [measure for measure in edition.measures.values() if measure.fact == kind.name]
    if not found:
        raise UncountedKindError(kind.name)
    return found


def _asking(fact: Any, kind: Fact) -> Callable[[Sequence[str]], Sequence[Value]]:
    """Return what asks the store for SQL expressions over the fact's row."""

    def ask(expressions: Sequence[str]) -> Sequence[Value]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(expressions)} FROM {kind.table} WHERE id = %s",  # noqa: S608
                [fact.pk],
            )
            row: Sequence[Value] | None = cursor.fetchone()
        if row is None:  # it was withdrawn just now
            raise ObjectDoesNotExist(f"there is no {kind.name} {fact.code!r} any more")
        return row

    return ask


def _moment(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _day(wall: int) -> date:
    return _EPOCH + timedelta(milliseconds=wall)


def _month(wall: int) -> int:
    day = _day(wall)
    return day.year * 100 + day.month
