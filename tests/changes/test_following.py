"""The change log: its order, what a follower is told, and that old stores keep theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from phucvu.changes import following, publishing
from phucvu.changes.models import Change

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def publish(*units: int, stated: bool = False) -> int:
    with transaction.atomic():
        publishing.publish(units, stated=stated)
    return following.newest()


def test_an_empty_log_is_at_its_beginning():
    assert following.newest() == following.newest_stated() == 0
    assert following.newest_change() == (0, None)
    assert following.after(0, 10) == []
    assert not following.is_swept(0)


def test_nothing_changed_is_no_change():
    assert publish() == 0


def test_a_follower_is_told_what_came_after_in_its_order():
    first = publish(3, 1, 3)
    second = publish(7, stated=True)
    third = publish(2)
    assert first < second < third == following.newest()
    assert following.newest_stated() == second
    assert following.newest_change()[0] == third
    assert [(p.number, p.units) for p in following.after(first, 10)] == [
        (second, [7]),
        (third, [2]),
    ]
    assert [p.number for p in following.after(0, 2)] == [first, second]


def test_a_follower_learns_that_it_missed_what_was_swept():
    first = publish(1)
    publish(2)
    publish(3)
    assert not following.is_swept(first)
    Change.objects.filter(pk__lte=first + 1).delete()
    assert following.is_swept(first)
    assert not following.is_swept(first + 1)


def test_changes_are_kept_for_an_hour(monkeypatch):
    monkeypatch.setattr(publishing, "_SWEEP_EVERY", 1)
    old = publish(1)
    Change.objects.filter(pk=old).update(moment=timezone.now() - timedelta(hours=2))
    new = publish(2)
    assert [p.number for p in following.after(0, 10)] == [new]


@pytest.mark.django_db(transaction=True)
def test_a_store_of_before_keeps_its_log():
    executor = MigrationExecutor(connection)
    before = [("counters", "0005_cancelled_payments"), ("changes", None)]
    try:
        state = executor.migrate(before)
        log = state.apps.get_model("counters", "Change")
        log.objects.create(unit_ids=[4], stated=True)
        number = log.objects.create(unit_ids=[5]).pk
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert [(p.number, p.units) for p in following.after(0, 10)] == [
        (number - 1, [4]),
        (number, [5]),
    ]
    assert following.newest_stated() == number - 1
    assert publish(6) == number + 1
