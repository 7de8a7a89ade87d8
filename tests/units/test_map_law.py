"""The law of the maps, of trees alone: whatever happened, each unit counts once at the tops."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from phucvu.units.kin import codes_reached, kin, weights
from phucvu.units.map import DayMap, as_it_was, map_of
from phucvu.units.tree import UnitEras, UnitNode, UnitState

START = date(2024, 1, 1)
DAYS = st.integers(-40, 800).map(lambda n: START + timedelta(days=n))
Shares = list[tuple[int, Fraction]]


@dataclass
class World:
    """Units as lists of states, changed in the order of time."""

    histories: dict[int, list[UnitState]] = field(default_factory=dict)
    successors: dict[int, Shares] = field(default_factory=dict)

    def alive(self) -> list[int]:
        return [unit for unit, states in self.histories.items() if states[-1].end is None]

    def below(self, unit: int) -> list[int]:
        return [each for each in self.alive() if self.histories[each][-1].node.parent_id == unit]

    def line(self, unit: int | None) -> set[int]:
        found: set[int] = set()
        while unit is not None:
            found.add(unit)
            unit = self.histories[unit][-1].node.parent_id
        return found

    def begin(self, parent: int | None, day: date | None) -> int:
        unit = len(self.histories) + 1
        node = UnitNode(unit, f"c{unit}", f"n{unit}", "commune", parent, "Z", False)
        self.histories[unit] = [UnitState(node, day, None)]
        return unit

    def turn(self, unit: int, day: date, **new: object) -> None:
        last = self.histories[unit][-1]
        node = replace(last.node, **new)  # type: ignore[arg-type]
        if last.first == day:
            self.histories[unit][-1] = replace(last, node=node)
        else:
            self.histories[unit][-1:] = [replace(last, end=day), UnitState(node, day, None)]

    def end(self, unit: int, day: date) -> bool:
        last = self.histories[unit][-1]
        if self.below(unit) or (last.first is not None and last.first >= day):
            return False
        self.histories[unit][-1] = replace(last, end=day)
        return True

    def eras(self) -> UnitEras:
        states = [state for life in self.histories.values() for state in life]
        return UnitEras(states, self.successors)


@st.composite
def worlds(draw: st.DrawFn, tops: int = 2) -> UnitEras:
    """Some tops and units below them; then mergers, splits, moves, ends, beginnings, new codes."""
    world = World()
    for _ in range(draw(st.integers(1, tops))):
        world.begin(None, None)
    for _ in range(draw(st.integers(1, 5))):
        world.begin(draw(st.sampled_from(world.alive())), None)
    day = START
    for _ in range(draw(st.integers(1, 8))):
        day += timedelta(days=draw(st.integers(0, 120)))
        alive = world.alive()
        if not alive:
            break
        unit, other = draw(st.sampled_from(alive)), draw(st.sampled_from(alive))
        can_end = unit != other and (
            tops > 1 or world.histories[unit][-1].node.parent_id is not None
        )
        act = draw(st.sampled_from(["begin", "merge", "split", "move", "end", "code"]))
        if act == "begin":
            world.begin(draw(st.sampled_from([unit, *([None] if tops > 1 else [])])), day)
        elif act == "merge" and can_end and world.end(unit, day):
            world.successors[unit] = [(other, Fraction(1))]
        elif act == "split" and can_end and world.end(unit, day):
            part = Fraction(1, draw(st.integers(2, 4)))
            newer = world.begin(world.histories[other][-1].node.parent_id or other, day)
            world.successors[unit] = [(other, part), (newer, 1 - part)]
        elif act == "move" and unit not in world.line(other):
            moves = tops > 1 or world.histories[unit][-1].node.parent_id is not None
            if moves:
                world.turn(unit, day, parent_id=other)
        elif act == "end" and can_end:
            world.end(unit, day)
        elif act == "code":
            code = draw(st.sampled_from(["x", "y"]))
            if all(world.histories[each][-1].node.code != code for each in alive):
                world.turn(unit, day, code=code)
    return world.eras()


def everyone(eras: UnitEras) -> set[int]:
    return {state.node.id for state in eras}


def lines_up(eras: UnitEras, day: date) -> dict[int, set[int]]:
    """By the words alone: a unit, what it belonged to that day (or last, or first), and so on."""
    states: dict[int, list[UnitState]] = {}
    for state in eras:
        states.setdefault(state.node.id, []).append(state)

    def parent(unit: int) -> int | None:
        life = states[unit]
        past = [state for state in life if state.first is None or state.first <= day]
        return (past[-1] if past else life[0]).node.parent_id

    found = {}
    for unit in states:
        line, above = {unit}, parent(unit)
        while above is not None:
            line.add(above)
            above = parent(above)
        found[unit] = line
    return found


@settings(max_examples=300)
@given(worlds(), DAYS)
def test_each_unit_counts_once_at_the_tops_of_its_kin(eras: UnitEras, day: date) -> None:
    for tree in (as_it_was(eras, day), map_of(eras, day)):
        found = weights(tree, everyone(eras))
        for group in kin(eras):
            total = dict.fromkeys(group, Fraction(0))
            for top in found.keys() & group:
                for unit, weight in found[top].items():
                    assert unit in group
                    total[unit] += weight
            assert set(total.values()) == {Fraction(1)}


@settings(max_examples=300)
@given(worlds(tops=1), DAYS, DAYS)
def test_one_top_has_everything_on_every_map(eras: UnitEras, day: date, today: date) -> None:
    for tree in (as_it_was(eras, day), map_of(eras, today)):
        (top,) = tree.roots
        assert set(tree.pool(top.id)) == everyone(eras)
        assert len(tree.pool(top.id)) == len(everyone(eras))


@settings(max_examples=300)
@given(worlds(), DAYS)
def test_as_it_was_a_unit_has_what_stood_below_it(eras: UnitEras, day: date) -> None:
    tree, lines = as_it_was(eras, day), lines_up(eras, day)
    in_force = {node.id for node in eras.on(day)}
    assert {node.id for node in tree} == in_force

    for node in tree:
        expected = {unit for unit, line in lines.items() if node.id in line}
        pool = set(tree.pool(node.id))
        assert expected <= pool
        # A top has besides what is left of whole lines that ended, and became part of it.
        for unit in pool - expected:
            assert node.parent_id is None
            assert not lines[unit] & in_force or lines[unit] == {unit}


@settings(max_examples=200)
@given(worlds(), DAYS)
def test_both_maps_of_a_day_list_who_is_there(eras: UnitEras, day: date) -> None:
    plain = eras.on(day)
    was, became = as_it_was(eras, day), map_of(eras, day)
    for tree in (was, became):
        assert [node.id for node in tree] == [node.id for node in plain]
        assert [node.id for node in tree.roots] == [node.id for node in plain.roots]
        assert len(tree) == len(plain)
        for node in plain:
            assert node.id in tree
            assert tree.get(node.id) == node == tree.by_code(node.code)
            assert tree.path(node.id) == plain.path(node.id)
            assert ids(tree, node) == [below.id for below in plain.descendants(node.id)]
        for unit in everyone(eras) - {node.id for node in plain}:
            assert unit not in tree
            assert tree.get(unit) is None
            assert tree.placed(unit) is not None


@settings(max_examples=200)
@given(worlds(), DAYS)
def test_pages_that_may_count_a_unit_are_told_of_it(eras: UnitEras, day: date) -> None:
    for tree in (as_it_was(eras, day), map_of(eras, day)):
        counted: dict[int, set[str]] = {}
        for node in tree:
            for unit in {*tree.pool(node.id), *tree.shares.get(node.id, {})}:
                counted.setdefault(unit, set()).add(node.code)
        for unit, codes in counted.items():
            assert codes <= codes_reached(eras, unit)


def ids(tree: DayMap, node: UnitNode) -> list[int]:
    return [below.id for below in tree.descendants(node.id)]


def test_a_top_that_was_merged_away_counts_at_the_top_of_what_took_it_over() -> None:
    end = date(2025, 7, 1)

    def state(id_: int, parent: int | None, first: date | None, last: date | None) -> UnitState:
        node = UnitNode(id_, f"c{id_}", f"n{id_}", "commune", parent, "Z", False)
        return UnitState(node, first, last)

    # 77 with its ward 3 became part of 79; the ward became the new ward 4 there.
    eras = UnitEras(
        [state(77, None, None, end), state(3, 77, None, end), state(79, None, None, None),
         state(4, 79, end, None)],
        {77: [(79, Fraction(1))], 3: [(4, Fraction(1))]},
    )  # fmt: skip

    was, became = (draw(eras, date(2025, 12, 31)) for draw in (as_it_was, map_of))

    assert set(was.pool(79)) == set(became.pool(79)) == {79, 77, 3, 4}
    assert was.pool(4) == [4]  # what it did itself
    assert set(became.pool(4)) == {4, 3}
    before = as_it_was(eras, date(2025, 6, 30))
    assert set(before.pool(77)) == {77, 3}
    # Facts of before it began, should any have come in, are those of what it belongs to first.
    assert set(before.pool(79)) == {79, 4}
    assert [node.id for node in before.descendants(79)] == []
