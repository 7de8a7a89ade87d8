"""Personal data: for the dossier's own unit alone, every view and every try written down."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import Role
from phucvu.intake.actions import receive
from phucvu.register.models import Dossier
from tests.intake.messages import PERSONAL, message
from tests.permissions.conftest import PASSWORD, City, client_of, key_client, signed_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NAME = PERSONAL["ChuHoSo"]


@pytest.fixture
def code(city: City, settings) -> str:
    """A dossier of the ward, sent with the name turned on."""
    settings.PHUCVU_PERSONAL = ("ChuHoSo",)
    settings.PHUCVU_PERSONAL_KEYS = (Fernet.generate_key().decode(),)
    code = f"{city.own.code}-261001-9"
    key, _text = keys.issue(city.own, "sender")
    receive([message(code)], key=key)
    return code


def page(unit: str, code: str) -> str:
    return f"/ban-lam-viec/ho-so/{unit}/so/{code}/ca-nhan/"


def test_who_handles_it_sees_it_and_that_is_written_down(city: City, code: str) -> None:
    client = client_of(Role.OFFICER, city.own)
    address = page(city.own.code, code)
    shown = client.get(f"/ban-lam-viec/ho-so/{city.own.code}/so/{code}/")
    assert (NAME in shown.text, address in shown.text) == (False, True)

    seen = client.get(address)

    assert NAME in seen.text
    assert "no-store" in seen["Cache-Control"]
    line = AuditEntry.objects.get(action="dossiers.personal")
    assert (line.actor, line.thing, line.outcome, line.unit_code, line.detail) == (
        "officer-H29.01", "personal", "seen", "H29.01", {"dossier": code, "fields": ["ChuHoSo"]}
    )  # fmt: skip
    assert NAME not in str(list(AuditEntry.objects.values()))


def test_nobody_else_sees_it(city: City, code: str) -> None:
    administrator = User.objects.create_superuser("admin", password=PASSWORD)
    others = [
        client_of(Role.HEAD, city.above),
        client_of(Role.OFFICER, city.beside),
        client_of(Role.AUDITOR, city.own),
        client_of(Role.OFFICE, city.above),
        client_of(Role.IT_CENTRE, city.above),
        signed_in(administrator),
    ]
    for client in others:
        assert client.get(page(city.own.code, code)).status_code == 403
    # By the address of one's own unit neither.
    assert others[1].get(page(city.beside.code, code)).status_code == 403
    refused = AuditEntry.objects.filter(outcome="refused").order_by()
    assert list(refused.values_list("thing", "unit_code").distinct()) == [("personal", "H29.01")]
    assert refused.count() == len(others) + 1


def test_it_is_in_no_export_list_or_answer(city: City, code: str) -> None:
    head = client_of(Role.HEAD, city.own)
    pk = Dossier.objects.get(code=code).pk
    export = head.get(f"/ban-lam-viec/ho-so/{city.own.code}/xuat.csv")
    told = [
        b"".join(export.streaming_content).decode(),
        head.get(f"/ban-lam-viec/ho-so/{city.own.code}/").text,
        head.get(f"/admin/register/dossier/{pk}/change/").text,
        head.get("/ban-lam-viec/lo/2/").text,
        key_client(ApiKey.Purpose.READ, city.own).get("/api/v1/units/H29.01/dossiers").text,
        key_client(ApiKey.Purpose.READ, city.own).get(f"/api/v1/dossiers/{code}/explanation").text,
    ]
    assert all(code in text for text in (told[0], told[1], told[2], told[4]))
    assert not [text for text in told if NAME in text]


def test_it_is_not_there_where_nothing_is_turned_on(city: City, code: str, settings) -> None:
    settings.PHUCVU_PERSONAL = ()
    officer = client_of(Role.OFFICER, city.own)
    assert officer.get(page(city.own.code, code)).status_code == 404
    assert "ca-nhan" not in officer.get(f"/ban-lam-viec/ho-so/{city.own.code}/so/{code}/").text
