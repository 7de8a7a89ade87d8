"""Days at which a line over time breaks: another rule, or another unit under the same name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from phucvu.scorecards import Edition
from phucvu.units.history import UnitHistory

__all__ = ["Boundary", "Break", "boundaries_of"]


class Break(StrEnum):
    """Kind of break."""

    RULE = "rule"
    """the edition of the scorecard begins to be in force: what is before was judged by another"""
    RULE_ENDS = "rule_ends"
    """the edition is no longer in force from this day on"""
    UNIT = "unit"
    """the unit took over others, or part of it went elsewhere"""
    NAME = "name"
    """the unit got another name, kind, code or parent"""


@dataclass(frozen=True, order=True)
class Boundary:
    """Day of a break: numbers before it and from it on are not measured alike."""

    day: date
    kind: Break


def boundaries_of(edition: Edition, history: UnitHistory | None) -> list[Boundary]:
    """Return every break of a unit's numbers by this edition, the earliest first.

    `history` is the unit's; None where only the rule is asked about.
    """
    return sorted(set(_of_rule(edition)) | set(_of_unit(history)))


def _of_rule(edition: Edition) -> Iterator[Boundary]:
    card = edition.scorecard
    yield Boundary(card.in_force_from, Break.RULE)
    if card.in_force_to is not None:
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
