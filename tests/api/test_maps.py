"""Scores, boards and trends on either map: as it was, or today's units."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
import time_machine
from django.test import Client

from phucvu.accounts.failures import Pace
from phucvu.api import pace
from phucvu.scorecards import load
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from tests.dossiers import dossier, store, unit
from tests.web.conftest import measures

__all__ = ["measures"]

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EDITION = load("qd766-portal-2026")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pace, "asked", Pace("api", 300))
    with time_machine.travel(datetime(2026, 11, 20, 3, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def province() -> Unit:
    """H44.1, split on 1 July, did two of three in time before it; then H44.2 one of one."""
    top = unit("H44", kind=Kind.PROVINCE)
    one, two = unit("H44.1", top), unit("H44.2", top)
    for month in ("02", "03"):
        store(
            *(
                dossier(f"a{month}{n}", one, f"2026-{month}-02", status=9,
                        finished_at=f"2026-{month}-{10 if n else 20}")
                for n in range(3)
            )
        )  # fmt: skip
    parts = [(two, Fraction(1, 4)), (Newcomer("H44.3", "Ba", "commune", top), Fraction(3, 4))]
    actions.split(Mandate(decision_of("01/NQ"), date(2026, 7, 1)), one, parts)
    store(dossier("b", two, "2026-07-06", status=9, finished_at="2026-07-07"))
    return top


def read(client: Client, address: str) -> dict[str, Any]:
    response = client.get(f"/api/v1/units/{address}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = json.loads(response.content)
    return found


def counts(client: Client, address: str) -> tuple[Any, Any]:
    by_id = {each["id"]: each for each in read(client, address)["components"]}
    return by_id["2.1"]["numerator"], by_id["2.1"]["denominator"]


def test_a_score_is_of_the_map_asked_for(client: Client, province: Unit) -> None:
    for view in ("", "&map=then", "&map=today"):
        assert counts(client, f"H44/score?period=2026{view}") == (5, 7)
    assert counts(client, "H44.2/score?period=2026") == (1, 1)
    assert counts(client, "H44.2/score?period=2026&map=today") == (2, "5/2")
    assert counts(client, "H44.1/score?period=2026-02") == (2, 3)
    assert client.get("/api/v1/units/H44.1/score?period=2026-02&map=today").status_code == 404
    assert client.get("/api/v1/units/H44/score?period=2026&map=now").status_code == 422


def test_every_answer_says_its_map_and_the_edition_that_scored(
    client: Client, province: Unit
) -> None:
    for name, more in (("score", ""), ("scoreboard", "&kind=commune"), ("trend", "")):
        for view in ("then", "today"):
            told = read(client, f"H44/{name}?period=2026{more}&map={view}")
            assert told["map"] == view
            name_of_it = {"id": EDITION.id, "digest": EDITION.digest}
            assert told["edition"] == {
                **name_of_it, "basis": "in_force", "stands": name_of_it, "notes": [],
            }  # fmt: skip
        assert read(client, f"H44/{name}?period=2026{more}")["map"] == "then"


def test_a_board_lists_who_is_there_on_either(client: Client, province: Unit) -> None:
    def units(period: str, view: str) -> set[str]:
        address = f"H44/scoreboard?period={period}&kind=commune&map={view}"
        return {each["unit"] for each in read(client, address)["entries"]}

    assert units("2026-02", "then") == {"H44.1", "H44.2"}
    assert units("2026-02", "today") == units("2026", "then") == {"H44.2", "H44.3"}


def test_a_trend_is_of_either(client: Client, province: Unit) -> None:
    def months(code: str, view: str) -> list[str]:
        told = read(client, f"{code}/trend?period=2026&map={view}")
        return [point["period"] for point in told["components"].get("2.1", [])]

    assert months("H44", "then") == months("H44", "today") == ["2026-02", "2026-03", "2026-07"]
    assert months("H44.2", "then") == []
    assert months("H44.2", "today") == ["2026-02", "2026-03", "2026-07"]


def test_periods_are_those_its_code_can_be_asked_for(client: Client, province: Unit) -> None:
    found = client.get("/api/v1/units/H44.3/periods").json()
    assert found == []
    for code in ("H44", "H44.2"):
        for each in client.get(f"/api/v1/units/{code}/periods").json():
            read(client, f"{code}/score?period={each['period']}")


def test_an_answer_with_shares_is_as_described(client: Client, province: Unit) -> None:
    document = client.get("/api/v1/openapi.json").json()
    asked = document["paths"]["/api/v1/units/{code}/score"]["get"]["parameters"]
    (param,) = [each for each in asked if each["name"] == "map"]
    assert "today" in json.dumps({**param, "components": document["components"]})
    schema = {"$ref": "#/components/schemas/ScoreOut", "components": document["components"]}
    told = read(client, "H44.2/score?period=2026&map=today")
    jsonschema.validate(told, schema)
