"""Small cells are hidden, and cannot be worked out from those that show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from phucvu.results.small_cells import hidden_cells

SIZES = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=12)


@given(SIZES, st.integers(0, 12))
def test_what_is_hidden_cannot_be_found(sizes: dict[int, int], least: int) -> None:
    hidden = hidden_cells(sizes, least)
    small = {key for key, size in sizes.items() if 0 < size < least}
    filled = {key for key, size in sizes.items() if size > 0}

    assert small <= hidden <= filled
    if not small:
        assert hidden == set()
    elif hidden != filled:
        # The sum less what shows is the sum of at least two cells, and not a small one.
        assert len(hidden) > 1
        assert sum(sizes[key] for key in hidden) >= least


def test_nothing_more_is_hidden_than_needed() -> None:
    assert hidden_cells({"a": 1, "b": 9, "c": 7, "d": 0}, 5) == {"a", "c"}
    assert hidden_cells({"a": 4, "b": 3, "c": 100}, 5) == {"a", "b"}
    assert hidden_cells({"a": 5, "b": 100}, 5) == set()
    assert hidden_cells({"a": 1, "b": 2}, 1) == set()
