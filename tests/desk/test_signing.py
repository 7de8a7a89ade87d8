"""Signing in: who gets in, and what becomes of guessing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from phucvu.accounts import audit
from phucvu.accounts.policy import Role
from tests.desk.conftest import PASSWORD, account

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DOOR = "/tai-khoan/login/"
DESK = "/ban-lam-viec/"


def sign_in(client: Client, name: str = "canbo", password: str = PASSWORD, **more: str):
    return client.post(DOOR, {"login": name, "password": password, **more})


def test_a_stranger_signs_in_first_and_comes_to_the_page_asked_for(client: Client) -> None:
    account("canbo")

    sent = client.get("/ban-lam-viec/?a=1")
    assert sent.status_code == 302
    assert sent["Location"] == f"{DOOR}?next=/ban-lam-viec/%3Fa%3D1"
    page = client.get(sent["Location"])
    assert "Đăng nhập" in page.text
    assert 'value="/ban-lam-viec/?a=1"' in page.text
    done = sign_in(client, next="/ban-lam-viec/?a=1")
    assert done["Location"] == "/ban-lam-viec/?a=1"
    assert client.get(DESK).status_code == 200
    assert User.objects.get().password.startswith("argon2")


def test_one_signs_in_with_the_mail_address_too(client: Client) -> None:
    account("canbo")
    assert sign_in(client, "canbo@example.vn")["Location"] == DESK


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    account("canbo")
    assert sign_in(client, next="https://example.org/")["Location"] == DESK


def test_a_wrong_password_is_told_and_five_are_enough(client: Client) -> None:
    account("canbo")
    for _ in range(5):
        answer = sign_in(client, password="sai")
        assert answer.status_code == 200
        assert "không đúng" in answer.text
        assert 'role="alert"' in answer.text

    locked = sign_in(client)
    assert locked.status_code == 200
    assert "Quá nhiều lần" in locked.text
    failures = audit.search(audit.Wanted("account.failed"))
    assert [line.detail["tried"] for line in failures] == ["canbo"] * 5
    account("khac")
    assert sign_in(client, "khac").status_code == 302
    assert audit.search(audit.Wanted("account.signed_in")).get().actor == "khac"


def test_the_administrations_door_is_the_same(client: Client) -> None:
    account("canbo")
    assert client.get("/admin/")["Location"] == f"{DOOR}?next=/admin/"
    assert client.get("/admin/login/")["Location"] == f"{DOOR}?next=%2Fadmin%2F"


def test_an_account_without_a_grant_may_nothing_but_ask(client: Client) -> None:
    client.force_login(account("ai"))
    assert "Xin quyền" in client.get(DESK).text
    for page in ("tai-len/", "ho-so/", "yeu-cau/", "phan-quyen/", "nhat-ky/", "mau/dossiers.xlsx"):
        answer = client.get(DESK + page)
        assert answer.status_code == 403, page
    assert "Tài khoản của bạn không được" in answer.text


def test_signing_out_needs_a_post(officer: Client) -> None:
    assert officer.get("/tai-khoan/logout/").status_code == 200
    assert officer.get(DESK).status_code == 200
    assert officer.post("/tai-khoan/logout/")["Location"] == DOOR
    assert officer.get(DESK).status_code == 302


def test_registering_gives_an_account_that_may_nothing_yet(client: Client, settings) -> None:
    form = {
        "username": "moi",
        "email": "moi@example.vn",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post("/tai-khoan/signup/", form)["Location"] == DESK
    assert client.get("/ban-lam-viec/tai-len/").status_code == 403
    assert [message.to for message in mail.outbox] == [["moi@example.vn"]]

    settings.PHUCVU_REGISTRATION = False
    closed = Client().post("/tai-khoan/signup/", {**form, "username": "moi2"})
    assert not User.objects.filter(username="moi2").exists()
    assert "đóng" in closed.text


def test_one_sees_ones_sessions_and_signs_out_everywhere() -> None:
    account("canbo")
    here, there = Client(), Client(headers={"user-agent": "Máy khác"})
    sign_in(here)
    sign_in(there)
    assert there.get(DESK).status_code == 200

    listed = here.get("/tai-khoan/phien/")
    assert "Máy khác" in listed.text
    assert here.post("/tai-khoan/phien/").status_code == 302

    assert there.get(DESK).status_code == 302
    assert here.get(DESK).status_code == 200


def test_whoever_left_is_signed_out_at_once(officer: Client) -> None:
    User.objects.update(is_active=False)
    assert officer.get(DESK).status_code == 302


def test_the_template_is_there_to_take_away(officer: Client) -> None:
    answer = officer.get("/ban-lam-viec/mau/dossiers.xlsx")
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"]
    assert officer.get("/ban-lam-viec/mau/khac.xlsx").status_code == 404


def test_roles_differ(client: Client, wards) -> None:
    client.force_login(account("xem", Role.VIEWER))
    assert client.get("/ban-lam-viec/ho-so/").status_code == 403
    assert client.get("/ban-lam-viec/viec/H29/ban-do.geojson").status_code == 200
