"""Days at which a line over time breaks: another rule, or another unit under the same name.

Each month of a line is scored by the edition of its own. Where the next one is scored by another,
the line is marked there; in a comparison one edition scores all of it, in force or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from phucvu.results.trend_points import Point
from phucvu.scorecards import Edition
from phucvu.units.history import UnitHistory

__all__ = ["Boundary", "Break", "rule_boundaries", "unit_boundaries"]


class Break(StrEnum):
    """Kind of break."""

    EDITION = "edition"
    """what follows is scored by another edition than what is before"""
    RULE = "rule"
    """the one edition that scores all of it begins to be in force"""
    RULE_ENDS = "rule_ends"
    """the one edition that scores all of it is no longer in force from this day on"""
    UNIT = "unit"
    """the unit took over others, or part of it went elsewhere"""
    NAME = "name"
    """the unit got another name, kind, code or parent"""


@dataclass(frozen=True, order=True)
class Boundary:
    """Day of a break: numbers before it and from it on are not measured alike.

    `edition`: what scores from then on, where that is what changed.
    """

    day: date
    kind: Break
    edition: Edition | None = field(default=None, compare=False)


def unit_boundaries(history: UnitHistory | None) -> list[Boundary]:
    """List every day on which a unit became another under the same name, the earliest first.

    `history`: what the unit was and came from; None where no unit is asked about.
    """
    return sorted(set(_of_unit(history)))


def rule_boundaries(points: Sequence[Point]) -> list[Boundary]:
    """List every day at which a line over time goes to another rule, the earliest first."""
    return sorted({found for pair in pairwise(points) for found in _between(*pair)})


def _between(before: Point, after: Point) -> Iterator[Boundary]:
    if before.edition.digest != after.edition.digest:
        begins = after.edition.scorecard.in_force_from
        inside = before.day < begins <= after.day
        day = begins if inside else max(after.period.first_day, before.day)
        yield Boundary(day, Break.EDITION, after.edition)
        return
    card = after.edition.scorecard
    if before.day < card.in_force_from <= after.day:
        yield Boundary(card.in_force_from, Break.RULE)
    if card.in_force_to is not None and before.day <= card.in_force_to < after.day:
        yield Boundary(card.in_force_to + timedelta(days=1), Break.RULE_ENDS)


def _of_unit(history: UnitHistory | None) -> Iterator[Boundary]:
    if history is None:
        return
    reorganised = {
        relative.reorganisation.effective for relative in (*history.origins, *history.successors)
    }
    for day in reorganised:
        yield Boundary(day, Break.UNIT)
    for chapter in history.chapters[1:]:
        if chapter.first is not None and chapter.first not in reorganised:
            yield Boundary(chapter.first, Break.NAME)
