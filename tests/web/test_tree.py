"""The tree of units on any day."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from tests.dossiers import unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def merged(db: None) -> Unit:
    top = unit("P", kind=Kind.PROVINCE)
    old = unit("1", top)
    Unit.objects.filter(pk=old.pk).update(name="Phường Đống Đa")
    day = Mandate(decision_of("1685/NQ-UBTVQH15"), date(2025, 7, 1))
    actions.merge(day, [old], Newcomer("1", "Phường Vũng Tàu", "commune", top))
    return top


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_branch_is_fetched_when_it_is_opened(client: Client, merged: Unit) -> None:
    page = get(client, "/cay-don-vi/")
    assert f'data-lazy="/cay-don-vi/{merged.pk}/' in page
    assert "Phường Vũng Tàu" not in page
    assert "Phường Vũng Tàu" in get(client, f"/cay-don-vi/{merged.pk}/")
    assert "Phường Đống Đa" in get(client, f"/cay-don-vi/{merged.pk}/?ngay=2025-06-30")
    assert client.get("/cay-don-vi/0/").status_code == 404


def test_a_search_needs_no_marks(client: Client, merged: Unit) -> None:
    page = get(client, "/cay-don-vi/?tim=vung+TAU")
    assert '<a href="/don-vi/1/">Phường Vũng Tàu</a>' in page
    assert "Đơn vị P" in page
    past = get(client, "/cay-don-vi/?tim=dong da&ngay=2025-06-30")
    assert '<a href="/don-vi/1/?ky=2025-06">Phường Đống Đa</a>' in past
    assert "Phường Đống Đa" not in get(client, "/cay-don-vi/?tim=dong da")
    assert client.get("/cay-don-vi/?ngay=yesterday").status_code == 404


def test_the_administration_shows_history_and_lets_nobody_write_it(
    client: Client, merged: Unit
) -> None:
    client.force_login(User.objects.create_superuser("chief"))
    old = Unit.objects.get(code="1", valid_to__isnull=False)
    page = get(client, f"/admin/units/unit/{old.pk}/change/")
    assert "Phường Vũng Tàu" in page
    assert "/cay-don-vi/?tim=1&amp;ngay=2025-06-30" in page
    assert "1685/NQ-UBTVQH15" in get(client, "/admin/units/reorganisation/")
    assert client.get("/admin/units/reorganisation/add/").status_code == 403
