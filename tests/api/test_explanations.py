"""`GET /api/v1/dossiers/{code}/explanation`, and the page of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey, Grant
from phucvu.accounts.policy import Role
from phucvu.register.models import Dossier
from phucvu.units.models import Unit
from tests.api.conftest import Sender
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODE = "H29.01-261001-00001"


def get(key: str | None, code: str = CODE, **parameters: str) -> Any:
    headers = {"authorization": f"Bearer {key}", "accept-language": "en"} if key else {}
    return Client().get(f"/api/v1/dossiers/{code}/explanation", parameters, headers=headers)


@pytest.fixture
def reader(ward: Unit) -> str:
    return keys.issue(ward, "a reader", ApiKey.Purpose.READ)[1]


@pytest.fixture(autouse=True)
def late(send: Sender) -> None:
    assert send([message(TrangThaiHoSo="9", NgayKetThucXuLy="20261005090000")]).status_code == 200


def test_a_dossier_is_explained_to_a_key_of_its_unit(reader: str) -> None:
    answer = get(reader, period="2026-10").json()

    assert answer["verdict"]["result"] == "overdue"
    assert answer["verdict"]["vi"].startswith("Quá hạn 2 ngày: kết thúc ngày 05/10/2026")
    assert answer["verdict"]["en"].startswith("2 days overdue: ended on 5 Oct 2026")
    assert (answer["days_late"], answer["end"], answer["due_by"]) == (
        2,
        "finished_at",
        "promised_at",
    )
    by_name = {item["name"]: item for item in answer["measures"]}
    assert by_name["received_online"]["value"] == 1
    assert by_name["ended_on_time"]["left_out_by"][0]["definition"] == "on_time_by_date"
    assert "2.1" in by_name["ended_on_time"]["indicators"]
    assert next(i for i in answer["indicators"] if i["id"] == "2.1")["denominator"] == 1
    assert get(reader).json()["period"] == "2026"
    assert get(reader, scorecard="qd766-document").json()["scorecard"] == "qd766-document"


def test_the_description_fits_the_answer(reader: str) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/dossiers/{code}/explanation"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(get(reader).json(), {**schema, "components": document["components"]})


def test_no_other_key_learns_of_it(reader: str) -> None:
    other = Unit.objects.create(code="H22", name="Tỉnh khác", kind="province")
    stranger = keys.issue(other, "a stranger", ApiKey.Purpose.READ)[1]

    for response in (get(stranger), get(reader, "H29.01-261001-99999")):
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
    assert get(stranger).json()["detail"] == get(reader, "nothing").json()["detail"]
    assert get(None).status_code == 401


def test_what_is_asked_wrongly_is_named(reader: str) -> None:
    assert get(reader, period="March").status_code == 422
    assert get(reader, scorecard="../secret").status_code == 404


def test_the_page_of_the_desk(client: Client) -> None:
    dossier = Dossier.objects.get()
    page = reverse("desk:dossier", args=[dossier.unit.code, dossier.code])
    assert client.get(page).status_code == 302  # to the sign-in
    clerk = User.objects.create_user("clerk")
    client.force_login(clerk)
    assert client.get(page).status_code == 403
    day = timezone.localdate()
    Grant.objects.create(
        account=clerk, role=Role.OFFICER, unit=dossier.unit,
        starts_on=day - timedelta(days=1), ends_on=day + timedelta(days=1), granted_by="test",
    )  # fmt: skip
    shown = client.get(page, {"ky": "2026-10"}).content.decode()
    assert "Quá hạn 2 ngày" in shown
    assert "QĐ 766/QĐ-TTg" in shown
    assert client.get(page, {"ky": "March"}).status_code == 404
