"""Arithmetics: the ways in which a rule computes and rounds. Each edition names one of them.

`portal` repeats the national portal's (its published figures, September and October 2026): every
value is an IEEE 754 double, evaluated left to right, and shown by a browser's `toFixed(2)`.
`decimal` is plain law: exact fractions, rounded half up. They differ at exact ties only: 6 × 1 ÷ 48
is 0.12 on the portal, 0.13 in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, Protocol

from .figures import Count

CENT: Final = Decimal("0.01")
MS_PER_DAY: Final = 86_400_000


class Arithmetic(Protocol):
    """Arithmetic of an edition: ratios and points as decimals with two places.

    Denominators and targets must be positive: an empty denominator is decided by the indicator's
    rule (`empty`) before.
    """

    name: str

    def ratio(self, numerator: Count, denominator: Count) -> Decimal:
        """Compute numerator ÷ denominator × 100, per cent. Not capped."""
        ...

    def days(self, milliseconds: Count, denominator: Count) -> Decimal:
        """Compute a mean duration in days, from a sum of milliseconds."""
        ...

    def points(
        self,
        numerator: Count,
        denominator: Count,
        maximum: Decimal,
        target: Decimal,
        *,
        rounded: bool,
    ) -> Decimal:
        """Compute min(maximum, ratio × maximum ÷ target); `rounded` takes the ratio as it is
        shown.
        """
        ...

    def share(self, part: Decimal, whole: Decimal) -> Decimal:
        """Compute part ÷ whole × 100, per cent: a group's or the total's ratio."""
        ...


class PortalArithmetic:
    """Arithmetic in IEEE doubles, rounded by JavaScript's `Number.prototype.toFixed(2)`."""

    name = "portal"

    def ratio(self, numerator: Count, denominator: Count) -> Decimal:
        return to_fixed(float(numerator) / float(denominator) * 100.0)

    def days(self, milliseconds: Count, denominator: Count) -> Decimal:
        return to_fixed(float(milliseconds) / float(denominator) / float(MS_PER_DAY))

    def points(
        self,
        numerator: Count,
        denominator: Count,
        maximum: Decimal,
        target: Decimal,
        *,
        rounded: bool,
    ) -> Decimal:
        ratio = float(numerator) / float(denominator) * 100.0
        if rounded:
            ratio = float(to_fixed(ratio))
        return to_fixed(min(float(maximum), ratio * float(maximum) / float(target)))

    def share(self, part: Decimal, whole: Decimal) -> Decimal:
        return to_fixed(float(part) / float(whole) * 100.0)


class DecimalArithmetic:
    """Arithmetic in exact fractions, rounded half up to two places at the end."""

    name = "decimal"

    def ratio(self, numerator: Count, denominator: Count) -> Decimal:
        return half_up(Fraction(numerator * 100, denominator))

    def days(self, milliseconds: Count, denominator: Count) -> Decimal:
        return half_up(Fraction(milliseconds, denominator * MS_PER_DAY))

    def points(
        self,
        numerator: Count,
        denominator: Count,
        maximum: Decimal,
        target: Decimal,
        *,
        rounded: bool,
    ) -> Decimal:
        ratio = Fraction(numerator * 100, denominator)
        if rounded:
            ratio = Fraction(half_up(ratio))
        return half_up(min(Fraction(maximum), ratio * Fraction(maximum) / Fraction(target)))

    def share(self, part: Decimal, whole: Decimal) -> Decimal:
        return half_up(Fraction(part) / Fraction(whole) * 100)


def to_fixed(value: float) -> Decimal:
    """Round a value that is not negative as `value.toFixed(2)` of ECMA-262 does.

    The rule picks the integer n whose n ÷ 100 is nearest to the double's exact value, the larger of
    two equally near: the double's exact decimal expansion, rounded half up. Python's formatting
    rounds a tie to the even; but only an odd multiple of 1/8 is a tie.
    """
    if value * 8 % 2 != 1:
        return Decimal(f"{value:.2f}")
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def half_up(value: Fraction) -> Decimal:
    """Round a fraction that is not negative to two places, ties up, with no step through a
    double.
    """
    cents = (value.numerator * 200 + value.denominator) // (value.denominator * 2)
    return Decimal(cents).scaleb(-2)


ARITHMETICS: Final[Mapping[str, Arithmetic]] = {
    "portal": PortalArithmetic(),
    "decimal": DecimalArithmetic(),
}
