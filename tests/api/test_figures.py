"""The read side of the API: what it tells, how it is asked, that it is as described."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from django.test import Client

from phucvu.accounts.failures import Pace
from phucvu.api import pace
from phucvu.opendata.columns import STATES
from tests.conftest import ROOT
from tests.web.conftest import country, measures, state

__all__ = ["country", "measures"]

pytestmark = [pytest.mark.django_db, pytest.mark.database]

V1 = "/api/v1"
READING = {
    "listPeriods": "/units/VN/periods",
    "readScoreboard": "/units/VN/scoreboard?period=2026&kind=province",
    "readScore": "/units/H20/score?period=2026",
    "readTrend": "/units/VT/trend?period=2026",
    "listScorecards": "/scorecards",
    "readScorecard": "/scorecards/qd766-portal-2026",
}


@pytest.fixture(autouse=True)
def fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "asked", Pace("api", 300))


def read(client: Client, address: str) -> Any:
    response = client.get(V1 + address)
    assert response.status_code == 200, response.content
    return json.loads(response.content, parse_float=Decimal)


def test_a_score_tells_every_component_with_its_reason(
    client: Client, country: SimpleNamespace
) -> None:
    score = read(client, READING["readScore"])
    by_id = {component["id"]: component for component in score["components"]}

    found = by_id["2.1"]
    assert (found["numerator"], found["denominator"]) == (358_660, 405_424)
    assert (found["ratio"], found["points"]) == (Decimal("88.47"), Decimal("17.69"))
    assert "358.660 ÷ 405.424" in found["reason"]["vi"]
    assert found["to_gain"] == Decimal("2.31") and found["facts_to_full_marks"] == 46_764
    assert by_id["5.1"]["points"] is None and by_id["5.1"]["state"] == "not_provided"
    assert by_id["1.4"]["flags"] == ["TEMP_NATIONAL_REPORT_DENOMINATOR"]
    assert score["state"] == "partial" and "5.1" in score["missing"]
    assert {component["state"] for component in score["components"]} <= set(STATES)


def test_a_board_ranks_and_keeps_the_silent(client: Client, country: SimpleNamespace) -> None:
    entries = read(client, READING["readScoreboard"])["entries"]

    assert [(each["unit"], each["rank"]) for each in entries] == [
        ("H20", 1), ("H40", 2), ("H30", None),
    ]  # fmt: skip
    assert entries[-1]["total"] is None


def test_periods_and_trend(client: Client, country: SimpleNamespace) -> None:
    periods = [each["period"] for each in read(client, READING["listPeriods"])]
    assert periods == ["2026"]
    assert {"total", "groups", "components"} <= set(read(client, READING["readTrend"]))


def test_an_edition_is_told_whole(client: Client) -> None:
    edition = read(client, READING["readScorecard"])

    assert edition["points"] == 100
    assert sum(group["points"] for group in edition["groups"]) == 100
    rules = [rule for group in edition["groups"] for rule in group["components"]]
    assert next(rule for rule in rules if rule["id"] == "3.3")["target"] == 50
    assert edition["id"] in {each["id"] for each in read(client, "/scorecards")}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/units/KHONG/score?period=2026", 404),
        ("/units/H20/score?period=2026-13", 404),
        ("/units/H20/score", 422),
        ("/units/VN/scoreboard?period=2026&kind=planet", 422),
        ("/units/H20/score?period=2026&as_of=yesterday", 422),
        ("/scorecards/khong", 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    client: Client, country: SimpleNamespace, address: str, status: int
) -> None:
    response = client.get(V1 + address)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_whoever_has_an_answer_need_not_load_it_again(
    client: Client, country: SimpleNamespace
) -> None:
    address = V1 + READING["readScore"]
    first = client.get(address)
    known = {"If-None-Match": first["ETag"]}

    assert client.get(address, headers=known).status_code == 304
    state(country.good, "3.6", 1, 2)
    from phucvu.changes.publishing import publish

    publish([country.good.id])
    assert client.get(address, headers=known).status_code == 200


def test_any_site_may_read_and_none_may_write(client: Client, country: SimpleNamespace) -> None:
    for address in ("/units", *READING.values()):
        response = client.get(V1 + address)
        assert response.status_code == 200
        assert "public" in response["Cache-Control"]
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
    sent = client.post(f"{V1}/dossiers", data="[]", content_type="application/json")
    assert "Access-Control-Allow-Origin" not in sent


def test_who_asks_too_fast_is_told_to_wait(
    client: Client, country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "asked", Pace("test", 3))
    address = V1 + READING["listScorecards"]

    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(address)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_every_example_is_answered_as_described(client: Client, country: SimpleNamespace) -> None:
    document = client.get(f"{V1}/openapi.json").json()
    described = {
        operation["operationId"]: operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method == "get"
        and operation["operationId"] != "listUnits"
        and not operation.get("security")
    }
    assert set(described) == set(READING)
    for name, address in READING.items():
        schema = described[name]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(V1 + address).json()
        jsonschema.validate(answer, {**schema, "components": document["components"]})


def test_the_documentation_names_every_address(client: Client) -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    for address in client.get(f"{V1}/openapi.json").json()["paths"]:
        assert f"`{address}`" in page or f"`POST {address}`" in page, address
