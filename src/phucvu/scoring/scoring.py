"""Scoring: figures to points, by component, group, total and band.

Source: the portal's published answers (September and October 2026). Component points are rounded
first, a group is the sum of its rounded components, the total the sum of its groups. A group's
maximum does not shrink where a part is null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil

from .arithmetic import CENT
from .figures import NOT_PROVIDED, Absent, Counted, Figure, Rated
from .scorecard import Band, Empty, Group, Indicator, Scorecard
from .working import Step, steps_of


class GroupSource(StrEnum):
    """Origin of a group's points."""

    COMPUTED = "computed"  # every component is known
    PUBLISHED = "published"  # components are not all known; the published group stands in
    PARTIAL = "partial"  # some components are known: a lower bound
    MISSING = "missing"  # nothing is known: not a zero


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """Result of one component.

    `ratio` is per cent (days for a `days` indicator), `points` the earned ones; both have two
    places and either may be None. `missing` means that nobody provided the figure; points that are
    None without it are the rule's own null, and add nothing. `decided_by`: counts, empty,
    not_provided (a rule for it), published, absent.
    """

    indicator: Indicator
    figure: Figure
    ratio: Decimal | None
    points: Decimal | None
    missing: bool
    decided_by: str

    @property
    def working(self) -> tuple[Step, ...]:
        """Return the steps from the figure to the points, for a reader to follow."""
        return steps_of(self.indicator, self.figure, self.ratio, self.points, self.decided_by)

    @property
    def maximum(self) -> Decimal:
        """Return the component's full points."""
        return self.indicator.points

    @property
    def target(self) -> Decimal:
        """Return the per cent that earns full points."""
        return self.indicator.target

    @property
    def known(self) -> bool:
        """Tell whether somebody provided a figure (a rule for a missing figure is none)."""
        return not isinstance(self.figure, Absent)

    @property
    def to_gain(self) -> Decimal | None:
        """Return the points not earned; None where the figure is missing or not applicable."""
        if self.decided_by == "absent":
            return None
        return self.maximum - (self.points or Decimal(0))

    @property
    def numerator_for_full_marks(self) -> int | None:
        """Return the whole number the numerator needs for full points: ceil(target × denominator).

        None without counts, without a denominator, or where the indicator earns no points.
        """
        if not isinstance(self.figure, Counted) or not self.figure.denominator:
            return None
        if not self.indicator.scored:
            return None
        return ceil(Fraction(self.target) / 100 * self.figure.denominator)

    @property
    def facts_to_full_marks(self) -> int | None:
        """Return how many more facts of the denominator must turn good for full points."""
        needed = self.numerator_for_full_marks
        if needed is None or not isinstance(self.figure, Counted):
            return None
        return max(0, ceil(needed - self.figure.numerator))

    def explain(self, language: str = "vi") -> str:
        """Write the steps in one line: `… = 88,42 % → … = 17,68 điểm`."""
        return " → ".join(step.text(language) for step in self.working)


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Result of one group; `points` and `ratio` are None where the group is missing.

    `missing` names the scored components nobody provided; `published` is the published group score,
    beside a computed one for comparison.
    """

    group: Group
    points: Decimal | None
    ratio: Decimal | None
    source: GroupSource
    missing: tuple[str, ...]
    published: Decimal | None = None

    @property
    def maximum(self) -> Decimal:
        """Return the group's full points, unchanged where a part is null."""
        return self.group.points


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's scorecard for a period.

    `total` is None where no group is known. Where `partial`, the total is a lower bound, `missing`
    names the scored components it lacks, `known_points` are the most that the known part can earn,
    `known_ratio` the per cent earned of that. `band` belongs to a full total only; a partial one
    has a `provisional_band`, by `known_ratio`, so that a missing part does not read as bad work.
    """

    indicators: Mapping[str, IndicatorResult]
    groups: Mapping[str, GroupResult]
    total: Decimal | None
    missing: tuple[str, ...]
    missing_groups: tuple[str, ...]
    known_points: Decimal
    known_ratio: Decimal | None
    band: Band | None
    provisional_band: Band | None

    @property
    def partial(self) -> bool:
        """Tell whether a component that the total needs is missing."""
        return bool(self.missing)

    @property
    def to_gain(self) -> list[IndicatorResult]:
        """Return the scored components that lack points, those that lack most first."""
        open_ones = [r for r in self.indicators.values() if (r.to_gain or 0) > 0]
        return sorted(open_ones, key=lambda r: r.to_gain or Decimal(0), reverse=True)


def score(
    scorecard: Scorecard,
    figures: Mapping[str, Figure],
    groups: Mapping[str, Decimal | None] | None = None,
) -> Result:
    """Score one unit and period.

    `figures` maps indicator ids to figures; an id that is left out is NOT_PROVIDED. `groups` maps
    group codes to points published without their components. Raises ValueError on an id or code
    the scorecard does not have.
    """
    groups = groups or {}
    plan = _plan(scorecard)
    _refuse_unknown("indicator", figures, scorecard.indicators)
    _refuse_unknown("group", groups, scorecard.groups)
    indicators = dict(plan.absent)
    for id_, figure in figures.items():
        if figure is not NOT_PROVIDED:
            indicators[id_] = score_indicator(scorecard, scorecard.indicators[id_], figure)
    results = {
        code: _group(scorecard, group, plan.scored[code], indicators, groups.get(code))
        for code, group in scorecard.groups.items()
    }
    return _total(scorecard, indicators, results)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Parts of scoring that depend on the scorecard alone, not on the figures."""

    absent: Mapping[str, IndicatorResult]
    """each component where nobody provided its figure"""
    scored: Mapping[str, tuple[str, ...]]
    """the components of each group that earn points"""


