"""The schematic map: a square for each unit, laid out as they lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from phucvu.web.view_models.tiles import lay_out, tiles

points = st.tuples(st.floats(8, 24), st.floats(102, 118))
units = st.lists(st.none() | points, max_size=200).map(
    lambda found: [(f"U{at}", point) for at, point in enumerate(found)]
)


@given(units)
def test_every_unit_has_a_square_of_its_own(
    units: list[tuple[str, tuple[float, float] | None]],
) -> None:
    found = lay_out(units)
    assert set(found) == {code for code, _ in units}
    assert len(set(found.values())) == len(units)
    assert len(tiles(units)["features"]) == len(units)


@given(units)
def test_squares_lie_as_the_units_do(units: list[tuple[str, tuple[float, float] | None]]) -> None:
    found = lay_out(units)
    known = [(point, found[code]) for code, point in units if point is not None]
    for (north, east), (column, row) in known:
        for (other_north, other_east), (other_column, other_row) in known:
            if other_row > row:
                assert other_north <= north
            if other_row == row and other_column > column:
                assert other_east >= east


def test_two_by_two() -> None:
    found = lay_out([("SE", (10, 107)), ("NW", (11, 106)), ("NE", (11, 107)), ("SW", (10, 106))])
    assert found == {"NW": (0, 0), "NE": (1, 0), "SW": (0, 1), "SE": (1, 1)}
