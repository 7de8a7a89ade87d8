"""The OpenAPI document, the units, and errors of the API at large."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest
from django.conf import settings
from django.test import Client

from phucvu.units.models import Unit
from tests.api.conftest import Sender
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_the_description_fits_what_is_taken_and_answered(send: Sender) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/dossiers"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    problem = document["components"]["schemas"]["Problem"]
    records = [message(), message("H29.01-261001-2", MaTTHC="?" * 41)]

    for sent in (records, {"session": "s", "service": "DongBoHoSoMC", "data": records}):
        jsonschema.validate(json.loads(json.dumps([message()])), body)
        jsonschema.validate(send(sent).json(), answer)
    late = send([message(NgayNopHoSo="", NgayTiepNhan="20260930")]).json()
    assert (late["superseded"], late["results"][0]["result"]) == (1, "superseded")
    jsonschema.validate(late, answer)
    jsonschema.validate(json.loads(send(b"[").content), problem)
    assert set(operation["responses"]) == {
        "200", "400", "401", "403", "405", "408", "409", "413", "415", "429", "503", "507",
    }  # fmt: skip
    assert operation["security"] == [{"BearerKey": []}, {"HeaderKey": []}]
    assert document["components"]["securitySchemes"]["BearerKey"]["scheme"] == "bearer"
    assert document["components"]["securitySchemes"]["HeaderKey"]["name"] == "X-API-Key"


def test_no_page_of_the_api_needs_another_server() -> None:
    response = Client().get("/api/v1/docs")

    if "ninja" in settings.INSTALLED_APPS:
        assert b"//cdn" not in response.content
    else:
        assert response.status_code == 404


def test_units_are_listed_a_parent_before_its_children(ward: Unit) -> None:
    city = Unit.objects.create(code="H29", name="Thành phố", kind="province")
    ward.parent = city
    ward.save()
    Unit.objects.create(code="H1", name="Cũ", kind="province", valid_to=date(2025, 7, 1))

    listed = Client().get("/api/v1/units").json()
    before = Client().get("/api/v1/units?on=2025-06-30").json()

    assert [(unit["code"], unit["parent_code"]) for unit in listed] == [
        ("H29", None),
        ("H29.01", "H29"),
    ]
    assert [unit["code"] for unit in before] == ["H1", "H29", "H29.01"]


def test_a_wrong_parameter_is_a_problem_too(db: None) -> None:
    response = Client().get("/api/v1/units?on=31-02-2026")

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
