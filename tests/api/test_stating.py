"""Figures that are not counted, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.test import Client

from phucvu.facts.figures import Source
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.register.models import StatedFigure
from phucvu.units.models import Unit
from tests.api.conftest import Sender

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def figure(**fields: Any) -> dict[str, Any]:
    stated = {"unit_code": "H29.01", "period": "2026-08", "indicator": "BCQG", "denominator": 412}
    return {**stated, "as_of": "2026-09-02", **fields}


def send(key: str | None, records: Any, **headers: str) -> Any:
    sender = Sender(key)
    return sender.client.post(
        "/api/v1/figures",
        records if isinstance(records, bytes) else json.dumps(records),
        content_type="application/json",
        headers=sender.headers | headers,
    )


def test_figures_are_taken_and_answered_as_described(ward: Unit, key: str) -> None:
    operation = Client().get("/api/v1/openapi.json").json()["paths"]["/api/v1/figures"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    component = figure(indicator="1.1", numerator=3, denominator=4, ratio=75.5, note="= by hand")
    jsonschema.validate([figure(), component], body)

    response = send(key, [figure(), component, figure(denominator=-1), "x"])
    jsonschema.validate(response.json(), answer)

    told = response.json()
    assert (told["accepted"], told["unchanged"], told["refused"]) == (2, 0, 2)
    assert told["results"][0] == {
        "position": 0,
        "code": "H29.01 2026-08 BCQG 20260902",
        "result": "accepted",
        "new": True,
    }
    assert [item.get("field") for item in told["results"][2:]] == ["denominator", ""]
    report, stated = StatedFigure.objects.order_by("-indicator")
    assert (report.indicator, report.denominator) == ("BCQG", 412)
    assert (stated.unit, stated.numerator, str(stated.ratio)) == (ward, 3, "75.50")
    assert stated.source == Source.TYPED
    batch = Batch.objects.get()
    assert (batch.pk, batch.kind, batch.accepted) == (told["batch"], "figure", 2)
    assert RefusedRecord.objects.filter(batch=batch).count() == 2
    again = send(key, [figure(denominator=413), component]).json()
    assert [item["result"] for item in again["results"]] == ["accepted", "unchanged"]
    assert again["results"][0]["new"] is False


def test_a_named_request_is_answered_as_before(ward: Unit, key: str) -> None:
    name = {"Idempotency-Key": "september"}
    first = send(key, [figure()], **name).json()
    assert send(key, [figure()], **name).json() == first
    assert send(key, [figure(denominator=1)], **name).status_code == 409
    assert Batch.objects.count() == 1


def test_a_key_states_for_its_units_only_and_nothing_as_published(ward: Unit, key: str) -> None:
    Unit.objects.create(code="H22", name="Tỉnh khác", kind="province")

    told = send(key, [figure(unit_code="H22"), figure(source="published")]).json()

    assert [item["field"] for item in told["results"]] == ["unit_code", "source"]
    assert not StatedFigure.objects.exists()


@pytest.mark.parametrize("value", [True, [1], {"a": 1}])
def test_a_value_is_text_or_a_number(ward: Unit, key: str, value: Any) -> None:
    told = send(key, [figure(denominator=value)]).json()

    assert told["results"][0]["field"] == "denominator"
    assert not StatedFigure.objects.exists()


def test_no_key_no_figures(ward: Unit) -> None:
    assert send(None, [figure()]).status_code == 401
    assert not StatedFigure.objects.exists()


def test_what_is_no_list_is_a_problem(ward: Unit, key: str) -> None:
    assert send(key, {}).status_code == 400
    assert send(key, b"[").status_code == 400
