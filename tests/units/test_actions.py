"""Reorganising units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.contrib.auth.models import User

from phucvu.changes.models import Change
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.consistency import contradictions
from phucvu.units.mandate import Mandate, ReorganisationError, decision_of
from phucvu.units.models import PastState, Reorganisation, Succession, Unit
from phucvu.units.tree import load_eras, load_tree

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BEFORE, DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def places(db: None) -> dict[str, Unit]:
    """Two provinces, a district and two wards in the first."""
    made: dict[str, Unit] = {}
    for code, kind, parent in (
        ("A", "province", None), ("B", "province", None), ("A1", "district", "A"),
        ("w1", "commune", "A1"), ("w2", "commune", "A1"),
    ):  # fmt: skip
        made[code] = Unit.objects.create(
            code=code, name=f"Tên {code}", kind=kind, parent=made.get(parent or "")
        )
    return made


def by(on: date = DAY, actor: Any = None) -> Mandate:
    return Mandate(decision_of("1685/NQ-UBTVQH15", issued_by="UBTVQH"), on, actor)


def new(code: str, parent: Unit | None = None, kind: str = "commune") -> Newcomer:
    return Newcomer(code, f"Mới {code}", kind, parent)


def test_a_unit_keeps_its_id_through_new_name_kind_code_and_parent(places: dict[str, Unit]) -> None:
    unit = places["A1"]
    first = by()
    actions.rename(first, unit, "Thành phố A1")
    actions.change_kind(first, unit, "department")
    actions.change_code(by(date(2026, 1, 1)), unit, "A9")
    actions.move(by(date(2026, 4, 30)), unit, places["B"])

    seen = [
        (node.code, node.name, node.kind, node.parent_id)
        for day in (BEFORE, DAY, date(2026, 1, 1), date(2026, 4, 30))
        if (node := load_tree(day).get(unit.pk))
    ]
    a, b = places["A"].pk, places["B"].pk
    assert seen == [
        ("A1", "Tên A1", "district", a),
        ("A1", "Thành phố A1", "department", a),
        ("A9", "Thành phố A1", "department", a),
        ("A9", "Thành phố A1", "department", b),
    ]
    # What lies below comes along; the two changes of one day are one state.
    assert places["w1"].pk in {n.id for n in load_tree(date(2026, 5, 1)).descendants(b)}
    assert PastState.objects.count() == 3
    assert [r.act for r in Reorganisation.objects.order_by("id")] == [
        "rename", "change_kind", "change_code", "move",
    ]  # fmt: skip
    assert load_eras().knows("A1")


def test_a_merger_into_a_new_unit_that_takes_over_a_code(places: dict[str, Unit]) -> None:
    done = actions.merge(
        by(), [places["w1"], places["w2"]], Newcomer("w2", "Phường Mới", "commune", places["A"])
    )

    after = Unit.objects.get(code="w2", valid_to=None)
    assert load_tree(BEFORE).by_code("w2").id == places["w2"].pk  # type: ignore[union-attr]
    assert load_tree(DAY).by_code("w2").id == after.pk  # type: ignore[union-attr]
    assert load_eras().successors == {
        places["w1"].pk: [(after.pk, Fraction(1))],
        places["w2"].pk: [(after.pk, Fraction(1))],
    }
    assert set(done.units.values_list("code", flat=True)) == {"w1", "w2"}
    assert str(done.decision) == "1685/NQ-UBTVQH15"


def test_a_merger_into_a_unit_that_goes_on(places: dict[str, Unit]) -> None:
    actions.merge(by(), [places["w1"]], places["w2"])

    places["w2"].refresh_from_db()
    assert places["w2"].valid_to is None
    assert Succession.objects.get().after == places["w2"]


def test_a_split_with_exact_shares(places: dict[str, Unit]) -> None:
    third = Fraction(1, 3)
    actions.split(
        by(), places["w1"],
        [(places["w2"], third), (new("n1", places["A1"]), third), (new("n2", places["A1"]), third)],
    )  # fmt: skip

    parts = load_eras().successors[places["w1"].pk]
    assert [share for _, share in parts] == [third] * 3
    assert sum(share for _, share in parts) == 1


def test_an_end_with_all_below(places: dict[str, Unit]) -> None:
    actions.end(by(), places["A1"], with_all_below=True)

    assert [node.code for node in load_tree(DAY)] == ["A", "B"]
    assert len(load_tree(BEFORE)) == 5


HALF = Fraction(1, 2)
Places = dict[str, Unit]

# what is tried → the act, and what the refusal names
REFUSED: dict[str, tuple[Callable[[Places], object], str]] = {
    "end with units below": (lambda u: actions.end(by(), u["A1"]), "A1.+w1.+w2"),
    "cycle": (lambda u: actions.move(by(), u["A"], u["A1"]), "A1"),
    "under itself": (lambda u: actions.move(by(), u["A"], u["A"]), "A"),
    "code in use": (lambda u: actions.change_code(by(), u["w1"], "w2"), "Tên w2"),
    "code in use by a newcomer": (lambda u: actions.create(by(), new("w1", u["A"])), "Tên w1"),
    "shares below one": (
        lambda u: actions.split(by(), u["w1"], [(new("x"), HALF), (u["w2"], Fraction(1, 3))]),
        "5/6",
    ),
    "one part": (lambda u: actions.split(by(), u["w1"], [(u["w2"], Fraction(1))]), "1"),
    "a part twice": (
        lambda u: actions.split(by(), u["w1"], [(u["w2"], HALF), (u["w2"], HALF)]),
        "once|một lần",
    ),
    "merge into a source": (lambda u: actions.merge(by(), [u["w1"], u["w2"]], u["w2"]), "w2"),
    "merge the same twice": (
        lambda u: actions.merge(by(), [u["w1"], u["w1"]], u["w2"]),
        "once|một lần",
    ),
    "same name": (lambda u: actions.rename(by(), u["B"], "Tên B"), "B"),
    "no name": (lambda u: actions.rename(by(), u["B"], " "), "200"),
    "unknown kind": (lambda u: actions.change_kind(by(), u["B"], "planet"), "planet"),
    "no decision": (lambda u: decision_of(" "), "number|số"),
    "child outlives parent": (
        lambda u: (actions.end(by(), u["w2"]), actions.create(by(), new("x", u["w2"]))),
        "w2",
    ),
    "into one that ended": (
        lambda u: (actions.end(by(), u["w2"]), actions.merge(by(), [u["w1"]], u["w2"])),
        "w2",
    ),
    "twice ended": (lambda u: (actions.end(by(), u["w1"]), actions.end(by(), u["w1"])), "w1"),
    "end before start": (
        lambda u: (
            actions.create(by(), new("x", u["A"])),
            actions.end(by(BEFORE), Unit.objects.get(code="x")),
        ),
        "2025-07-01",
    ),
    "change before a change": (
        lambda u: (actions.rename(by(), u["w1"], "x"), actions.rename(by(BEFORE), u["w1"], "y")),
        "2025-07-01",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_contradicts_the_known_is_refused(places: Places, case: str) -> None:
    attempt, names = REFUSED[case]

    with pytest.raises(ReorganisationError, match=names):
        attempt(places)


def test_a_refused_action_leaves_nothing_behind(places: dict[str, Unit]) -> None:
    before = list(load_eras())
    with pytest.raises(ReorganisationError):
        # The first part is begun before the second is found wanting.
        half = Fraction(1, 2)
        actions.split(
            by(), places["w1"], [(new("n", places["A"]), half), (new("w2", places["A"]), half)]
        )

    assert list(load_eras()) == before
    assert not Reorganisation.objects.exists()


def test_a_mandate_covers_every_unit_a_change_touches(places: dict[str, Unit]) -> None:
    clerk = User.objects.create_user("clerk")

    def of(*codes: str) -> Mandate:
        return Mandate(
            decision_of("1"), DAY, clerk, may=lambda unit: unit is not None and unit.code in codes
        )

    w1, w2, a1, b = (places[code] for code in ("w1", "w2", "A1", "B"))
    half = Fraction(1, 2)
    for refused in (
        lambda: actions.rename(of("w2"), w1, "x"),
        lambda: actions.move(of("w1"), w1, b),
        lambda: actions.move(of("w1"), w1, None),
        lambda: actions.create(of("w1"), new("w3", a1)),
        lambda: actions.create(of("w1"), new("w3")),
        lambda: actions.merge(of("w1"), [w1], w2),
        lambda: actions.merge(of("w1", "A1"), [w1, w2], new("w3", a1)),
        lambda: actions.split(of("w1"), w1, [(w2, half), (new("w3", a1), half)]),
        lambda: actions.end(of("A1"), a1, with_all_below=True),
    ):
        with pytest.raises(ReorganisationError):
            refused()
    assert not Reorganisation.objects.exists()

    done = actions.move(of("w1", "B"), w1, b)
    assert done.actor == clerk


def test_open_and_kept_pages_learn_of_a_reorganisation(places: dict[str, Unit]) -> None:
    assert not Change.objects.exists()
    actions.merge(by(), [places["w1"]], places["w2"])
    change = Change.objects.get()
    assert set(change.unit_ids) == {places["w1"].pk, places["w2"].pk}


def test_no_unit_lies_below_itself_on_any_day_whatever_was_entered_first(
    places: dict[str, Unit],
) -> None:
    """A change known already from a later day has not happened yet on the day of this one."""
    later, earlier = by(date(2026, 8, 1)), by(date(2026, 5, 1))
    actions.move(later, places["w1"], places["B"])
    with pytest.raises(ReorganisationError, match="2026-05-01"):
        actions.move(earlier, places["A1"], places["w1"])
    # From the later day on it may.
    actions.move(later, places["A1"], places["w1"])
    assert contradictions(load_eras()) == []


def test_nothing_ends_before_what_belonged_to_it_until_later(places: dict[str, Unit]) -> None:
    later, earlier = by(date(2026, 8, 1)), by(date(2026, 5, 1))
    for ward in ("w1", "w2"):
        actions.move(later, places[ward], places["B"])
    with pytest.raises(ReorganisationError, match="w1"):
        actions.end(earlier, places["A1"])
    actions.end(later, places["A1"])
    assert contradictions(load_eras()) == []
