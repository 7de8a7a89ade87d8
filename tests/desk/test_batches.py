"""The journal on the desk: found, opened, withdrawn with a reason."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from phucvu.accounts import audit, keys
from phucvu.accounts.policy import Role, Scope
from phucvu.counters.verify import verify
from phucvu.intake.actions import receive
from phucvu.intake.models import Batch
from phucvu.register.models import Dossier
from phucvu.web.desk import batches
from tests.desk.conftest import account
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST = "/ban-lam-viec/lo/"
CODE = "H29.01-261001-00001"


@pytest.fixture
def journal(wards: SimpleNamespace) -> SimpleNamespace:
    """A first batch; one from a key that changes a dossier and has a refused one; the repair."""
    key, _text = keys.issue(wards.city, "Hệ thống của tỉnh")
    bad = message("H29.01-261001-00009", MaTTHC="")
    reach = Scope(subtrees=frozenset({wards.city.pk}))
    receive([message(), message("H29.02-261001-00001")], origin="đầu tiên.json", reach=reach)
    receive([message(TrangThaiHoSo="5"), message("H29.02-261001-7"), bad], key, "API 10.0.0.1")
    receive([message("H29.01-261001-00009")], origin="đã sửa.json", reach=reach)
    first, second, third = Batch.objects.order_by("pk")
    return SimpleNamespace(first=first, second=second, third=third)


def test_nothing_yet_says_what_to_do(officer: Client) -> None:
    page = officer.get(LIST).text
    assert "phucvu key create" in page
    assert "/ban-lam-viec/tai-len/" in page


def test_batches_are_listed_with_who_when_and_counts(
    officer: Client, journal: SimpleNamespace
) -> None:
    page = officer.get(LIST).text
    assert page.index("đã sửa.json") < page.index("API 10.0.0.1") < page.index("đầu tiên.json")
    assert "Hệ thống của tỉnh" in page
    assert journal.second.digest[:10] in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tim": "đầu"}, "1"),
        ({"tim": "Hệ thống"}, "2"),
        ({"tim": CODE}, "12"),
        ({"tim": "H29.01-261001-00009"}, "3"),
        ({"loc": "cho-sua"}, ""),
        ({"loc": "da-rut"}, ""),
        ({"loai": "dossiers"}, "123"),
        ({"tu": "2000-01-01", "den": "2001-01-01"}, ""),
        ({"tu": "2000-01-01"}, "123"),
        ({"tu": "hôm nay"}, "123"),
    ],
)
def test_filters(
    officer: Client, journal: SimpleNamespace, asked: dict[str, str], found: str
) -> None:
    rows = officer.get(LIST, asked).context["rows"]
    numbers = {journal.first.pk: "1", journal.second.pk: "2", journal.third.pk: "3"}
    assert "".join(sorted(numbers[batch.pk] for batch, _kind in rows)) == found


def test_a_number_or_the_beginning_of_a_hash_finds_its_batch(
    officer: Client, journal: SimpleNamespace
) -> None:
    for word in (str(journal.second.pk), journal.second.digest[:12]):
        rows = officer.get(LIST, {"tim": word}).context["rows"]
        assert journal.second in [batch for batch, _kind in rows]
    assert "Không có lô nào như vậy" in officer.get(LIST, {"tim": "không có"}).text


def test_pages(officer: Client, journal: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_A_PAGE", 2)
    first = officer.get(LIST, {"loai": "dossiers"})
    assert len(first.context["rows"]) == 2
    assert "loai=dossiers&amp;trang=2" in first.text
    assert len(officer.get(LIST, {"trang": "2"}).context["rows"]) == 1
    assert officer.get(LIST, {"trang": "chín"}).status_code == 200


def test_a_batch_shows_what_was_refused_and_what_mended_it(
    officer: Client, journal: SimpleNamespace
) -> None:
    page = officer.get(f"{LIST}{journal.second.pk}/").text
    assert "MaTTHC: bắt buộc có" in page
    assert "đã sửa" in page
    assert f"{LIST}{journal.third.pk}/" in page
    assert journal.second.digest in page
    assert officer.get(f"{LIST}99999999/").status_code == 404
    first = officer.get(f"{LIST}{journal.first.pk}/").text
    assert "không còn hiệu lực" in first
    assert "đang có hiệu lực" in first


def test_a_withdrawal_says_first_what_it_undoes(officer: Client, journal: SimpleNamespace) -> None:
    address = f"{LIST}{journal.second.pk}/thu-hoi/"
    asked = officer.get(address)
    assert (asked.context["effect"].removed, asked.context["effect"].restored) == (1, 1)
    assert Dossier.objects.count() == 4

    assert officer.post(address, {"ly-do": "  "}).status_code == 422
    assert Dossier.objects.count() == 4
    done = officer.post(address, {"ly-do": "gửi nhầm"}, follow=True)
    assert "1 trở về bản khác, 1 được xóa" in done.text
    assert "gửi nhầm" in done.text
    assert Dossier.objects.count() == 3
    assert Dossier.objects.get(code=CODE).status == 4
    assert verify().clean
    journal.second.refresh_from_db()
    assert journal.second.withdrawn_by == "canbo"
    again = officer.post(address, {"ly-do": "nữa"})
    assert again.status_code == 422
    assert "đã được thu hồi" in again.text
    assert "/thu-hoi/" not in officer.get(f"{LIST}{journal.second.pk}/").text


def test_who_may_only_look_is_not_offered_it(onlooker: Client, journal: SimpleNamespace) -> None:
    page = onlooker.get(f"{LIST}{journal.second.pk}/").text
    assert "/thu-hoi/" not in page
    assert onlooker.post(f"{LIST}{journal.second.pk}/thu-hoi/", {"ly-do": "x"}).status_code == 403
    assert Dossier.objects.count() == 4
    assert "/ban-lam-viec/tai-len/" not in page


def test_the_list_takes_as_many_queries_whatever_it_shows(
    officer: Client, journal: SimpleNamespace, django_assert_max_num_queries
) -> None:
    for number in range(30):
        receive([message(f"H29.01-261001-1{number:04d}")], origin=f"{number}.json")
    with django_assert_max_num_queries(12):
        officer.get(LIST)


def test_another_wards_batches_are_out_of_sight(
    wards: SimpleNamespace, journal: SimpleNamespace
) -> None:
    key, _text = keys.issue(wards.two, "Phường Hai")
    receive([message("H29.02-261001-8", MaDonVi="H29.02")], key)
    foreign = Batch.objects.latest("pk")
    head = Client()
    head.force_login(account("phuongmot", Role.HEAD, wards.one))

    assert head.get(LIST).context["rows"] == []
    assert head.get(f"{LIST}{foreign.pk}/").status_code == 403
    answer = head.post(f"{LIST}{foreign.pk}/thu-hoi/", {"ly-do": "x"})
    assert answer.status_code == 403
    foreign.refresh_from_db()
    assert foreign.withdrawn_at is None
    refused = audit.search(audit.Wanted(outcome="refused"))
    assert [(row.unit_code, row.detail) for row in refused] == [
        ("H29.02", {"batch": foreign.pk})
    ] * 2


def test_a_withdrawal_is_audited(officer: Client, journal: SimpleNamespace) -> None:
    officer.post(f"{LIST}{journal.second.pk}/thu-hoi/", {"ly-do": "gửi nhầm"})
    (line,) = audit.search(audit.Wanted("batch.withdrawn"))
    assert (line.actor, line.detail["reason"]) == ("canbo", "gửi nhầm")
