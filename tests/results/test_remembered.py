"""Stated figures are gathered once, and anew as soon as anything about them changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from phucvu.intake.models import Batch
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import StatedFigure
from phucvu.results import remembered
from phucvu.results import stated as results_stated
from phucvu.results.boards import unit_score
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.figures import stated

YEAR = Period.parse("2026")
# Within a transaction nothing is remembered.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def province():
    top = Unit.objects.create(code="T", name="Tỉnh", kind=Kind.PROVINCE)
    for number in (1, 2):
        Unit.objects.create(code=f"T.{number}", name="Xã", kind=Kind.COMMUNE, parent=top)
    return top


def of(code: str, *, as_of=None):
    tree = load_tree()
    unit = tree.by_code(code)
    assert unit is not None
    found = unit_score(unit, YEAR, tree=tree, now=timezone.now(), as_of=as_of)
    return found.result.indicators["2.1"].figure


def say(code: str, numerator: int, as_of: str = "2026-03-01T08:00:00+07:00") -> StatedFigure:
    return stated(
        Unit.objects.get(code=code), as_of, period="2026", indicator="2.1",
        numerator=numerator, denominator=100,
    )  # fmt: skip


@contextmanager
def readings() -> Iterator[list[object]]:
    """How often figures are read from the store meanwhile."""
    read = results_stated._standing
    found: list[object] = []

    def noted(*asked):
        found.append(asked)
        return read(*asked)

    with patch.object(results_stated, "_standing", noted):
        yield found


def test_figures_are_read_once_until_one_is_stated(province):
    say("T.1", 50)
    with readings() as read:
        assert [of("T").numerator for _ in range(3)] == [50, 50, 50]
        assert len(read) == 1
        say("T.2", 40)
        assert [of("T").numerator for _ in range(3)] == [90, 90, 90]
        assert len(read) == 2


def test_a_withdrawn_batch_is_forgotten(province):
    say("T.1", 50)
    say("T.2", 40)
    assert of("T").numerator == 90
    withdraw(Batch.objects.latest("pk").pk, "test", "sent by mistake")
    assert of("T").numerator == 50


def test_moving_moments_are_one_as_long_as_nothing_was_stated_between(province):
    say("T.1", 50, "2026-03-01T08:00:00+07:00")
    say("T.1", 70, "2026-05-01T08:00:00+07:00")
    april = datetime(2026, 4, 1, tzinfo=UTC)
    with readings() as read:
        for hours in range(3):
            assert of("T", as_of=april + timedelta(hours=hours)).numerator == 50
    assert len(read) == 1
    assert of("T").numerator == 70


def test_what_is_read_in_a_transaction_is_not_remembered(province):
    say("T.1", 50)
    with transaction.atomic():
        say("T.1", 60)
        assert of("T").numerator == 60
        transaction.set_rollback(True)
    assert of("T").numerator == 50


def test_another_tree_is_gathered_anew(province):
    say("T.1", 50)
    say("T.2", 40)
    assert of("T").numerator == 90
    other = Unit.objects.create(code="S", name="Tỉnh khác", kind=Kind.PROVINCE)
    moved = Unit.objects.get(code="T.2")
    moved.parent = other
    moved.save()
    assert of("T").numerator == 50
    assert of("S").numerator == 40


def test_nothing_is_remembered_longer_than_changes_are_kept(province):
    say("T.1", 50)
    of("T")
    later = remembered.monotonic() + 3_600
    with patch.object(remembered, "monotonic", lambda: later), readings() as read:
        of("T")
        of("T")
    assert len(read) == 1


def test_the_least_asked_for_is_forgotten(province, monkeypatch):
    say("T.1", 50)
    monkeypatch.setattr(remembered, "_MOST_UNITS", 2)
    memory = remembered.Remembered()
    tree = load_tree()
    asked = []

    def gather(unit: int):
        asked.append(unit)
        return {unit: object()}

    for unit in (1, 2, 1, 3, 1, 2):
        memory.get(unit, tree, lambda unit=unit: gather(unit))
    assert asked == [1, 2, 3, 2]
