"""The second factor: an authenticator's code, and the codes for when it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.test import Client

from tests.desk.conftest import PASSWORD, account

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FACTORS = "/tai-khoan/hai-lop/"
DESK = "/ban-lam-viec/"


def code_of(secret: str, at: float) -> str:
    """The code an authenticator shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = mac[-1] & 15
    (number,) = struct.unpack(">I", mac[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client):
    return client.post("/tai-khoan/login/", {"login": "canbo", "password": PASSWORD})


@pytest.fixture
def guarded(client: Client) -> tuple[Client, str]:
    """An account with an authenticator, and its secret."""
    account("canbo")
    sign_in(client)
    # Who changes factors says once more who it is, however lately it signed in.
    assert "/reauthenticate/" in client.get(f"{FACTORS}totp/activate/")["Location"]
    client.post("/tai-khoan/reauthenticate/", {"password": PASSWORD})
    page = client.get(f"{FACTORS}totp/activate/")
    secret = page.context["form"].secret
    wrong = client.post(f"{FACTORS}totp/activate/", {"code": "000000"})
    assert "Mã không đúng" in wrong.text
    done = client.post(f"{FACTORS}totp/activate/", {"code": code_of(secret, time.time())})
    assert done.status_code == 302, done.text
    return client, secret


def test_with_a_second_factor_the_password_is_not_enough(guarded: tuple[Client, str]) -> None:
    _, secret = guarded
    client = Client()
    assert sign_in(client)["Location"].startswith(f"{FACTORS}authenticate/")
    assert client.get(DESK).status_code == 302
    asked = client.get(f"{FACTORS}authenticate/")
    assert "Xác thực hai lớp" in asked.text
    assert client.post(f"{FACTORS}authenticate/", {"code": "000000"}).status_code == 200
    # A code is good once: the next one, half a minute later.
    code = code_of(secret, time.time() + 30)
    assert client.post(f"{FACTORS}authenticate/", {"code": code})["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_a_recovery_code_opens_once(guarded: tuple[Client, str]) -> None:
    signed_in, _ = guarded
    generated = signed_in.post(f"{FACTORS}recovery-codes/generate/")
    assert generated.status_code in (200, 302)
    codes = signed_in.get(f"{FACTORS}recovery-codes/download/").content.decode().split()
    if not codes:
        codes = generated.context["unused_codes"]
    for expected in (302, 200):
        client = Client()
        sign_in(client)
        answer = client.post(f"{FACTORS}authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


def test_the_pages_speak_vietnamese_under_the_sites_policy(guarded: tuple[Client, str]) -> None:
    client, _ = guarded
    for page in ("", "webauthn/", "webauthn/add/", "recovery-codes/", "totp/deactivate/"):
        answer = client.get(FACTORS + page)
        assert answer.status_code == 200, page
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "<script>" not in answer.text
        assert "Security Key" not in answer.text
        assert "Recovery" not in answer.text.split("<main")[1]
