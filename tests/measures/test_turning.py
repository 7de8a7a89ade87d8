"""What turns with the clock: taken apart, a condition means what it meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.measures import compile_expression
from phucvu.measures.turning import turning_of
from tests.measures.evaluating import evaluate

DAY_MS = 86_400_000
MOMENTS = st.none() | st.integers(-3 * DAY_MS, 3 * DAY_MS)
CONDITIONS = [
    "promised_at < bound",
    "promised_at <= bound",
    "bound > promised_at and vneid",
    "bound - supplement_ms >= promised_at",
    "bound - received_at > supplement_ms",
    "day(promised_at) < day(bound)",
    "day(promised_at) <= day(bound - supplement_ms)",
    "vneid and promised_at < bound and day(received_at) < day(bound - supplement_ms)",
    "supplements < 2 and day(bound) > day(promised_at) and received_at < bound - supplement_ms",
]


@pytest.mark.parametrize("text", CONDITIONS)
@given(
    st.fixed_dictionaries(
        {
            "promised_at": MOMENTS,
            "received_at": MOMENTS,
            "supplement_ms": st.integers(0, 2 * DAY_MS),
            "supplements": st.integers(0, 3),
            "vneid": st.booleans(),
        }
    ),
    st.integers(-5 * DAY_MS, 5 * DAY_MS),
)
def test_a_fact_counts_from_its_moment_on(text, row, bound):
    when = compile_expression(text)
    turning = turning_of(when)
    assert turning is not None
    since = evaluate(turning.since, row)
    counts = evaluate(turning.still, row) is True and since is not None and since <= bound
    assert counts == (evaluate(when, row, bound) is True)


@pytest.mark.parametrize(
    "text",
    [
        "promised_at = bound",
        "bound < promised_at",
        "promised_at < bound or vneid",
        "promised_at < bound + supplement_ms",
        "not promised_at < bound",
        "day(bound) - day(promised_at) > 1",
    ],
)
def test_what_does_not_turn_once_is_taken_apart_no_further(text):
    assert turning_of(compile_expression(text)) is None


def test_every_edition_counts_what_depends_on_the_clock():
    for edition in map(scorecards.load, scorecards.available()):
        assert edition.measures.clock
        for measure in edition.measures.clock:
            assert measure.turning is not None
            assert not measure.turning.still.mentions_bound
            assert not measure.turning.since.mentions_bound
