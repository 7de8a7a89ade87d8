"""Figures and their three states: a value, *not provided*, *not applicable*. Null is never zero."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final


class Absent(Enum):
    """State of a figure without a value. Neither state is a zero, and the two differ."""

    NOT_PROVIDED = "not_provided"
    NOT_APPLICABLE = "not_applicable"


NOT_PROVIDED: Final = Absent.NOT_PROVIDED
NOT_APPLICABLE: Final = Absent.NOT_APPLICABLE


Count = int | Fraction
"""A number of facts; a fraction where part of a unit's facts is attributed to another by share."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Figure of two counts, whole numbers unless a share of a split unit's counts is in them.

    For a `days` indicator the numerator is a sum of milliseconds. Raises ValueError on a negative
    count. A numerator above its denominator is possible (sources contradict each other) and is left
    as it is; the rule caps the points.
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
    """Figure published without its counts: a ratio (per cent or days) and points, or null."""

    ratio: Decimal | None
    points: Decimal | None


Figure = Counted | Rated | Absent
