"""From counts to ratio and points, as the portal reckons and as the document says."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.oracle.counting import Count

__all__ = ["DOCUMENT", "EMPTY", "PORTAL", "RULES", "days_of", "points_of", "ratio_of"]

MILLISECONDS_A_DAY = 86_400_000

PORTAL, DOCUMENT = "qd766-portal-2026", "qd766-document"

# Component: most points, per cent that earns them, and whether the portal rounds the ratio first.
RULES: dict[str, tuple[int, int, bool]] = {
    "1.1": (6, 100, False), "1.2": (4, 100, False), "1.3": (2, 100, False),
    "2.1": (20, 100, False),
    "3.1": (2, 80, True), "3.2": (4, 100, True), "3.3": (6, 50, True),
    "3.4": (2, 80, True), "3.5": (2, 80, True), "3.6": (6, 100, True),
    "4.1": (6, 100, False), "4.2": (4, 100, False), "4.3": (2, 80, False),
    "4.4": (4, 100, False), "4.5": (2, 100, False), "4.6": (2, 100, False),
    "4.7": (2, 100, False),
    "5.1": (6, 100, False), "5.2": (6, 100, False), "5.3": (6, 90, False),
}  # fmt: skip
FULL_AT_80_BY_DOCUMENT = "4.2"
# What an empty denominator yields: ratio and points.
EMPTY: dict[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(("2.1", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "5.3"), ("0", "0")),
    **dict.fromkeys(
        ("1.1", "1.2", "1.3", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"), (None, None)
    ),
    **dict.fromkeys(("5.1", "5.2"), ("0", "6")),
}


def half_up(value: Fraction) -> Decimal:
    """Round a number that is not negative to two places."""
    return Decimal(int(value * 100 + Fraction(1, 2))) / 100


def to_fixed(value: float) -> Decimal:
    """Round a double that is not negative as a browser does, to two places: 1.005 gives 1.00."""
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def ratio_of(count: Count, edition: str) -> Decimal:
    """Give per cent, two places."""
    if edition == DOCUMENT:
        return half_up(count.numerator / count.denominator * 100)
    return to_fixed(float(count.numerator) / float(count.denominator) * 100)


def days_of(count: Count, edition: str) -> Decimal:
    """Give average days, two places, of the sum of milliseconds and the number of dossiers."""
    if edition == DOCUMENT:
        return half_up(count.numerator / count.denominator / MILLISECONDS_A_DAY)
    return to_fixed(float(count.numerator) / float(count.denominator) / MILLISECONDS_A_DAY)


def points_of(name: str, count: Count, edition: str) -> Decimal:
    """The points of a component whose denominator is not empty.

    The portal reckons with doubles and `toFixed(2)`, the document exactly.
    """
    most, target, rounded = RULES[name]
    if edition == DOCUMENT:
        target = 80 if name == FULL_AT_80_BY_DOCUMENT else target
        exact = count.numerator / count.denominator * 100 * most / target
        return half_up(min(Fraction(most), exact))
    if rounded:
        share = float(ratio_of(count, edition))
    else:
        share = float(count.numerator) / float(count.denominator) * 100
    return to_fixed(min(float(most), share * most / target))
