"""Checks of one component's row: its figures recomputed from its own counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from phucvu.scoring import (
    NOT_PROVIDED,
    Counted,
    Figure,
    Indicator,
    IndicatorResult,
    Scorecard,
    score_indicator,
)
from phucvu.scoring.arithmetic import half_up

from .table import PublishedFigure
from .verdicts import Agreement, Check, compared, not_computable

_ROUNDING = Decimal("0.005000001")  # half of the last place, and a hair for ties in doubles


@dataclass(frozen=True, slots=True)
class Component:
    """Row of a component with the result of its rule (None: not computable)."""

    row: PublishedFigure
    indicator: Indicator
    result: IndicatorResult | None

    @property
    def points(self) -> Decimal | None:
        """Return the points to sum into the group: the published ones, else the computed ones.

        The published ones go first, so that a wrong component is reported once and not again in its
        group. A rule's null counts as 0; None where neither is known.
        """
        if self.row.score is not None:
            return self.row.score
        if self.result is None:
            return None
        return self.result.points or Decimal(0)


def component(scorecard: Scorecard, indicator: Indicator, row: PublishedFigure) -> Component:
    """Score a row's counts by the indicator's rule, where the row has both counts."""
    figure: Figure | None = None
    if row.numerator is not None and row.denominator is not None:
        figure = Counted(row.numerator, row.denominator)
    elif row.numerator is None and row.denominator is None and indicator.not_provided is not None:
        figure = NOT_PROVIDED
    if figure is None or indicator.unit == "days":
        return Component(row, indicator, None)
    return Component(row, indicator, score_indicator(scorecard, indicator, figure))


def component_checks(part: Component) -> Iterator[Check]:
    """Check the maximum, counts, ratio and points of one row."""
    row, indicator = part.row, part.indicator
    if row.max_score is not None:
        yield compared(row, "maximum", row.max_score, indicator.points, "points of the component")
    else:
        yield not_computable(row, "maximum", "not published")
    if row.denominator == 0 and row.numerator:
        yield compared(row, "numerator", row.numerator, 0, "nothing is counted of nothing")
    if part.result is None:
        yield from _without_counts(part)
        return
    if indicator.published == "counts" and row.ratio is None and row.score is None:
        why = f"the portal publishes its counts only; they are checked through {indicator.group}"
        yield not_computable(row, "points", why)
        return
    how = {
        "counts": "numerator ÷ denominator by the edition's arithmetic",
        "empty": "the rule for an empty denominator",
        "not_provided": "the rule for a figure without counts",
    }[part.result.decided_by]
    yield compared(row, "ratio", row.ratio, part.result.ratio, how)
    yield compared(row, "points", row.score, part.result.points, how)


def _without_counts(part: Component) -> Iterator[Check]:
    """Check a row that lacks a count: its ratio and points can only be proved wrong, not right."""
    row, indicator = part.row, part.indicator
    if not indicator.scored and row.score is not None:
        yield compared(row, "points", row.score, None, "earns no points")
    if indicator.unit == "days":
        why = "an average published without its counts"
    else:
        lacking = [p for p in ("numerator", "denominator") if getattr(row, p) is None]
        why = f"{' and '.join(lacking)} not published"
    yield not_computable(row, "ratio", why, row.ratio)
    if not indicator.scored:
        return
    rules = [r for r in (indicator.empty, indicator.not_provided) if r is not None]
    if any((row.ratio, row.score) == (rule.ratio, rule.points) for rule in rules):
        # Perhaps 0 ÷ 0: what a rule gives then need not follow from the ratio (5.1: 0 %, 6 points).
        yield not_computable(row, "points", why, row.score)
        return
    yield points_within_ratio(row, indicator.points, indicator.target, why)


def points_within_ratio(row: PublishedFigure, maximum: Decimal, target: Decimal, why: str) -> Check:
    """Check published points against the published ratio alone.

    The ratio is known to half a hundredth only: points inside that interval are not computable,
    points outside it, or none at all, are different.
    """
    if row.ratio is None:
        return not_computable(row, "points", why, row.score)
    per_cent = Fraction(maximum) / Fraction(target)

    def points_at(ratio: Decimal) -> Decimal:
        return half_up(min(Fraction(maximum), Fraction(max(ratio, Decimal(0))) * per_cent))

    if row.score is None:
        how = "a ratio is published, so there are points"
        return compared(row, "points", None, points_at(row.ratio), how)
    low, high = points_at(row.ratio - _ROUNDING), points_at(row.ratio + _ROUNDING)
    if low <= row.score <= high:
        return not_computable(row, "points", why, row.score)
    computed = points_at(row.ratio)
    how = f"no ratio shown as {row.ratio} % gives {row.score} points"
    return Check(row, row.indicator, "points", Agreement.DIFFERENT, row.score, computed, how)
