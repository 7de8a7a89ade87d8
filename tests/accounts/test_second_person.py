"""As the insider of the IT centre: no dossier opens without somebody of the unit."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from phucvu.accounts import grants, keys, requesting
from phucvu.accounts.commands import key as key_command
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import Role
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Kind, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]
WATCHING = "/ban-lam-viec/giam-sat/"


def person(name: str, role: Role | None = None, unit: Unit | None = None) -> User:
    account = User.objects.create_user(name, f"{name}@example.vn")
    if role is not None and unit is not None:
        today = timezone.localdate()
        grants.grant(None, account, RoleChoice(role), unit, today, today + timedelta(days=365))
    return account


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def at(db: None) -> SimpleNamespace:
    province = Unit.objects.create(code="H29", name="Tỉnh", kind=Kind.PROVINCE)
    ward = Unit.objects.create(code="H29.01", name="Phường Một", kind="commune", parent=province)
    other = Unit.objects.create(code="H29.02", name="Phường Hai", kind="commune", parent=province)
    return SimpleNamespace(
        ward=ward,
        centre=person("trungtam", Role.IT_CENTRE, province),
        head=person("thutruong", Role.HEAD, ward),
        stranger=person("khac", Role.HEAD, other),
    )


def made_at_desk(at: SimpleNamespace, purpose: str = "read") -> tuple[ApiKey, str]:
    given = {"don-vi": at.ward.code, "ten": "hệ thống của tôi", "muc-dich": purpose, "den": ""}
    answer = signed_in(at.centre).post("/ban-lam-viec/khoa/moi/", given)
    assert answer.status_code == 200
    return answer.context["key"], answer.context["text"]


def opens(text: str) -> int:
    headers = {"Authorization": f"Bearer {text}"}
    return Client().get("/api/v1/units/H29.01/dossiers", headers=headers).status_code


def settle(by: User, key: ApiKey, what: str) -> int:
    return signed_in(by).post(f"{WATCHING}khoa/{key.pk}/", {"viec": what}).status_code


def test_a_key_that_reads_opens_nothing_until_the_units_head_agrees(
    at: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key, text = made_at_desk(at)
    assert opens(text) == 403
    assert "thutruong@example.vn" in {message.to[0] for message in mail.outbox}
    # Neither whoever made it, nor the head of another unit.
    assert settle(at.centre, key, "dong-y") == 403
    assert settle(at.stranger, key, "dong-y") == 403
    assert opens(text) == 403

    assert "hệ thống của tôi" in signed_in(at.head).get(WATCHING).content.decode()
    assert settle(at.head, key, "dong-y") == 302
    assert opens(text) == 200
    shown = signed_in(at.head).get(WATCHING).content.decode()
    assert "trungtam" in shown and "key.made" in shown and "key.confirmed" in shown
    line = AuditEntry.objects.get(action="key.confirmed")
    assert (line.actor, line.unit_code, line.detail["made_by"]) == (
        "thutruong", "H29.01", "trungtam",
    )  # fmt: skip
    assert "key.made" not in signed_in(at.stranger).get(WATCHING).content.decode()


def test_a_head_can_say_no(at: SimpleNamespace) -> None:
    key, text = made_at_desk(at)
    assert settle(at.head, key, "tu-choi") == 302
    with pytest.raises(keys.RevokedKeyError):
        keys.authenticate(text)
    assert settle(at.head, key, "dong-y") == 302  # told that nothing waits
    assert opens(text) == 403


def test_a_key_in_the_place_of_one_that_reads_waits_too(at: SimpleNamespace) -> None:
    """Else whoever may replace keys would have one that a head agreed to for somebody else."""
    key, _text = made_at_desk(at)
    settle(at.head, key, "dong-y")
    answer = signed_in(at.centre).post(f"/ban-lam-viec/khoa/{key.pk}/thay/", {"ngay": "7"})
    assert opens(answer.context["text"]) == 403
    assert settle(at.head, answer.context["key"], "dong-y") == 302
    assert opens(answer.context["text"]) == 200


def test_a_key_that_sends_reads_nothing_and_waits_for_nobody(at: SimpleNamespace) -> None:
    key, text = made_at_desk(at, "send")
    assert not key.waits
    assert keys.authenticate(text) == key


def test_the_head_cannot_end_keys_that_do_not_wait(at: SimpleNamespace) -> None:
    key, text = made_at_desk(at, "send")
    assert settle(at.head, key, "tu-choi") == 302
    assert keys.authenticate(text) == key


def test_an_account_that_is_nobodys_gets_no_role(at: SimpleNamespace) -> None:
    puppet = person("conroi")
    first, end = date(2026, 11, 1), date(2027, 11, 1)
    for role in (RoleChoice.OFFICER, RoleChoice.HEAD):
        asked = requesting.register(puppet, at.ward, role, "thử")
        for step in (
            lambda asked=asked: requesting.pass_on(at.centre, asked),
            lambda asked=asked: requesting.approve(at.centre, asked, first, end),
        ):
            with pytest.raises(AccessError):
                step()
        desk = signed_in(at.centre)
        for given in ({"viec": "chuyen"}, {"viec": "cap", "tu": "2026-11-01", "den": "2027-11-01"}):
            desk.post(f"/ban-lam-viec/yeu-cau/{asked.pk}/", given)
    assert not grants.in_force().filter(account=puppet).exists()


def test_nobody_is_two_persons(at: SimpleNamespace) -> None:
    """Who is both head and IT centre does not agree with oneself."""
    both = person("kiemnhiem", Role.HEAD, at.ward)
    today = timezone.localdate()
    grants.grant(None, both, RoleChoice.IT_CENTRE, at.ward, today, today + timedelta(days=9))
    asked = requesting.register(person("canbo"), at.ward, RoleChoice.OFFICER, "nhập hồ sơ")
    requesting.pass_on(both, asked)
    with pytest.raises(AccessError):
        requesting.approve(both, asked, today, today + timedelta(days=5))
    at.centre = both
    key, text = made_at_desk(at)
    settle(both, key, "dong-y")
    assert opens(text) == 403


def test_what_the_operator_does_on_the_server_stands_in_the_units_list(
    at: SimpleNamespace,
) -> None:
    made = CliRunner().invoke(
        key_command, ["create", "H29.01", "--name", "đối soát", "--purpose", "read"]
    )
    assert made.exit_code == 0, made.output
    shown = signed_in(at.head).get(WATCHING, headers={"Accept-Language": "en"}).content.decode()
    assert "đối soát" in shown
    line = AuditEntry.objects.get(action="key.made")
    assert line.actor == "phucvu" and line.detail["operator"]

    key, text = made_at_desk(at)
    done = CliRunner().invoke(key_command, ["confirm", key.prefix])
    assert done.exit_code == 0, done.output
    assert opens(text) == 200
    assert AuditEntry.objects.get(action="key.confirmed").actor == "phucvu"
    again = CliRunner().invoke(key_command, ["confirm", key.prefix])
    assert again.exit_code == 1
    # Nobody registers under the operator's name.
    taken = Client().post(
        "/tai-khoan/signup/",
        {"username": "phucvu", "email": "x@example.vn", "password1": "Mot-mat-khau-9",
         "password2": "Mot-mat-khau-9"},
    )  # fmt: skip
    assert taken.status_code == 200
    assert not User.objects.filter(username="phucvu").exists()
