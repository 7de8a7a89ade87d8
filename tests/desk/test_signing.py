"""Signing in to the desk: who gets in, and what becomes of guessing."""

from __future__ import annotations

import pytest
from django.test import Client

from phucvu.accounts.policies import may
from tests.desk.conftest import PASSWORD, account

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DOOR = "/ban-lam-viec/dang-nhap/"


def sign_in(client: Client, name: str = "canbo", password: str = PASSWORD, **more: str):
    return client.post(DOOR, {"username": name, "password": password, **more})


def test_a_stranger_signs_in_first_and_comes_to_the_page_asked_for(client: Client) -> None:
    account("canbo", "view_batch")

    sent = client.get("/ban-lam-viec/?a=1")
    assert sent.status_code == 302
    assert sent["Location"] == f"{DOOR}?next=/ban-lam-viec/%3Fa%3D1"
    page = client.get(sent["Location"])
    assert "Đăng nhập" in page.text
    assert 'value="/ban-lam-viec/?a=1"' in page.text
    done = sign_in(client, next="/ban-lam-viec/?a=1")
    assert done["Location"] == "/ban-lam-viec/?a=1"
    assert client.get("/ban-lam-viec/").status_code == 200


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    account("canbo", "view_batch")
    assert sign_in(client, next="https://example.org/")["Location"] == "/ban-lam-viec/"


def test_a_wrong_password_is_told_and_five_are_enough(client: Client) -> None:
    account("canbo", "view_batch")
    for _ in range(5):
        answer = sign_in(client, password="sai")
        assert answer.status_code == 200
        assert "Sai quá nhiều lần" not in answer.text
        assert 'role="alert"' in answer.text

    assert "Sai quá nhiều lần" in sign_in(client).text
    account("khac", "view_batch")
    assert sign_in(client, "khac").status_code == 302


def test_guessing_at_the_administrations_door_is_counted_too(client: Client) -> None:
    account("canbo", "view_batch")
    for _ in range(5):
        client.post("/admin/login/", {"username": "canbo", "password": "sai"})
    assert "Sai quá nhiều lần" in sign_in(client).text


@pytest.mark.parametrize(
    ("staff", "permissions"), [(True, []), (False, ["view_batch", "add_batch"])]
)
def test_an_account_without_the_right_is_told_what_it_lacks(
    client: Client, staff: bool, permissions: list[str]
) -> None:
    client.force_login(account("ai", *permissions, staff=staff))
    answer = client.get("/ban-lam-viec/")
    assert answer.status_code == 403
    assert "Can view batch" in answer.text


def test_rights_are_told_apart() -> None:
    user = account("canbo", "view_batch", "add_batch")
    assert may(user, "look")
    assert may(user, "bring")
    assert not may(user, "withdraw")
    user.is_active = False
    assert not may(user, "look")


def test_signing_out_needs_a_post(officer: Client) -> None:
    assert officer.get("/ban-lam-viec/dang-xuat/").status_code == 405
    assert officer.post("/ban-lam-viec/dang-xuat/")["Location"] == DOOR
    assert officer.get("/ban-lam-viec/").status_code == 302


def test_the_template_is_there_to_take_away(officer: Client) -> None:
    answer = officer.get("/ban-lam-viec/mau/dossiers.xlsx")
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"]
    assert officer.get("/ban-lam-viec/mau/khac.xlsx").status_code == 404
