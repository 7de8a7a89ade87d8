"""The policy itself: intervals, descendants, delegation."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from phucvu.accounts.policy import (
    BY_KEY,
    TABLE,
    Answer,
    Held,
    Hindrance,
    Resource,
    Role,
    Standing,
    Who,
    answer,
    decide,
    hindrance,
    reach,
)

DAY = date(2026, 11, 20)
MONTH = timedelta(days=30)
# Unit 3 belongs to 2, which belongs to 1; 4 belongs to 1.
PATHS = {1: (1,), 2: (2, 1), 3: (3, 2, 1), 4: (4, 1)}


def who(*held: Held, administrator: bool = False) -> Who:
    standings = {Standing.ANYONE, Standing.ACCOUNT}
    return Who(frozenset(standings | ({Standing.ADMINISTRATOR} if administrator else set())), held)


def of(role: Role, unit: int, first: date = DAY - MONTH, end: date = DAY + MONTH) -> Held:
    return Held(role, unit, first, end)


def test_a_grant_counts_from_its_first_day_up_to_its_end() -> None:
    held = who(of(Role.HEAD, 2, DAY, DAY + timedelta(days=2)))
    counts = [
        decide(held, Resource.DOSSIERS, DAY + timedelta(days=n), PATHS[2]) for n in range(-1, 4)
    ]
    assert counts == [False, True, True, False, False]


def test_a_grant_covers_what_is_below_on_the_day() -> None:
    head = who(of(Role.HEAD, 2))
    assert [unit for unit, path in PATHS.items() if decide(head, Resource.DOSSIERS, DAY, path)] == [
        2,
        3,
    ]
    # Unit 3 moved under 4: it is out of reach, with no change to the grant.
    assert not decide(head, Resource.DOSSIERS, DAY, (3, 4, 1))


def test_roles_add_up() -> None:
    both = who(of(Role.OFFICER, 3), of(Role.AUDITOR, 4))
    assert decide(both, Resource.BRING, DAY, PATHS[3])
    assert not decide(both, Resource.BRING, DAY, PATHS[4])
    assert answer(both, Resource.DOSSIERS, DAY) is Answer.SUBTREE


def test_every_thing_stands_in_the_table_and_nothing_more_than_is_named() -> None:
    assert set(TABLE) == set(Resource)
    assert {answer for row in TABLE.values() for answer in row.values()} <= set(Answer)
    for thing in BY_KEY:
        assert Standing.ADMINISTRATOR not in TABLE[thing]


ROLES = st.sampled_from(list(Role))
DAYS = st.integers(-60, 60).map(lambda days: DAY + timedelta(days=days))
HELD = st.builds(Held, ROLES, st.sampled_from(sorted(PATHS)), DAYS, DAYS)


@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(PATHS)), DAYS, DAYS, ROLES)
def test_what_is_passed_on_never_exceeds_what_was_held(
    held: list[Held], unit: int, first: date, end: date, role: Role
) -> None:
    giver = who(*held)
    if hindrance(giver, PATHS[unit], first, end, day=DAY) is not None:
        return
    given_on = who(Held(role, unit, first, end))
    for days in range(-60, 61):
        day = DAY + timedelta(days=days)
        for path in PATHS.values():
            if decide(given_on, Resource.GRANTS, day, path):
                assert decide(giver, Resource.GRANTS, day, path)


@given(st.lists(HELD, max_size=4), st.sampled_from(list(Resource)), st.sampled_from(sorted(PATHS)))
def test_a_unit_is_let_in_exactly_where_it_is_within_reach(
    held: list[Held], thing: Resource, unit: int
) -> None:
    giver = who(*held)
    assert decide(giver, thing, DAY, PATHS[unit]) == reach(giver, thing, DAY).covers(PATHS[unit])


def test_why_a_grant_is_hindered() -> None:
    centre = who(of(Role.IT_CENTRE, 2))
    tomorrow, later = DAY + timedelta(days=1), DAY + 2 * MONTH

    def why(giver: Who, unit: int, end: date = tomorrow, **more: bool) -> Hindrance | None:
        return hindrance(giver, PATHS[unit], DAY, end, day=DAY, **more)

    assert why(centre, 3) is None
    assert why(centre, 4) is Hindrance.OTHER_UNIT
    assert why(centre, 1) is Hindrance.OTHER_UNIT
    assert why(centre, 3, later) is Hindrance.TOO_LONG
    assert why(centre, 3, DAY) is Hindrance.BACKWARDS
    assert why(centre, 3, to_oneself=True) is Hindrance.SELF
    assert why(who(of(Role.HEAD, 1)), 3) is Hindrance.NOT_ALLOWED
    assert why(who(administrator=True), 1, later) is None
