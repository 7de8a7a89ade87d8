"""The units as trees, of any day."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode, load_eras, load_tree

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def units(db: None) -> SimpleNamespace:
    """A province with a district (until 1 July 2025) and two communes, one of them new."""
    end = date(2025, 7, 1)
    province = Unit.objects.create(code="H44", name="Tỉnh", kind="province")
    district = Unit.objects.create(
        code="H44.20", name="Huyện", kind="district", parent=province, valid_to=end
    )
    return SimpleNamespace(
        province=province,
        district=district,
        below=Unit.objects.create(
            code="26536", name="Phường 10", kind="commune", parent=district, valid_to=end
        ),
        renewed=Unit.objects.create(
            code="26536", name="Rạch Dừa", kind="commune", parent=province, valid_from=end
        ),
        orphan=Unit.objects.create(code="99999", name="Xã", kind="commune", parent=district),
    )


def names(nodes: list[UnitNode]) -> list[str]:
    return [node.name for node in nodes]


def test_a_code_means_the_unit_in_force_that_day(units: SimpleNamespace) -> None:
    before, after = load_tree(date(2025, 6, 30)), load_tree(date(2025, 7, 1))

    assert [tree.by_code("26536").name for tree in (before, after)] == ["Phường 10", "Rạch Dừa"]  # type: ignore[union-attr]
    assert before.get(units.renewed.pk) is None
    assert units.below.pk in before
    assert units.below.pk not in after


def test_it_is_walked_up_and_down(units: SimpleNamespace) -> None:
    tree = load_tree(date(2025, 6, 30))

    assert names(tree.roots) == ["Tỉnh"]
    assert names(tree.children(units.province.pk)) == ["Huyện"]
    assert names(tree.descendants(units.province.pk)) == ["Huyện", "Phường 10", "Xã"]
    assert names(tree.ancestors(units.below.pk)) == ["Huyện", "Tỉnh"]
    assert names(tree.path(units.below.pk)) == ["Tỉnh", "Huyện", "Phường 10"]
    assert len(tree) == len(list(tree)) == 4


def test_what_is_not_here_has_no_relatives(units: SimpleNamespace) -> None:
    tree = load_tree(date(2025, 6, 30))

    assert tree.get(0) is None
    assert tree.by_code("x") is None
    assert tree.children(0) == tree.descendants(0) == tree.ancestors(0) == tree.path(0) == []


def test_a_unit_whose_parent_has_ended_is_a_root(units: SimpleNamespace) -> None:
    tree = load_tree(date(2026, 1, 1))

    assert names(tree.roots) == ["Xã", "Tỉnh"]
    assert tree.get(units.orphan.pk).parent_id is None  # type: ignore[union-attr]


def test_today_is_the_default(units: SimpleNamespace) -> None:
    # Already 1 July in Vietnam.
    with time_machine.travel("2025-06-30T17:00:00+00:00", tick=False):
        assert load_tree().by_code("26536").name == "Rạch Dừa"  # type: ignore[union-attr]


def test_one_query_serves_a_tree_and_every_era(units: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        eras = load_eras()
        trees = [eras.on(date(year, 1, 1)) for year in range(2000, 2030)]

    assert len(queries) == 1
    assert len(set(map(id, trees))) == 2


def test_units_in_question_come_with_what_they_belong_to(units: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        eras = load_eras(codes={"26536", "no such"})

    assert len(queries) == 1
    assert eras.knows("26536")
    assert not eras.knows("no such")
    assert units.orphan.pk not in eras
    assert eras.within(units.province.pk, units.below.pk)
    assert eras.on(date(2025, 1, 1)).by_code("26536").id == units.below.pk  # type: ignore[union-attr]
    assert units.district.pk in load_eras(ids=[units.orphan.pk])
    assert units.province.pk not in load_eras(codes=set())


def test_belonging_does_not_end_with_a_unit(units: SimpleNamespace) -> None:
    eras = load_eras()

    assert eras.within(units.district.pk, units.district.pk)
    assert eras.within(units.province.pk, units.orphan.pk)
    assert not eras.within(units.district.pk, units.renewed.pk)
    assert not eras.within(units.district.pk, None)


def test_units_that_are_each_others_parent_do_no_harm(db: None) -> None:
    first = Unit.objects.create(code="1", name="a", kind="commune")
    second = Unit.objects.create(code="2", name="b", kind="commune", parent=first)
    first.parent = second
    first.save()

    tree, eras = load_tree(), load_eras(codes={"1"})

    assert len(tree.ancestors(first.pk)) == 2
    assert not eras.within(0, first.pk)
    assert tree.roots == []
