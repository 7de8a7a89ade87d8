"""Both arithmetics, at the exact ties where they part."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from phucvu.scoring import ARITHMETICS
from phucvu.scoring.arithmetic import half_up, to_fixed

PORTAL, EXACT = ARITHMETICS["portal"], ARITHMETICS["decimal"]
SIX, HUNDRED = Decimal(6), Decimal(100)


def test_the_tie_1_of_48() -> None:
    """6 × 1 ÷ 48 is exactly 0.125: the portal publishes 0.12 (H53, 1.1), exact half up is 0.13."""
    assert PORTAL.points(1, 48, SIX, HUNDRED, rounded=False) == Decimal("0.12")
    assert EXACT.points(1, 48, SIX, HUNDRED, rounded=False) == Decimal("0.13")


def test_ties_that_doubles_hold_exactly_go_up() -> None:
    assert to_fixed(0.125) == Decimal("0.13")
    assert to_fixed(2.5) == Decimal("2.50")
    assert to_fixed(1.005) == Decimal("1.00")  # the double is a little less
    assert half_up(Fraction("1.005")) == Decimal("1.01")


@given(
    st.floats(min_value=0, max_value=1e12) | st.integers(0, 10**9).map(lambda eighths: eighths / 8)
)
def test_every_double_is_rounded_as_its_exact_expansion_half_up(value: float) -> None:
    exact = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert to_fixed(value).as_tuple() == exact.as_tuple()


def test_groups_scored_from_the_rounded_ratio() -> None:
    """One third of 2 points at 80 %: 33.33 × 2 ÷ 80 = 0.83325; unrounded it is 0.8333…."""
    third = Decimal(2), Decimal(80)
    assert PORTAL.points(1, 3, *third, rounded=True) == Decimal("0.83")
    # 0.005 % shows as 0.01 % (tie up) and is worth twice as much.
    assert EXACT.points(1, 20000, HUNDRED, HUNDRED, rounded=True) == Decimal("0.01")
    assert EXACT.points(1, 25000, HUNDRED, HUNDRED, rounded=True) == Decimal("0.00")


def test_a_full_ratio_is_capped() -> None:
    for arithmetic in (PORTAL, EXACT):
        assert arithmetic.points(41, 42, SIX, Decimal(90), rounded=False) == SIX
        assert arithmetic.ratio(3, 2) == Decimal("150.00")


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_arithmetics_differ_by_one_cent_at_most(n: int, d: int) -> None:
    n = min(n, d)
    assert abs(PORTAL.ratio(n, d) - EXACT.ratio(n, d)) <= Decimal("0.01")


@given(st.fractions(min_value=0, max_value=10**6))
def test_half_up_is_nearest_and_ties_go_up(value: Fraction) -> None:
    rounded = Fraction(half_up(value))
    assert -Fraction(1, 200) < rounded - value <= Fraction(1, 200)
