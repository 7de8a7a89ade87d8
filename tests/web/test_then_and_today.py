"""Pages as it was, and on today's map."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client

from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from tests.dossiers import dossier, store, unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def merged(measures: None) -> Iterator[SimpleNamespace]:
    """Two wards of a city that became one on 1 July 2025, under a code one of them had."""
    with time_machine.travel("2026-11-20T03:00:00+00:00", tick=False):
        province = unit("P", kind=Kind.PROVINCE)
        city = unit("C", province, Kind.DISTRICT)
        first, second = unit("1", city), unit("2", city)
        for ward, many in ((first, 3), (second, 4)):
            store(
                *(
                    dossier(f"{ward.code}-{n}", ward, "2025-03-03", status=9,
                            finished_at="2025-03-05")
                    for n in range(many)
                )
            )  # fmt: skip
        mandate = Mandate(decision_of("1685/NQ-UBTVQH15"), date(2025, 7, 1))
        actions.merge(mandate, [first, second], Newcomer("1", "Phường Mới", "commune", province))
        actions.end(mandate, city)
        new = Unit.objects.get(code="1", valid_to=None)
        store(dossier("n-1", new, "2026-03-03", status=9, finished_at="2026-03-05"))
        yield SimpleNamespace(first=first, second=second, new=new)


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_code_means_who_bore_it_in_the_period(client: Client, merged: SimpleNamespace) -> None:
    assert "<h1>Đơn vị 1</h1>" in get(client, "/don-vi/1/?ky=2025-H1")
    assert "<h1>Phường Mới</h1>" in get(client, "/don-vi/1/?ky=2026-H1")
    assert "<h1>Phường Mới</h1>" in get(client, "/don-vi/1/")
    # One that ended is shown in a period it was there in.
    assert "<h1>Đơn vị 2</h1>" in get(client, "/don-vi/2/")


def test_the_two_views_of_one_period(client: Client, merged: SimpleNamespace) -> None:
    then = get(client, "/don-vi/1/?ky=2025-H1")
    today = get(client, "/don-vi/1/?ky=2025-H1&ban-do=nay")

    assert '<span data-number="d-2.1">3</span>' in then
    assert '<span data-number="d-2.1">7</span>' in today
    assert "<h1>Phường Mới</h1>" in today
    assert '<option value="nay" selected>' in today
    board = get(client, "/bang-xep-hang/P/?ky=2025-H1&ban-do=nay")
    assert "Phường Mới" in board
    assert "ky=2025-H1&amp;ban-do=nay" in board
    assert 'id="u-2"' not in board
    assert 'id="u-2"' in get(client, "/bang-xep-hang/C/?ky=2025-H1")


def test_who_is_not_on_the_map_is_not_found(client: Client, merged: SimpleNamespace) -> None:
    for address in ("/don-vi/2/?ky=2026", "/don-vi/2/?ky=2025-H1&ban-do=nay", "/don-vi/x/"):
        assert client.get(address).status_code == 404, address
    assert client.get("/don-vi/1/?ky=nonsense").status_code == 404


def test_a_page_tells_the_units_life(client: Client, merged: SimpleNamespace) -> None:
    old = get(client, "/don-vi/2/")
    assert '<a href="/don-vi/1/">Phường Mới</a>' in old
    assert "1685/NQ-UBTVQH15" in old
    assert '<a href="/don-vi/2/?ky=2025-06">Đơn vị 2</a>' in get(client, "/don-vi/1/")


def test_a_component_and_the_top_page_follow_too(client: Client, merged: SimpleNamespace) -> None:
    page = get(client, "/chi-so/2.1/?don-vi=1&ky=2025-H1&ban-do=nay")
    assert '<span data-number="d">7</span>' in page
    assert get(client, "/?ban-do=nay")


def test_a_line_over_a_reorganisation_is_marked(client: Client, merged: SimpleNamespace) -> None:
    with time_machine.travel("2026-11-20T03:00:00+00:00", tick=False):
        store(dossier("1-new", merged.new, "2025-08-04", status=9, finished_at="2025-08-05"))
        page = get(client, "/chi-so/2.1/?don-vi=1&ky=2025&ban-do=nay")
        assert "01/07/2025: đơn vị được sắp xếp lại" in page
        assert '"marks":[{"at":1,"word":"sắp xếp lại"}]' in html.unescape(page)
