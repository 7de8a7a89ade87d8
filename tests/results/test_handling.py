"""Procedures as they are handled: by the scorecard's rules, over a subtree, few ones not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches

from phucvu.results.boards import unit_score
from phucvu.results.handling import Handled, handled_in, is_told, name_of, procedures_of, rules
from phucvu.scorecards import load
from phucvu.scoring import Counted, Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import UnitNode, UnitTree, load_tree
from tests import dossiers
from tests.dossiers import dossier, store, unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 4, 20, tzinfo=UTC)
QUARTER = Period.parse("2026-Q1")
CODE = "1.000001"


@pytest.fixture
def tree(settings: Any) -> UnitTree:
    """A city of two wards: one finished dossiers in 2, 4, 6 and 20 days, the other one in 8.

    The other ward also has one that is overdue, and one of another procedure.
    """
    settings.PHUCVU_SMALLEST_CELL = 0
    caches["process"].clear()
    city = unit("VT", kind=Kind.DISTRICT)
    one, other = unit("VT.1", city), unit("VT.2", city)
    for number, days in enumerate((4, 20, 2, 6)):
        end = f"2026-03-{2 + days:02d}T08:00"
        store(dossier(f"A-{number}", one, status=9, finished_at=end, channel="online"))
    store(
        dossier("B-1", other, status=9, finished_at="2026-03-10T08:00"),
        dossier("B-2", other, procedure_code="1.000002", procedure_name="Cấp thẻ"),
        dossier("B-3", other, received="2026-02-02T08:00"),
    )
    return load_tree()


def node(tree: UnitTree, code: str) -> UnitNode:
    found = tree.by_code(code)
    assert found is not None
    return found


def test_one_procedure_in_each_unit_and_over_all_below(tree: UnitTree) -> None:
    city, below = handled_in(CODE, node(tree, "VT"), QUARTER, tree, now=NOW)
    one, other = (below[node(tree, code).id] for code in ("VT.1", "VT.2"))
    assert (city.dossiers, one.dossiers, other.dossiers) == (6, 4, 2)
    # Promised after ten days: the one of 20 days and the one still open are late.
    assert figure(city, "2.1") == Counted(4, 6)
    assert figure(one, "2.1") == Counted(3, 4)
    assert figure(other, "2.1") == Counted(1, 2)
    assert figure(city, "3.3") == Counted(4, 6)
    days = city.components["2.2"]
    assert days is not None
    assert days.ratio == Decimal("8.00")
    assert (city.median, one.median, other.median) == (6, 5, 8)


def figure(handled: Handled, id_: str) -> Counted | None:
    result = handled.components[id_]
    return result.figure if result and isinstance(result.figure, Counted) else None


def test_the_procedures_of_a_unit(tree: UnitTree) -> None:
    found = procedures_of(node(tree, "VT"), QUARTER, tree, now=NOW)
    assert [(name.code, handled.dossiers) for name, handled in found] == [
        (CODE, 6),
        ("1.000002", 1),
    ]
    assert figure(found[0][1], "2.1") == Counted(4, 6)
    assert found[1][0].name == "Cấp thẻ"


def test_procedures_pool_to_the_unit_itself(tree: UnitTree) -> None:
    city = node(tree, "VT")
    whole = unit_score(city, QUARTER, tree=tree, now=NOW).result.indicators
    found = [handled for _, handled in procedures_of(city, QUARTER, tree, now=NOW)]
    for rule in rules(load("qd766-portal-2026")):
        figures = [each for handled in found if (each := figure(handled, rule.id))]
        assert whole[rule.id].figure == Counted(
            sum(each.numerator for each in figures), sum(each.denominator for each in figures)
        )


@pytest.fixture
def busy(tree: UnitTree, settings: Any) -> UnitTree:
    """The same city, with one dossier of a third procedure and many of two more in each ward."""
    settings.PHUCVU_SMALLEST_CELL = 5
    wards = {code: Unit.objects.get(code=code) for code in ("VT.1", "VT.2")}
    many = [
        dossier(f"{code}-{procedure}-{n}", ward, procedure_code=procedure)
        for code, ward in wards.items()
        for procedure in ("1.000004", "1.000005")
        for n in range(20)
    ]
    store(dossier("B-9", wards["VT.2"], procedure_code="1.000003"), *many)
    return tree


def test_few_dossiers_are_not_told(busy: UnitTree) -> None:
    city = node(busy, "VT")
    found = {name.code: handled for name, handled in procedures_of(city, QUARTER, busy, now=NOW)}
    assert {code: handled.dossiers for code, handled in found.items()} == {
        "1.000005": 40,
        # In the next quarter three are carried over, one of each: without one of many beside
        # them, the city's total would tell how many.
        "1.000004": None,
        CODE: None,
        "1.000002": None,
        "1.000003": None,
    }
    assert found["1.000003"].components == {}
    # What is hidden in the list is hidden on its own page.
    own, below = handled_in(CODE, city, QUARTER, busy, now=NOW)
    assert (own.dossiers, own.median, below) == (None, None, {})


def test_a_small_cell_is_not_what_other_cells_leave(busy: UnitTree) -> None:
    """The ward's four would be its total less its other procedures, and these the city's less
    the other ward's."""
    city, wards = node(busy, "VT"), [node(busy, "VT.1"), node(busy, "VT.2")]
    for ward in wards:
        listed = procedures_of(ward, QUARTER, busy, now=NOW)
        found = {name.code: handled.dossiers for name, handled in listed}
        assert found[CODE] is None
        assert (found["1.000004"], found["1.000005"]) == (None, 20)
    own, below = handled_in("1.000005", city, QUARTER, busy, now=NOW)
    assert own.dossiers == 40
    assert {below[ward.id].dossiers for ward in wards} == {20}


def test_nothing_is_told_of_a_period_that_has_not_begun(busy: UnitTree) -> None:
    city = node(busy, "VT")
    assert procedures_of(city, Period.parse("2026-Q3"), busy, now=NOW) == []


def test_of_a_unit_that_changed_within_the_year_nothing_is_told_by_procedure(
    busy: UnitTree,
) -> None:
    """A ward with one that ended is not the ward of today: less one of the two is the other."""
    grown = [
        replace(each, parent_id=node(busy, "VT.1").id) if each.code == "VT.2" else each
        for each in busy
    ]
    other = UnitTree(grown)
    assert procedures_of(node(busy, "VT.1"), QUARTER, busy, now=NOW)
    assert procedures_of(node(other, "VT.1"), QUARTER, other, now=NOW) == []
    assert not is_told(node(other, "VT.1"), QUARTER, other, now=NOW)
    assert is_told(node(busy, "VT.1"), QUARTER, busy, now=NOW)


def test_a_name_nobody_knows(tree: UnitTree) -> None:
    assert name_of("9.999999") is None
    unit("H29")
    dossiers.listed("1.000002", name="Theo danh mục")
    known = name_of("1.000002")
    assert known is not None
    assert known.name == "Theo danh mục"
