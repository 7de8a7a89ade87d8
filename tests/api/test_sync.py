"""The addresses for a provincial system's existing sender: both services, both shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from phucvu.accounts.models import ApiKey
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier, ProgressStep
from phucvu.register.walltime import from_wall
from phucvu.units.models import Unit
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]
CODE = "H29.01-261001-00001"
DOSSIERS, STEPS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
PERSON = "Trần Văn Bí Mật"


def step(**fields: Any) -> dict[str, Any]:
    """A row of the progress trail, with the personal data real ones carry."""
    return {
        "MaHoSo": CODE,
        "NguoiXuLy": PERSON,
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": "20261001083000",
        "PhongBanXuLy": "Bộ phận Một cửa",
        "NoiDungXuLy": f"Chuyển hồ sơ của ông {PERSON}",
        "TrangThai": "4",
        "NgayBatDau": "20261001083000",
        "NgayKetThucTheoQuyDinh": "20261203170000",
        **fields,
    }


class Sender:
    """Posts as a provincial system does."""

    def __init__(self, key: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.key = key

    def __call__(self, body: Any, service: str = "") -> Any:
        address = f"/api/v1/sync/{service}" if service else "/api/v1/sync"
        return self.client.post(
            address, body, "application/json", headers={"authorization": f"Bearer {self.key}"}
        )


@pytest.fixture
def sync(key: str) -> Sender:
    return Sender(key)


def envelope(service: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"session": "s", "madonvi": "H29.01", "service": service, "data": list(rows), **more}


@pytest.mark.parametrize("address", ["one URL", "its own URL", "its own URL, a list"])
@pytest.mark.parametrize(("service", "row"), [(DOSSIERS, message()), (STEPS, step())])
def test_each_service_through_each_address(
    sync: Sender, address: str, service: str, row: dict[str, Any]
) -> None:
    body = [row] if address.endswith("list") else envelope(service, row)

    answer = sync(body, "" if address == "one URL" else service)

    assert answer.status_code == 200, answer.content
    reply = answer.json()
    assert set(reply) == {"error_code", "message", "result"}
    assert (reply["error_code"], reply["message"]) == ("0", "1 accepted, 0 unchanged, 0 refused")
    assert reply["result"]["results"][0]["result"] == "accepted"
    model = Dossier if service == DOSSIERS else ProgressStep
    assert model.objects.count() == 1
    assert Batch.objects.get().key == ApiKey.objects.get()


def test_a_step_is_kept_without_the_person_and_the_free_text(sync: Sender, ward: Unit) -> None:
    sync(envelope(STEPS, step()))

    kept = ProgressStep.objects.get()
    assert (kept.dossier_code, kept.unit, kept.status) == (CODE, ward, 4)
    assert (kept.department, kept.position) == ("Bộ phận Một cửa", "Chuyên viên")
    assert kept.due_at is not None
    assert f"{from_wall(kept.due_at):%d/%m/%Y %H:%M}" == "03/12/2026 17:00"
    everything = [*ProgressStep.objects.values_list(), *RefusedRecord.objects.values_list()]
    sync(envelope(STEPS, step(TrangThai="99")))
    everything += RefusedRecord.objects.values_list()
    assert "Bí Mật" not in str(everything)


def test_sent_again_a_step_is_the_same_step(sync: Sender) -> None:
    first, later = step(), step(ThoiDiemXuLy="20261002090000", TrangThai="9")
    sync(envelope(STEPS, first))
    again = sync(envelope(STEPS, first, later)).json()
    moved = sync(envelope(STEPS, step(NgayKetThucTheoQuyDinh="20261204170000"))).json()

    assert again["message"] == "1 accepted, 1 unchanged, 0 refused"
    assert moved["result"]["results"][0]["new"] is False
    assert ProgressStep.objects.count() == 2
    assert sync(envelope(STEPS, later)).json()["result"]["unchanged"] == 1


def test_what_exists_already_is_updated_and_never_an_error(sync: Sender) -> None:
    """Senders that insert first, and send “đã tồn tại” again as an update, need not."""
    sync(envelope(DOSSIERS, message()))
    reply = sync(envelope(DOSSIERS, message(TrangThaiHoSo="5"), isUpdating=False)).json()
    again = sync(envelope(DOSSIERS, message(TrangThaiHoSo="5"), isUpdating=True)).json()

    assert (reply["error_code"], again["error_code"]) == ("0", "0")
    assert "tồn tại" not in json.dumps([reply, again], ensure_ascii=False)
    assert Dossier.objects.get().status == 5


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"MaHoSo": ""}, "MaHoSo"),
        ({"MaHoSo": "khong-ro"}, "MaHoSo"),
        ({"MaHoSo": "H77.01-261001-1"}, "MaHoSo"),
        ({"ThoiDiemXuLy": ""}, "ThoiDiemXuLy"),
        ({"ThoiDiemXuLy": "20260231"}, "ThoiDiemXuLy"),
        ({"ThoiDiemXuLy": "20270101"}, "ThoiDiemXuLy"),
        ({"TrangThai": "11"}, "TrangThai"),
        ({"NgayBatDau": "hôm qua"}, "NgayBatDau"),
        ({"NgayKetThucTheoQuyDinh": "20260901"}, "NgayKetThucTheoQuyDinh"),
    ],
)
def test_a_bad_row_is_refused_and_keeps_no_good_one_out(
    sync: Sender, fields: dict[str, str], field: str
) -> None:
    reply = sync(envelope(STEPS, step(), step(**fields))).json()

    assert reply["error_code"] == "1"
    assert reply["result"]["results"][1]["field"] == field
    assert ProgressStep.objects.count() == 1
    assert RefusedRecord.objects.get().field == field


@pytest.mark.parametrize(
    ("body", "service", "status"),
    [
        ([step()] * 11, STEPS, 413),
        ([step()], "", 400),
        (envelope("DongBoKhac", step()), "", 400),
        (envelope(STEPS, step()), DOSSIERS, 400),
        ({"service": STEPS, "data": {}}, "", 400),
        ("a text", STEPS, 400),
    ],
)
def test_what_is_no_call_of_a_service_is_told_in_both_ways(
    sync: Sender, body: Any, service: str, status: int
) -> None:
    answer = sync(json.dumps(body), service)

    assert answer.status_code == status
    problem = answer.json()
    assert problem["error_code"] == "1"
    assert problem["message"] == problem["detail"]
    assert not Batch.objects.exists()


def test_ten_rows_are_taken(sync: Sender) -> None:
    rows = [step(ThoiDiemXuLy=f"202610{day:02d}083000") for day in range(1, 11)]
    assert sync(rows, STEPS).json()["result"]["accepted"] == 10


def test_without_a_key_nothing_is_taken(ward: Unit) -> None:
    answer = Client().post("/api/v1/sync", envelope(STEPS, step()), "application/json")
    assert answer.status_code == 401


def test_a_key_of_another_unit_sends_no_steps(sync: Sender) -> None:
    Unit.objects.create(code="H22.01", name="Xã khác", kind="commune")
    reply = sync(envelope(STEPS, step(MaHoSo="H22.01-261001-1"))).json()
    assert "may not send for the unit" in reply["result"]["results"][0]["reason"]


def test_a_batch_of_steps_can_be_withdrawn(sync: Sender) -> None:
    sync(envelope(STEPS, step()))
    sync(envelope(STEPS, step(NgayKetThucTheoQuyDinh="20261204170000")))
    first, second = Batch.objects.order_by("pk")

    withdraw(second.pk, "somebody", "a test")
    kept = ProgressStep.objects.get()
    assert kept.due_at is not None
    assert from_wall(kept.due_at).day == 3
    withdraw(first.pk, "somebody", "a test")
    assert not ProgressStep.objects.exists()


def test_the_trail_stands_in_the_dossiers_administration_page(sync: Sender) -> None:
    sync(envelope(DOSSIERS, message()))
    sync(envelope(STEPS, step(ThoiDiemXuLy="20261002090000", TrangThai="9"), step()))
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin"))

    page = admin.get(reverse("admin:register_dossier_change", args=[Dossier.objects.get().pk]))

    text = page.text
    first, second = text.index("đang xử lý · Bộ phận"), text.index("đã xử lý xong · Bộ phận")
    assert first < second
    listed = admin.get(reverse("admin:register_progressstep_changelist"))
    assert listed.status_code == 200
