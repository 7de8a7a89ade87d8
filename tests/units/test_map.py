"""A day's map with the past on it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from phucvu.units.map import map_of
from phucvu.units.tree import UnitEras, UnitNode, UnitState

START, TODAY = date(2020, 1, 1), date(2030, 1, 1)


def state(
    id_: int, parent: int | None = None, first: date | None = None, end: date | None = None
) -> UnitState:
    return UnitState(UnitNode(id_, f"c{id_}", f"n{id_}", "commune", parent, "Z", False), first, end)


def ids(nodes: list[UnitNode]) -> set[int]:
    return {node.id for node in nodes}


def test_a_chain_of_mergers_ends_at_who_is_there_today() -> None:
    one, two = date(2024, 1, 1), date(2025, 1, 1)
    eras = UnitEras(
        [state(1), state(2, 1, None, one), state(3, 1, one, two), state(4, 1, two)],
        {2: [(3, Fraction(1))], 3: [(4, Fraction(1))]},
    )

    drawn = map_of(eras, TODAY)

    assert ids(drawn.pooled_below(4)) == {2, 3}
    assert ids(drawn.children(1)) == {4}
    assert drawn.by_code("c2") is None
    assert drawn.get(2) is None
    assert drawn.placed(2) is not None
    assert map_of(eras, TODAY) is drawn
    # On an earlier day the later did not exist.
    assert ids(map_of(eras, one).pooled_below(3)) == {2}


def test_what_nobody_took_over_counts_further_up() -> None:
    end = date(2025, 7, 1)
    # A district ended, and a ward of it went elsewhere in the same province.
    eras = UnitEras(
        [state(1), state(2, 1, None, end), state(3, 2, None, end), state(5, 2, None, end),
         state(4, 1, end)],
        {3: [(4, Fraction(1))]},
    )  # fmt: skip

    drawn = map_of(eras, TODAY)

    assert ids(drawn.pooled_below(4)) == {3}
    assert ids(drawn.pooled_below(1)) == {2, 3, 4, 5}
    assert ids(drawn.children(1)) == {4}
    assert ids(drawn.branches(1)) == {4, 2}


def test_a_split_is_shared_below_where_its_parts_meet() -> None:
    end = date(2025, 7, 1)
    # 1 ─ 2 ─ (3, 4); 1 ─ 5. Unit 9 was split: half to 3, a third to 4, a sixth to 5.
    eras = UnitEras(
        [state(1), state(2, 1), state(3, 2), state(4, 2), state(5, 1), state(9, 2, None, end)],
        {9: [(3, Fraction(1, 2)), (4, Fraction(1, 3)), (5, Fraction(1, 6))]},
    )

    drawn = map_of(eras, TODAY)

    assert {unit: dict(parts) for unit, parts in drawn.shares.items()} == {
        2: {9: Fraction(5, 6)},
        3: {9: Fraction(1, 2)},
        4: {9: Fraction(1, 3)},
        5: {9: Fraction(1, 6)},
    }
    assert 9 in ids(drawn.pooled_below(1))
    assert 9 not in ids(drawn.pooled_below(2))


def test_parts_that_meet_nowhere_share_up_to_the_top() -> None:
    eras = UnitEras(
        [state(1), state(2), state(9, 1, None, date(2025, 1, 1))],
        {9: [(1, Fraction(1, 4)), (2, Fraction(3, 4))]},
    )

    drawn = map_of(eras, TODAY)

    assert drawn.shares == {1: {9: Fraction(1, 4)}, 2: {9: Fraction(3, 4)}}
    assert ids(drawn.roots) == {1, 2}


def test_who_took_over_a_whole_unit_has_it_within() -> None:
    end = date(2025, 7, 1)
    eras = UnitEras(
        [state(1), state(2, 1, None, end), state(3, 2, None, end), state(4), state(5, 4, end),
         state(6, 1, None, end), state(7, 4)],
        {2: [(4, Fraction(1))], 3: [(5, Fraction(1))],
         6: [(5, Fraction(1, 2)), (7, Fraction(1, 2))]},
    )  # fmt: skip

    assert eras.within(4, 2)
    assert eras.within(4, 3)
    assert eras.within(5, 3)
    assert eras.within(1, 3)  # where it belonged last
    # A share gives no hold over the whole.
    assert not eras.within(5, 6)
    assert not eras.within(4, 6)
    assert not eras.within(7, 3)


@st.composite
def histories(draw: st.DrawFn) -> UnitEras:
    """A root and units below it; year by year some end, each followed by newer ones or none."""
    states = {0: state(0)}
    successors: dict[int, list[tuple[int, Fraction]]] = {}
    alive, fresh = [0], 1
    for year in range(draw(st.integers(1, 5))):
        day = START + timedelta(days=365 * year)
        born = []
        for _ in range(draw(st.integers(1, 4))):
            born.append(fresh)
            states[fresh] = state(fresh, draw(st.sampled_from(alive)), day)
            fresh += 1
        for old in [unit for unit in alive if unit and draw(st.booleans())]:
            if any(s.node.parent_id == old and s.end is None for s in states.values()):
                continue
            states[old] = state(old, states[old].node.parent_id, states[old].first, day)
            alive.remove(old)
            parts = draw(st.lists(st.sampled_from(born), unique=True, max_size=3))
            weights = [draw(st.integers(1, 5)) for _ in parts]
            if parts:
                successors[old] = [
                    (part, Fraction(weight, sum(weights)))
                    for part, weight in zip(parts, weights, strict=True)
                ]
        alive += born
    return UnitEras(states.values(), successors)


@given(histories())
def test_nothing_is_lost_or_counted_twice(eras: UnitEras) -> None:
    """Give each unit one fact, follow it to those there today, and add up: so say the map too."""
    drawn = map_of(eras, TODAY)
    today = eras.on(TODAY)

    def became(unit_id: int) -> dict[int, Fraction]:
        if unit_id in today:
            return {unit_id: Fraction(1)}
        last = eras.latest(unit_id)
        assert last is not None
        assert last.node.parent_id is not None
        found: dict[int, Fraction] = {}
        parts = eras.successors.get(unit_id, [(last.node.parent_id, Fraction(1))])
        for after, share in parts:
            for end, part in became(after).items():
                found[end] = found.get(end, Fraction(0)) + share * part
        return found

    expected: dict[int, Fraction] = {node.id: Fraction(0) for node in today}
    for unit_id in {s.node.id for s in eras}:
        for end, share in became(unit_id).items():
            for node in today.path(end):
                expected[node.id] += share

    assert expected[0] == len({s.node.id for s in eras})
    for node in today:
        shares = drawn.shares.get(node.id, {})
        whole = 1 + len(drawn.pooled_below(node.id))
        shared = sum(share * (1 + len(drawn.pooled_below(part))) for part, share in shares.items())
        assert whole + shared == expected[node.id]
        assert ids(drawn.children(node.id)) == ids(today.children(node.id))