@lru_cache(maxsize=64)
def _plan(scorecard: Scorecard) -> _Plan:
    absent = {
        id_: score_indicator(scorecard, indicator, NOT_PROVIDED)
        for id_, indicator in scorecard.indicators.items()
    }
    scored = {
        code: tuple(indicator.id for indicator in scorecard.components(code) if indicator.scored)
        for code in scorecard.groups
    }
    return _Plan(absent, scored)


def score_indicator(scorecard: Scorecard, indicator: Indicator, figure: Figure) -> IndicatorResult:
    """Score one component from its figure, by its rule and the scorecard's arithmetic."""
    if isinstance(figure, Counted):
        if figure.denominator == 0:
            return _by_rule(indicator, figure, indicator.empty, "empty")
        return _from_counts(scorecard, indicator, figure)
    if isinstance(figure, Rated):
        points = figure.points if indicator.scored else None
        return IndicatorResult(indicator, figure, figure.ratio, points, False, "published")
    if figure is NOT_PROVIDED and indicator.not_provided is not None:
        return _by_rule(indicator, figure, indicator.not_provided, "not_provided")
    missing = figure is NOT_PROVIDED and indicator.scored
    return IndicatorResult(indicator, figure, None, None, missing, "absent")


def _by_rule(indicator: Indicator, figure: Figure, rule: Empty, why: str) -> IndicatorResult:
    points = rule.points if indicator.scored else None
    return IndicatorResult(indicator, figure, _cents(rule.ratio), _cents(points), False, why)


def _from_counts(scorecard: Scorecard, indicator: Indicator, figure: Counted) -> IndicatorResult:
    n, d = figure.numerator, figure.denominator
    arithmetic = scorecard.arithmetic
    if indicator.unit == "days":
        return IndicatorResult(indicator, figure, arithmetic.days(n, d), None, False, "counts")
    points = None
    if indicator.scored:
        rounded = scorecard.groups[indicator.group].points_from_rounded
        points = arithmetic.points(n, d, indicator.points, indicator.target, rounded=rounded)
    return IndicatorResult(indicator, figure, arithmetic.ratio(n, d), points, False, "counts")


def _group(
    scorecard: Scorecard,
    group: Group,
    components: Iterable[str],
    indicators: Mapping[str, IndicatorResult],
    published: Decimal | None,
) -> GroupResult:
    scored = [indicators[id_] for id_ in components]
    missing = tuple(r.indicator.id for r in scored if r.missing)
    # A rule that speaks for an absent figure (4.7) must not make a group out of nothing.
    known = any(r.known for r in scored)
    total: Decimal | None = sum((r.points for r in scored if r.points), Decimal(0))
    if known and not missing:
        source = GroupSource.COMPUTED
    elif published is not None:
        total, source = _cents(published), GroupSource.PUBLISHED
    elif known:
        source = GroupSource.PARTIAL
    else:
        missing = tuple(r.indicator.id for r in scored)
        return GroupResult(group, None, None, GroupSource.MISSING, missing)
    total = _cents(total)
    ratio = None if total is None else scorecard.arithmetic.share(total, group.points)
    if group.ratio_from == "component" and source is GroupSource.COMPUTED:
        ratio = scored[0].ratio
    return GroupResult(group, total, ratio, source, missing, published)


def _total(
    scorecard: Scorecard,
    indicators: Mapping[str, IndicatorResult],
    groups: Mapping[str, GroupResult],
) -> Result:
    known = [g for g in groups.values() if g.points is not None]
    lacking = [g for g in groups.values() if g.source in (GroupSource.PARTIAL, GroupSource.MISSING)]
    missing = tuple(id_ for g in lacking for id_ in g.missing)
    total = sum((g.points for g in known if g.points is not None), Decimal(0)) if known else None
    unknown = sum((indicators[i].maximum for i in missing), Decimal(0))
    possible = scorecard.points - unknown
    ratio = None
    if total is not None and possible > 0:
        ratio = scorecard.arithmetic.share(total, possible)
    return Result(
        indicators=indicators,
        groups=groups,
        total=total,
        missing=missing,
        missing_groups=tuple(
            g.group.code for g in groups.values() if g.source is GroupSource.MISSING
        ),
        known_points=possible,
        known_ratio=ratio,
        band=scorecard.band_of(total) if total is not None and not missing else None,
        provisional_band=scorecard.band_of(ratio) if ratio is not None and missing else None,
    )


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)


def _refuse_unknown(what: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise ValueError(f"The scorecard has no {what} {name!r}; it has {', '.join(known)}.")
