"""The units as trees, of any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
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
    eras = load_eras()
    with CaptureQueriesContext(connection) as queries:
        again = load_eras()
        trees = [again.on(date(year, 1, 1)) for year in range(2000, 2030)]

    assert again is eras
    assert len(queries) == 1
    assert len(set(map(id, trees))) == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda unit: Unit.objects.filter(pk=unit.pk).update(name="Anders"),
        lambda unit: Unit.objects.bulk_create([Unit(code="n", name="n", kind="commune")]),
        lambda unit: Unit.objects.bulk_update([unit], ["name"]),
        lambda unit: unit.save(),
        lambda unit: Unit.objects.filter(pk=unit.pk).delete(),
        lambda unit: unit.delete(),
    ],
    ids=["update", "bulk_create", "bulk_update", "save", "delete all", "delete"],
)
def test_a_write_is_seen_at_once(units: SimpleNamespace, write: Callable[[Unit], None]) -> None:
    before = load_eras()

    write(units.orphan)

    assert load_eras() is not before
    assert len(list(load_eras())) == Unit.objects.count()


def test_what_was_rolled_back_was_never_kept(units: SimpleNamespace) -> None:
    before = load_eras()
    with transaction.atomic():
        Unit.objects.filter(pk=units.orphan.pk).update(name="Anders")
        assert load_eras().latest(units.orphan.pk).node.name == "Anders"  # type: ignore[union-attr]
        transaction.set_rollback(True)

    assert load_eras().latest(units.orphan.pk) == before.latest(units.orphan.pk)


def test_a_subtree_is_what_a_walk_finds(units: SimpleNamespace) -> None:
    tree = load_tree(date(2025, 6, 30))

    def walk(unit_id: int) -> list[UnitNode]:
        return [n for child in tree.children(unit_id) for n in (child, *walk(child.id))]

    for node in tree:
        assert tree.descendants(node.id) == walk(node.id)


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

    tree, eras = load_tree(), load_eras()

    assert len(tree.ancestors(first.pk)) == 2
    assert tree.descendants(first.pk) == []
    assert not eras.within(0, first.pk)
    assert tree.roots == []
