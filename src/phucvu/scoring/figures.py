"""A figure has three states: a value, *not provided*, *not applicable*. Null is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .scorecard import Indicator


class Absent(Enum):
    """Why there is no value. Neither state is a zero, and they are not the same."""

    NOT_PROVIDED = "not_provided"
    NOT_APPLICABLE = "not_applicable"


NOT_PROVIDED: Final = Absent.NOT_PROVIDED
NOT_APPLICABLE: Final = Absent.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Counted:
    """Two whole counts. Of a `days` indicator the numerator is a sum of milliseconds.

    Raises ValueError on a negative count: no fact counts less than nothing.
    A numerator above its denominator is possible (sources contradict each other) and is kept;
    the points are capped by the rule.
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError(
                f"A count cannot be negative: {self.numerator} ÷ {self.denominator}. "
                "Check the quantities the indicator is counted from."
            )


@dataclass(frozen=True, slots=True)
class Rated:
    """A figure published without its counts: a ratio (per cent or days) and points, or null."""

    ratio: Decimal | None
    points: Decimal | None


Figure = Counted | Rated | Absent


def figure_of(indicator: Indicator, quantities: Mapping[str, int | None]) -> Figure:
    """An indicator's figure from the quantities its `count:` names.

    `quantities` maps measures and inputs to whole numbers; a missing name or None means
    *not provided*. An indicator without a count for both parts, or with a part that comes out as
    not provided, is NOT_PROVIDED. A denominator that is provided and 0 is a figure (0 ÷ 0 say):
    what it is worth is the rule's `empty`, and is decided when scoring.
    """
    numerator, denominator = indicator.numerator.count, indicator.denominator.count
    if numerator is None or denominator is None:
        return NOT_PROVIDED
    top, bottom = numerator.evaluate(quantities), denominator.evaluate(quantities)
    if top is None or bottom is None:
        return NOT_PROVIDED
    return Counted(top, bottom)
