"""Checks of group rows against their components, and of the total against its groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from phucvu.scoring import Group, Indicator, Scorecard
from phucvu.scoring.arithmetic import half_up

from .components import Component, points_within_ratio
from .table import PublishedFigure
from .verdicts import Check, compared, not_computable

TOTAL: Final = "TOTAL"
ALIASES: Final = {"CLGQ": "ONLINE"}
"""Some answers of the portal call the group of online services CLGQ."""
COMBINED: Final = {"ONLINE_SERVICE": ("ONLINE", "TTTT")}
"""The national radar shows the two online groups as one axis."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """Sum of a group: its known points, the most that unknown components add, and why."""

    points: Decimal
    unknown: Decimal
    why: str

    @property
    def complete(self) -> bool:
        return not self.why


class UnitRows:
    """Rows of one snapshot, period and unit, by indicator and group code."""

    def __init__(
        self,
        scorecard: Scorecard,
        rows: Mapping[str, PublishedFigure],
        parts: Mapping[str, Component],
    ) -> None:
        self.scorecard = scorecard
        self.rows = rows
        self.parts = parts

    def group_checks(
        self, code: str, row: PublishedFigure, ratio_expected: bool
    ) -> Iterator[Check]:
        """Check a group row's maximum, points and ratio.

        `ratio_expected` tells that rows of the same kind publish a ratio.
        """
        group = self.scorecard.groups[code]
        whole, reduced = self._maxima(code)
        single_procedure = row.max_score == reduced != whole
        if row.max_score is not None:
            expected = reduced if single_procedure else whole
            yield compared(row, "maximum", row.max_score, expected, "points of the group")
        else:
            yield not_computable(row, "maximum", "not published")
        maximum = reduced if single_procedure else whole
        parts = self._sum_of_components(code, single_procedure)
        if parts.complete:
            yield compared(row, "points", row.score, parts.points, "sum of the rounded components")
        elif group.ratio_from == "component" and row.score is not None and row.score <= maximum:
            yield points_within_ratio(row, maximum, self._scored(code).target, parts.why)
        else:
            yield _within(row, parts.points, parts.points + parts.unknown, parts.why)
        points = parts.points if parts.complete else None
        yield from self._ratio_check(group, row, points, maximum, ratio_expected)

    def combined_checks(
        self, code: str, row: PublishedFigure, ratio_expected: bool
    ) -> Iterator[Check]:
        """Check the row of an axis that joins groups: its points and maximum are their sums."""
        maximum = sum((self.scorecard.groups[c].points for c in COMBINED[code]), Decimal(0))
        if row.max_score is not None:
            yield compared(row, "maximum", row.max_score, maximum, "points of the joined groups")
        else:
            yield not_computable(row, "maximum", "not published")
        points = _sum_of_scores(self.rows.get(c) for c in COMBINED[code])
        if points is not None:
            yield compared(row, "points", row.score, points, "sum of the joined groups")
        else:
            why = f"{' and '.join(COMBINED[code])} are not both in the file for this unit"
            yield _within(row, Decimal(0), maximum, why)
        yield from self._share_check(row, points, maximum, ratio_expected)

    def total_checks(self, row: PublishedFigure, ratio_expected: bool) -> Iterator[Check]:
        """Check the total: the sum of the groups as published."""
        maximum = self.scorecard.points
        optional = sum(
            (i.points for i in self.scorecard.indicators.values() if not i.per_procedure),
            Decimal(0),
        )
        if row.max_score is not None:
            fits = row.max_score == maximum - optional and not self._has_optional()
            expected = row.max_score if fits else maximum
            yield compared(row, "maximum", row.max_score, expected, "points of the scorecard")
            maximum = expected
        else:
            yield not_computable(row, "maximum", "not published")
        points, lacking = self._sum_of_groups()
        if points is not None:
            yield compared(row, "points", row.score, points, "sum of the groups")
        else:
            why = f"groups not in the file for this unit: {', '.join(lacking)}"
            yield _within(row, Decimal(0), maximum, why)
        yield from self._share_check(row, points, maximum, ratio_expected)

    # -- sums ---------------------------------------------------------------

    def _sum_of_components(self, code: str, single_procedure: bool) -> _Sum:
        points = Decimal(0)
        unknown = Decimal(0)
        absent: list[str] = []
        uncounted: list[str] = []
        for indicator in self.scorecard.components(code):
            if not indicator.scored:
                continue
            part = self.parts.get(indicator.id)
            if part is None:
                if single_procedure and not indicator.per_procedure:
                    continue
                absent.append(indicator.id)
                unknown += indicator.points
            elif part.points is None:
                uncounted.append(indicator.id)
                unknown += indicator.points
            else:
                points += part.points
        why = []
        if absent:
            why.append(f"not in the file for this unit: {', '.join(absent)}")
        if uncounted:
            why.append(f"neither points nor both counts: {', '.join(uncounted)}")
        return _Sum(points, unknown, "; ".join(why))

    def _sum_of_groups(self) -> tuple[Decimal | None, list[str]]:
        """Sum the groups' published points; a joined axis stands in for the groups it joins."""
        points = Decimal(0)
        lacking = [code for code in self.scorecard.groups if self._score(code) is None]
        for code, parts in COMBINED.items():
            score = self._score(code)
            if score is not None and all(part in lacking for part in parts):
                points += score
                lacking = [c for c in lacking if c not in parts]
        if lacking:
            return None, lacking
        known = (self._score(c) or Decimal(0) for c in self.scorecard.groups)
        return points + sum(known, Decimal(0)), []

    def _score(self, code: str) -> Decimal | None:
        row = self.rows.get(code)
        return None if row is None else row.score

    def _maxima(self, code: str) -> tuple[Decimal, Decimal]:
        """Return the group's points, and its points when one procedure is selected."""
        whole = self.scorecard.groups[code].points
        absent = [
            i.points
            for i in self.scorecard.components(code)
            if not i.per_procedure and i.id not in self.rows
        ]
        return whole, whole - sum(absent, Decimal(0))

    def _has_optional(self) -> bool:
        return any(
            i.id in self.rows for i in self.scorecard.indicators.values() if not i.per_procedure
        )

    def _scored(self, code: str) -> Indicator:
        """Return the group's first scored component, the only one where the group shows its
        ratio.
        """
        return next(i for i in self.scorecard.components(code) if i.scored)

    # -- ratios -------------------------------------------------------------

    def _ratio_check(
        self,
        group: Group,
        row: PublishedFigure,
        points: Decimal | None,
        maximum: Decimal,
        expected: bool,
    ) -> Iterator[Check]:
        if group.ratio_from != "component":
            yield from self._share_check(row, points, maximum, expected)
            return
        scored = self._scored(group.code)
        part = self.parts.get(scored.id)
        if row.ratio is None and not expected:
            return
        if part is None or part.result is None:
            why = f"it shows {scored.id}'s ratio, which cannot be computed from this file"
            yield not_computable(row, "ratio", why, row.ratio)
            return
        yield compared(row, "ratio", row.ratio, part.result.ratio, f"the ratio of {scored.id}")

    def _share_check(
        self, row: PublishedFigure, points: Decimal | None, maximum: Decimal, expected: bool
    ) -> Iterator[Check]:
        """Check ratio = points ÷ maximum with the points as published, so that an error shows
        once.
        """
        if row.ratio is None and not expected:
            return
        base = row.score if row.score is not None else points
        if base is None:
            yield not_computable(row, "ratio", "no points to divide", row.ratio)
            return
        computed = self.scorecard.arithmetic.share(base, maximum)
        yield compared(row, "ratio", row.ratio, computed, "points ÷ maximum")


def _within(row: PublishedFigure, low: Decimal, high: Decimal, why: str) -> Check:
    """Check points that cannot be summed: they are wrong only below `low` or above `high`.

    `low` is the sum of the known components, `high` adds the most that the unknown ones can earn.
    """
    if row.score is not None and not low <= row.score <= high:
        bound = low if row.score < low else high
        how = f"the known components leave {low} to {high} points"
        return compared(row, "points", row.score, bound, how)
    if row.score is None and row.ratio is not None and row.max_score is not None:
        points = half_up(Fraction(row.ratio) * Fraction(row.max_score) / 100)
        return compared(row, "points", None, points, "a ratio is published, so there are points")
    return not_computable(row, "points", why, row.score)


def _sum_of_scores(rows: Iterable[PublishedFigure | None]) -> Decimal | None:
    total = Decimal(0)
    for row in rows:
        if row is None or row.score is None:
            return None
        total += row.score
    return total
