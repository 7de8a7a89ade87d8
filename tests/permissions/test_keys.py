"""API keys at the desk: made once, replaced, ended, within reach only."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import Role
from phucvu.units.models import Unit
from tests.permissions.conftest import City, client_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = "/ban-lam-viec/khoa/"


@pytest.fixture
def centre(city: City) -> Client:
    """The IT centre of one ward."""
    return client_of(Role.IT_CENTRE, city.own)


def make(client: Client, unit: Unit, **changes: str):
    form = {"don-vi": f"{unit.code} {unit.name}", "ten": "Hệ thống tỉnh", "muc-dich": "read"}
    return client.post(f"{PAGE}moi/", form | changes)


def text_in(page: str) -> str:
    return re.findall(r'id="khoa">(pv_[^<]+)<', page)[0]


def post_dossiers(text: str) -> int:
    caller = Client(headers={"authorization": f"Bearer {text}"})
    return caller.post("/api/v1/dossiers", [], "application/json").status_code


def test_a_key_is_made_and_shown_once(city: City, centre: Client) -> None:
    made = make(centre, city.below, **{"muc-dich": "send", "den": "2099-12-31"})
    text = text_in(made.text)
    assert "no-store" in made["Cache-Control"]
    assert post_dossiers(text) == 200
    key = ApiKey.objects.get(prefix=text[:12])
    assert (key.unit, key.purpose, key.name) == (city.below, "send", "Hệ thống tỉnh")

    listed = centre.get(PAGE).text

    assert text[:12] in listed
    assert text not in listed
    assert "31/12/2099" in listed
    assert f"sender of {city.beside.code}" not in listed
    line = AuditEntry.objects.get(action="key.made")
    assert (line.actor, line.unit_code) == ("it_centre-H29.01", city.below.code)
    assert text not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    "changes",
    [{"don-vi": "KHONG"}, {"ten": " "}, {"muc-dich": "all"}, {"den": "2020-01-01"}, {"den": "x"}],
)
def test_a_wrong_form_makes_none(city: City, centre: Client, changes: dict[str, str]) -> None:
    before = ApiKey.objects.count()
    answer = make(centre, city.own, **changes)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert ApiKey.objects.count() == before


def test_a_key_is_replaced_and_ended(city: City, centre: Client) -> None:
    old, old_text = keys.issue(city.own, "sender")
    new_text = text_in(centre.post(f"{PAGE}{old.pk}/thay/", {"ngay": "7"}).text)
    assert (post_dossiers(old_text), post_dossiers(new_text)) == (200, 200)
    again = centre.post(f"{PAGE}{old.pk}/thay/", {"ngay": "7"}, follow=True)
    assert "thay" in again.text
    assert ApiKey.objects.filter(replaces=old).count() == 1
    for days in ("-1", "91", "x"):
        new = ApiKey.objects.get(replaces=old)
        assert centre.post(f"{PAGE}{new.pk}/thay/", {"ngay": days}).status_code == 302
        assert not ApiKey.objects.filter(replaces=new).exists()

    centre.post(f"{PAGE}{old.pk}/ket-thuc/")

    assert (post_dossiers(old_text), post_dossiers(new_text)) == (403, 200)
    actions = AuditEntry.objects.filter(thing="keys", outcome="done").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["key.rotated", "key.revoked"]


def test_another_wards_keys_are_out_of_reach(city: City, centre: Client) -> None:
    other = ApiKey.objects.get(unit=city.beside)
    assert make(centre, city.beside).status_code == 403
    assert make(centre, city.above).status_code == 403
    assert centre.post(f"{PAGE}{other.pk}/thay/", {"ngay": "7"}).status_code == 403
    assert centre.post(f"{PAGE}{other.pk}/ket-thuc/").status_code == 403
    other.refresh_from_db()
    assert (other.revoked_at, ApiKey.objects.filter(unit=city.beside).count()) == (None, 1)
    refused = AuditEntry.objects.filter(outcome="refused", thing="keys").order_by("id")
    assert list(refused.values_list("unit_code", flat=True)) == [
        "H29.02",
        "H29",
        "H29.02",
        "H29.02",
    ]
    assert client_of(Role.HEAD, city.own).get(PAGE).status_code == 403


def test_a_forged_request_does_nothing(city: City) -> None:
    signed = client_of(Role.IT_CENTRE, city.own)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed.cookies
    assert make(strict, city.own).status_code == 403
    assert not ApiKey.objects.filter(name="Hệ thống tỉnh").exists()
