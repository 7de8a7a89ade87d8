"""The way to access, step by step, each recorded and mailed; and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from phucvu.accounts import audit, grants, requesting, reviewing
from phucvu.accounts.account_commands import account as account_command
from phucvu.accounts.account_commands import grant as grant_command
from phucvu.accounts.asking import forget, may
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import AccessRequest, AuditEntry, Grant
from phucvu.accounts.policy import Resource, Role
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Kind, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DAY = date(2026, 11, 20)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-11-20T03:00:00+00:00") as clock:
        yield clock


@pytest.fixture
def at(db: None) -> SimpleNamespace:
    province = Unit.objects.create(code="H29", name="Tỉnh", kind=Kind.PROVINCE)
    ward = Unit.objects.create(code="H29.01", name="Phường Một", kind="commune", parent=province)
    other = Unit.objects.create(code="H29.02", name="Phường Hai", kind="commune", parent=province)
    return SimpleNamespace(province=province, ward=ward, other=other)


def person(name: str, role: Role | None = None, unit: Unit | None = None) -> User:
    account = User.objects.create_user(name, f"{name}@example.vn")
    if role is not None and unit is not None:
        grants.grant(None, account, RoleChoice(role), unit, DAY, DAY + YEAR)
    return account


def steps() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(thing__in=["requests", "grants", "review"]).order_by("id")
    return [(row.actor, row.action) for row in rows]


def test_register_ask_grant_use_and_expire(
    at: SimpleNamespace,
    clock: time_machine.Coordinates,
    django_capture_on_commit_callbacks,
) -> None:
    centre = person("trungtam", Role.IT_CENTRE, at.province)
    head = person("thutruong", Role.HEAD, at.ward)
    officer = person("canbo")
    before = len(steps())

    with django_capture_on_commit_callbacks(execute=True):
        asked = requesting.register(officer, at.ward, RoleChoice.OFFICER, "nhập hồ sơ")
    assert list(requesting.waiting_for(head)) == [asked]
    with pytest.raises(AccessError):
        requesting.approve(centre, asked, DAY, DAY + YEAR)
    with django_capture_on_commit_callbacks(execute=True):
        requesting.pass_on(head, asked)
    with django_capture_on_commit_callbacks(execute=True):
        requesting.approve(centre, asked, DAY, DAY + timedelta(days=10))

    forget(officer)
    assert may(officer, Resource.BRING, at.ward)
    assert not may(officer, Resource.BRING, at.other)
    assert steps()[before:] == [
        ("canbo", "request.made"),
        ("thutruong", "request.passed_on"),
        ("trungtam", "grant.made"),
        ("trungtam", "request.granted"),
    ]
    sent = [(message.to[0].partition("@")[0], message.subject) for message in mail.outbox]
    assert sent == [
        ("canbo", "Yêu cầu cấp quyền của bạn: Phường Một"),
        ("thutruong", "canbo xin cấp quyền: Phường Một"),
        ("canbo", "Yêu cầu cấp quyền của bạn: Phường Một"),
        ("trungtam", "canbo xin cấp quyền: Phường Một"),
        ("canbo", "Đã cấp quyền: Phường Một"),
    ]
    clock.shift(timedelta(days=9))
    forget(officer)
    assert may(officer, Resource.BRING, at.ward)
    clock.shift(timedelta(days=1))
    forget(officer)
    assert not may(officer, Resource.BRING, at.ward)
    assert audit.verify().whole


def test_a_head_above_asks_for_the_first_head_of_a_unit(at: SimpleNamespace) -> None:
    centre = person("trungtam", Role.IT_CENTRE, at.province)
    above = person("chanhvanphong", Role.HEAD, at.province)
    asked = requesting.register(person("canbo"), at.ward, RoleChoice.HEAD, "thủ trưởng mới")
    requesting.pass_on(above, asked)
    requesting.approve(centre, asked, DAY, DAY + YEAR)
    asked.refresh_from_db()
    assert asked.grant is not None
    assert asked.grant.role == "head"


def test_where_no_head_is_the_centre_learns_of_it_and_cannot_take_the_place(
    at: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    centre = person("trungtam", Role.IT_CENTRE, at.province)
    with django_capture_on_commit_callbacks(execute=True):
        asked = requesting.register(person("canbo"), at.ward, RoleChoice.HEAD, "thủ trưởng mới")
    assert "trungtam@example.vn" in {message.to[0] for message in mail.outbox}
    with pytest.raises(AccessError):
        requesting.pass_on(centre, asked)
    with pytest.raises(AccessError):
        requesting.approve(centre, asked, DAY, DAY + YEAR)
    # Asked for by nobody, as requests of before were.
    AccessRequest.objects.update(state=AccessRequest.State.ASKED)
    with pytest.raises(AccessError, match="phucvu grant add"):
        requesting.approve(centre, asked, DAY, DAY + YEAR)
    assert not Grant.objects.filter(role="head").exists()


def test_nobody_decides_on_ones_own_request_or_anothers_unit(at: SimpleNamespace) -> None:
    head = person("thutruong", Role.HEAD, at.ward)
    stranger = person("khac", Role.HEAD, at.other)
    own = requesting.register(head, at.ward, RoleChoice.OFFICE, "thêm")
    for by in (head, stranger):
        assert own not in requesting.waiting_for(by)
        with pytest.raises(AccessError):
            requesting.pass_on(by, own)
        with pytest.raises(AccessError):
            requesting.refuse(by, own, "không")
    with pytest.raises(AccessError):
        requesting.take_back(stranger, own)
    requesting.take_back(head, own)
    own.refresh_from_db()
    assert own.state == "taken_back"


def test_a_refusal_needs_a_reason_and_tells_it(
    at: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    head = person("thutruong", Role.HEAD, at.ward)
    asked = requesting.register(person("canbo"), at.ward, RoleChoice.OFFICER, "nhập hồ sơ")
    with pytest.raises(AccessError):
        requesting.refuse(head, asked, "  ")
    with django_capture_on_commit_callbacks(execute=True):
        requesting.refuse(head, asked, "không thuộc đơn vị")
    assert "không thuộc đơn vị" in mail.outbox[-1].body
    with pytest.raises(AccessError):
        requesting.pass_on(head, asked)


def test_delegation_stays_within_ones_own_grant(at: SimpleNamespace) -> None:
    centre = person("trungtam", Role.IT_CENTRE, at.province)
    deputy, officer = person("uyquyen"), person("canbo")
    grants.grant(centre, deputy, RoleChoice.IT_CENTRE, at.ward, DAY, DAY + timedelta(days=30))

    forget(deputy)
    end = DAY + timedelta(days=30)
    grants.grant(deputy, officer, RoleChoice.OFFICER, at.ward, DAY, end)
    for unit, last in ((at.other, end), (at.province, end), (at.ward, end + timedelta(days=1))):
        with pytest.raises(AccessError):
            grants.grant(deputy, officer, RoleChoice.OFFICER, unit, DAY, last)
    with pytest.raises(AccessError):
        grants.grant(deputy, deputy, RoleChoice.HEAD, at.ward, DAY, end)
    with pytest.raises(AccessError):
        grants.grant(officer, person("ai"), RoleChoice.VIEWER, at.ward, DAY, end)
    with pytest.raises(AccessError):
        grants.end(deputy, Grant.objects.get(account=centre), "thử")


def test_a_grant_follows_the_tree(at: SimpleNamespace, clock: time_machine.Coordinates) -> None:
    head = person("thutruong", Role.HEAD, at.province)
    assert may(head, Resource.DOSSIERS, at.ward)
    Unit.objects.filter(pk=at.ward.pk).update(parent=None)
    assert not may(head, Resource.DOSSIERS, at.ward)


def test_leaving_ends_everything(at: SimpleNamespace) -> None:
    centre = person("trungtam", Role.IT_CENTRE, at.province)
    officer = person("canbo", Role.OFFICER, at.ward)
    client = Client()
    client.force_login(officer)
    assert client.get("/ban-lam-viec/tai-len/").status_code == 200

    with pytest.raises(AccessError):
        grants.leave(centre, officer, "")
    assert grants.leave(centre, officer, "nghỉ hưu") == 1

    assert client.get("/ban-lam-viec/tai-len/").status_code == 302
    assert not grants.in_force().filter(account=officer).exists()
    with pytest.raises(AccessError):
        grants.grant(centre, User.objects.get(pk=officer.pk), RoleChoice.HEAD, at.ward, DAY, DAY)


def test_somebody_of_another_unit_cannot_be_made_to_leave(at: SimpleNamespace) -> None:
    deputy = person("uyquyen", Role.IT_CENTRE, at.ward)
    officer = person("canbo", Role.OFFICER, at.other)
    with pytest.raises(AccessError):
        grants.leave(deputy, officer, "thử")
    assert User.objects.get(pk=officer.pk).is_active


def test_access_is_confirmed_each_quarter(
    at: SimpleNamespace, clock: time_machine.Coordinates
) -> None:
    head = person("thutruong", Role.HEAD, at.ward)
    person("canbo", Role.OFFICER, at.ward)
    person("khac", Role.OFFICER, at.other)
    assert not reviewing.to_review(head)

    clock.move_to("2027-01-04T03:00:00+00:00")
    (waiting,) = reviewing.to_review(head)
    assert waiting.account.username == "canbo"
    assert reviewing.quarter(timezone.localdate()) == (date(2027, 1, 1), date(2027, 3, 31))
    listed = CliRunner().invoke(account_command, ["review"])
    assert listed.exit_code == 1
    client = Client()
    client.force_login(head)
    client.post("/ban-lam-viec/phan-quyen/ra-soat/", {"giu": [waiting.pk]})
    assert not reviewing.to_review(head)
    assert steps()[-1] == ("thutruong", "grant.confirmed")
    clock.move_to("2027-04-01T03:00:00+00:00")
    assert len(reviewing.to_review(head)) == 1
    own = Grant.objects.get(account=head)
    assert not reviewing.confirm(head, own)


def test_the_first_administrator_comes_by_command(at: SimpleNamespace) -> None:
    def run(command, *words: str) -> str:
        done = CliRunner().invoke(command, words, env={"PHUCVU_NEW_PASSWORD": "một mật khẩu dài"})
        assert done.exit_code == 0, done.output
        return done.output

    run(account_command, "create", "quantri", "--email", "q@example.vn", "--administrator")
    made = User.objects.get()
    assert made.is_superuser
    assert made.password.startswith("argon2")
    run(account_command, "create", "canbo", "--email", "c@example.vn")
    run(grant_command, "add", "canbo", "it_centre", "H29", "--until", "2027-01-01")
    given = Grant.objects.get()
    assert (given.role, given.unit, given.ends_on) == ("it_centre", at.province, date(2027, 1, 1))
    assert "canbo" in run(grant_command, "list")
    assert "it_centre" in run(account_command, "list")
    run(grant_command, "end", str(given.pk), "--because", "thử")
    assert not grants.in_force()
    run(account_command, "leave", "canbo", "--because", "nghỉ")
    assert not User.objects.get(username="canbo").is_active
    weak = CliRunner().invoke(
        account_command, ["create", "yeu", "--email", "y@example.vn", "--password", "123"]
    )
    assert weak.exit_code == 1
    assert not User.objects.filter(username="yeu").exists()


def test_the_pages_take_the_same_way(at: SimpleNamespace) -> None:
    person("thutruong", Role.HEAD, at.ward)
    person("trungtam", Role.IT_CENTRE, at.province)
    person("canbo")
    desk = "/ban-lam-viec/"

    def client(name: str) -> Client:
        signed_in = Client()
        signed_in.force_login(User.objects.get(username=name))
        return signed_in

    officer = client("canbo")
    form = {"don-vi": "H29.01 Phường Một", "vai-tro": "officer", "ly-do": "nhập hồ sơ"}
    for wrong in ({"don-vi": "Phường"}, {"vai-tro": "vua"}, {"ly-do": " "}):
        assert officer.post(f"{desk}quyen-cua-toi/xin/", {**form, **wrong}).status_code == 422
    assert officer.post(f"{desk}quyen-cua-toi/xin/", form).status_code == 302
    asked = AccessRequest.objects.get()
    settle = f"{desk}yeu-cau/{asked.pk}/"
    assert "nhập hồ sơ" in client("thutruong").get(f"{desk}yeu-cau/").text
    client("thutruong").post(settle, {"viec": "chuyen"})
    client("thutruong").post(settle, {"viec": "cap", "tu": "2026-11-20", "den": "2027-11-20"})
    assert Grant.objects.filter(account__username="canbo").count() == 0
    client("trungtam").post(settle, {"viec": "cap", "tu": "2026-11-20", "den": "x"})
    client("trungtam").post(settle, {"viec": "cap", "tu": "2026-11-20", "den": "2027-01-01"})
    given = Grant.objects.get(account__username="canbo")
    assert "Cán bộ" in officer.get(f"{desk}quyen-cua-toi/").text
    ending = f"{desk}phan-quyen/{given.pk}/ket-thuc/"
    assert client("thutruong").post(ending, {"ly-do": "a"}).status_code == 403
    client("trungtam").post(ending, {"ly-do": "chuyển công tác"})
    given.refresh_from_db()
    assert given.ended_because == "chuyển công tác"
