"""Reorganising units at the desk: shown first, carried out once, within reach only."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.test import Client

from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Role
from phucvu.units.models import Decision, Reorganisation, Succession, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import unit
from tests.permissions.conftest import City, client_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = "/ban-lam-viec/don-vi/"
DECIDED = {"so-qd": "1685/NQ-UBTVQH15", "co-quan": "UBTVQH", "tu-ngay": "2026-11-01"}


@pytest.fixture
def home(city: City) -> Client:
    """Nội vụ of the whole city."""
    return client_of(Role.HOME_AFFAIRS, city.above)


def ask(client: Client, step: str = "xem", **form: object):
    given = {name.replace("_", "-"): value for name, value in form.items()}
    return client.post(PAGE, DECIDED | {"buoc": step} | given)


def do(client: Client, **form: object):
    """Look, then carry out what was shown."""
    shown = ask(client, **form)
    assert shown.status_code == 200, shown.text
    mark = re.findall(r'name="dau" value="(\w+)"', shown.text)[0]
    return shown, ask(client, "lam", dau=mark, **form)


def test_a_merger_is_shown_and_then_carried_out(city: City, home: Client) -> None:
    third = unit("H29.03", city.above)
    form = {
        "viec": "merge", "nguon": [f"{third.code} {third.name}", city.beside.code, ""],
        "ma_moi": "H29.09", "ten": "Phường Mới",
    }  # fmt: skip

    shown = ask(home, **form)

    assert shown.status_code == 200
    for told in ("H29.02", "H29.03", "Phường Mới", "kết thúc", "Đơn vị H29"):
        assert told in shown.text
    assert not Reorganisation.objects.exists()
    assert not Decision.objects.exists()
    assert load_tree().by_code("H29.09") is None
    # A mark of something else that was shown does not carry this out.
    other = re.findall(r'name="dau" value="(\w+)"', shown.text)[0]
    assert ask(home, "lam", dau=other, **{**form, "ten": "Khác"}).status_code == 200
    assert not Reorganisation.objects.exists()

    _shown, done = do(home, **form)

    assert done.status_code == 302
    new = Unit.objects.get(code="H29.09")
    assert (new.name, new.parent) == ("Phường Mới", city.above)
    assert {s.before.code for s in Succession.objects.filter(after=new)} == {"H29.02", "H29.03"}
    line = AuditEntry.objects.get(action="units.merge")
    assert (line.actor, line.thing) == ("home_affairs-H29", "units")
    assert line.detail["decision"] == DECIDED["so-qd"]
    assert Reorganisation.objects.get().actor.username == "home_affairs-H29"


def test_a_split_names_exact_shares(city: City, home: Client) -> None:
    form = {
        "viec": "split", "don_vi": city.beside.code, "phan": [city.own.code, "H29.2A"],
        "ten_phan": ["", "Phường Hai A"], "ty_le": ["1/3", "2/3"],
    }  # fmt: skip
    shown, _done = do(home, **form)
    assert "1/3" in shown.text
    shares = {
        s.after.code: Fraction(s.share, s.share_of)
        for s in Succession.objects.filter(before=city.beside)
    }
    assert shares == {"H29.01": Fraction(1, 3), "H29.2A": Fraction(2, 3)}


def test_the_other_acts(city: City, home: Client) -> None:
    do(home, viec="rename", don_vi=city.beside.code, ten="Phường Tên Mới")
    do(home, viec="move", don_vi=city.below.code, cap_tren=city.beside.code)
    do(home, viec="end", don_vi=city.beside.code, ca_truc_thuoc="1", tu_ngay="2026-11-02")
    city.beside.refresh_from_db()
    city.below.refresh_from_db()
    assert (city.beside.name, city.below.parent) == ("Phường Tên Mới", city.beside)
    assert (str(city.beside.valid_to), str(city.below.valid_to)) == ("2026-11-02", "2026-11-02")
    acts = Reorganisation.objects.order_by("id").values_list("act", flat=True)
    assert list(acts) == ["rename", "move", "end"]


@pytest.mark.parametrize(
    "changes",
    [
        {"so-qd": " "}, {"tu-ngay": ""}, {"don-vi": "KHONG"}, {"ty-le": ["1/3", "1/3"]},
        {"ty-le": ["x", "1"]}, {"ty-le": ["1/0", "1"]}, {"phan": ["", ""]},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(city: City, home: Client, changes: dict[str, object]) -> None:
    form = {
        "viec": "split", "don-vi": city.beside.code, "phan": [city.own.code, "H29.2A"],
        "ten-phan": ["", "Phường Hai A"], "ty-le": ["1/3", "2/3"],
    }  # fmt: skip
    answer = home.post(PAGE, DECIDED | form | {"buoc": "xem"} | changes)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert not Reorganisation.objects.exists()


def test_nothing_beyond_ones_reach_is_touched(city: City) -> None:
    ward = client_of(Role.HOME_AFFAIRS, city.own)
    for form in (
        {"viec": "rename", "don_vi": city.beside.code, "ten": "x"},
        {"viec": "move", "don_vi": city.below.code, "cap_tren": city.beside.code},
        {"viec": "merge", "nguon": [city.own.code], "ma_moi": city.beside.code},
        {"viec": "merge", "nguon": [city.own.code], "ma_moi": "H29.09", "ten": "Mới"},
    ):
        assert ask(ward, **form).status_code == 422
    assert not Reorganisation.objects.exists()
    _shown, done = do(ward, viec="rename", don_vi=city.below.code, ten="Phòng Mới")
    assert done.status_code == 302
    assert client_of(Role.HEAD, city.own).get(PAGE).status_code == 403
    page = ward.get(PAGE).text
    assert f"{city.below.code} " in page
    assert f"{city.beside.code} " not in page


def test_the_administration_tells_a_units_past_to_whoever_may_look(
    city: City, home: Client
) -> None:
    do(home, viec="rename", don_vi=city.beside.code, ten="Phường Tên Mới")
    page = home.get(f"/admin/units/unit/{city.beside.pk}/change/").text
    assert f"Đơn vị {city.beside.code}" in page
    assert DECIDED["so-qd"] in page
