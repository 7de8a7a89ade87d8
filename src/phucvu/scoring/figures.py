"""A figure has three states: a value, *not provided*, *not applicable*. Null is never zero."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final


class Absent(Enum):
    """Why there is no value. Neither state is a zero, and they are not the same."""

    NOT_PROVIDED = "not_provided"
    NOT_APPLICABLE = "not_applicable"


NOT_PROVIDED: Final = Absent.NOT_PROVIDED
NOT_APPLICABLE: Final = Absent.NOT_APPLICABLE


Count = int | Fraction
"""A number of facts; a fraction where part of a unit's facts is attributed to another by share."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Two counts, whole unless a share of other counts is in them.

    Of a `days` indicator the numerator is a sum of milliseconds.

    Raises ValueError on a negative count: no fact counts less than nothing.
    A numerator above its denominator is possible (sources contradict each other) and is kept;
    the points are capped by the rule.
    """

    numerator: Count
    denominator: Count

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
