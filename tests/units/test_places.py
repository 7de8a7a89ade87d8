"""A point for every unit."""

from __future__ import annotations

from datetime import date

import pytest

from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind
from phucvu.units.places import places
from tests.dossiers import unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_own_then_below_then_later_then_above() -> None:
    top = unit("P", kind=Kind.PROVINCE)
    office = unit("P.TP", top, Kind.DEPARTMENT)
    placed = unit("1", top, latitude=10.0, longitude=106.0)
    old, silent = unit("2", top), unit("3", top)
    actions.merge(
        Mandate(decision_of("x"), date(2025, 7, 1)), [old],
        Newcomer("2", "Mới", "commune", top, latitude=12.0, longitude=108.0),
    )  # fmt: skip

    before = places(date(2025, 6, 30))

    assert before[placed.pk] == (10.0, 106.0)
    assert before[old.pk] == (12.0, 108.0)
    assert before[top.pk] == (11.0, 107.0)
    assert before[office.pk] == before[silent.pk] == (11.0, 107.0)
    assert old.pk not in places(date(2025, 7, 1))


def test_nothing_is_made_up() -> None:
    unit("P", kind=Kind.PROVINCE)

    assert places(date(2026, 1, 1)) == {}
