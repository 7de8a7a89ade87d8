"""A second factor is asked of roles that open something; what it rests on is kept sealed."""

from __future__ import annotations

import stat
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from phucvu.accounts import grants
from phucvu.accounts.policy import Role
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit
from tests.desk.test_factors import code_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PASSWORD = "mot-mat-khau-dai-9"
FACTORS, DESK = "/tai-khoan/hai-lop/", "/ban-lam-viec/"


@pytest.fixture(autouse=True)
def asked(settings: Any, tmp_path: Path) -> Path:
    """The setting as it is by default, and a key of this test's own."""
    settings.PHUCVU_SECOND_FACTOR = True
    settings.PHUCVU_FACTOR_KEY_FILE = str(tmp_path / "factor_key")
    return tmp_path / "factor_key"


def person(name: str, role: Role | None, unit: Unit) -> User:
    account = User.objects.create_user(name, f"{name}@example.vn", PASSWORD)
    if role is not None:
        today = timezone.localdate()
        grants.grant(None, account, RoleChoice(role), unit, today, today + timedelta(days=99))
    return account


def sign_in(account: User) -> Client:
    client = Client()
    client.post("/tai-khoan/login/", {"login": account.username, "password": PASSWORD})
    return client


def enrol(client: Client) -> str:
    """Set an authenticator up, as its pages lead; its secret."""
    client.post("/tai-khoan/reauthenticate/", {"password": PASSWORD})
    secret: str = client.get(f"{FACTORS}totp/activate/").context["form"].secret
    done = client.post(f"{FACTORS}totp/activate/", {"code": code_of(secret, time.time())})
    assert done.status_code == 302
    return secret


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.IT_CENTRE, Role.AUDITOR])
def test_it_is_asked_at_the_first_sign_in_and_then_opens_the_desk(role: Role, unit: Unit) -> None:
    client = sign_in(person("an", role, unit))
    for address in (DESK, f"{DESK}ho-so/", f"{DESK}khoa/", "/admin/"):
        answer = client.get(address)
        assert answer.status_code in (302, 403)
        assert answer.get("Location", FACTORS) == FACTORS
    page = client.get(FACTORS)
    assert "Vai trò của bạn" in page.content.decode()
    assert client.get(f"{DESK}quyen-cua-toi/").status_code == 200  # one's own account
    enrol(client)
    assert client.get(DESK).status_code == 200


def test_the_administrator_is_asked_too(unit: Unit) -> None:
    client = sign_in(User.objects.create_superuser("quantri", "q@example.vn", PASSWORD))
    assert client.get("/admin/")["Location"] == FACTORS
    enrol(client)
    assert client.get("/admin/").status_code == 200


def test_a_role_that_opens_nothing_is_not_asked(unit: Unit) -> None:
    for account in (person("khach", None, unit), person("xem", Role.VIEWER, unit)):
        assert sign_in(account).get(DESK).status_code == 200


def test_it_is_asked_from_the_moment_something_is_granted(unit: Unit) -> None:
    account = person("khach", None, unit)
    client = sign_in(account)
    assert client.get(DESK).status_code == 200
    today = timezone.localdate()
    grants.grant(None, account, RoleChoice.OFFICER, unit, today, today + timedelta(days=9))
    assert client.get(DESK)["Location"] == FACTORS


def test_it_can_be_turned_off(unit: Unit, settings: Any) -> None:
    settings.PHUCVU_SECOND_FACTOR = False
    assert sign_in(person("an", Role.HEAD, unit)).get(DESK).status_code == 200


def test_secrets_are_kept_sealed(unit: Unit, asked: Path) -> None:
    client = sign_in(person("an", Role.HEAD, unit))
    secret = enrol(client)
    client.get(f"{FACTORS}recovery-codes/generate/")
    client.post(f"{FACTORS}recovery-codes/generate/")
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert kept.data["secret"].startswith("sealed:")
    assert stat.S_IMODE(asked.stat().st_mode) == 0o600

    # Whoever copied the store alone makes no code; nor does one that was written in by hand.
    later = code_of(secret, time.time() + 30)
    asked.write_bytes(Fernet.generate_key())
    assert not TOTP(kept).validate_code(later)
    kept.data["secret"] = secret
    assert not TOTP(kept).validate_code(later)


def test_an_older_key_still_opens(unit: Unit, asked: Path) -> None:
    secret = enrol(sign_in(person("an", Role.HEAD, unit)))
    asked.write_bytes(Fernet.generate_key() + b"\n" + asked.read_bytes())
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert TOTP(kept).validate_code(code_of(secret, time.time() + 30))


def test_secrets_of_before_are_sealed_by_the_migration(unit: Unit) -> None:
    account = person("an", Role.HEAD, unit)
    secret = generate_totp_secret()
    Authenticator.objects.create(user=account, type="totp", data={"secret": secret})
    Authenticator.objects.create(
        user=account, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 1}
    )
    migration = import_module("phucvu.accounts.migrations.0007_sealed_factors")
    migration.seal_all(apps, None)
    kept = {row.type: row for row in Authenticator.objects.all()}
    assert secret not in str(kept["totp"].data) and "abab" not in str(kept["recovery_codes"].data)
    assert TOTP(kept["totp"]).validate_code(code_of(secret, time.time()))
    codes = RecoveryCodes(kept["recovery_codes"]).get_unused_codes()
    before = {row.pk: row.data for row in Authenticator.objects.all()}
    migration.seal_all(apps, None)  # a second time changes nothing
    assert {row.pk: row.data for row in Authenticator.objects.all()} == before
    assert (
        codes == RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    )
