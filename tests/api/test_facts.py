"""Petitions, certified e-copies and lookups over HTTP, taken and answered as described."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.test import Client

from phucvu.accounts import keys
from phucvu.facts.petitions import STATES
from phucvu.intake.models import Batch
from phucvu.register.models import CertifiedCopy, Dossier, Lookup, Petition
from phucvu.units.models import Unit
from tests.api.conftest import Sender
from tests.intake.messages import message
from tests.intake.rows import certified, lookup, petition

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ADDRESSES = {
    "petitions": (Petition, petition),
    "certified-copies": (CertifiedCopy, certified),
    "lookups": (Lookup, lookup),
}


class FactSender(Sender):
    """Posts to the address of any kind of fact."""

    def __call__(self, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        address, records = body
        return self.client.post(
            f"/api/v1/{address}",
            records if isinstance(records, bytes) else json.dumps(records),
            content_type=content_type,
            headers=self.headers | headers,
        )


@pytest.fixture
def sender(key: str) -> FactSender:
    return FactSender(key)


@pytest.mark.parametrize("plural", ADDRESSES)
def test_each_kind_is_taken_as_described(sender: FactSender, plural: str) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"][f"/api/v1/{plural}"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    model, make = ADDRESSES[plural]
    records = [make("A-1"), make("A-2", unit="H99"), make("A-3", dossier_code="x" * 65)]

    jsonschema.validate([make("A-1")], body)
    response = sender((plural, records))
    jsonschema.validate(response.json(), answer)

    told = response.json()
    assert [item["result"] for item in told["results"]] == ["accepted", "refused", "refused"]
    assert [item.get("field") for item in told["results"]] == [None, "unit", "dossier_code"]
    assert list(model.objects.values_list("code", flat=True)) == ["A-1"]
    assert Batch.objects.get().kind == model._meta.model_name.replace("copy", "_copy")
    again = sender((plural, records)).json()
    assert (again["batch"], again["unchanged"]) == (told["batch"], 1)
    described = set(operation["responses"])
    assert described == {
        "200", "400", "401", "403", "405", "408", "409", "413", "415", "422", "429", "503", "507",
    }  # fmt: skip


def test_every_state_is_described(sender: FactSender) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/petitions"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    history = [
        {"state": state, "at": f"2026-03-{3 + day:02d}T09:00:00"}
        for day, state in enumerate(STATES)
    ]
    sent = [petition("A-1", history=history)]

    jsonschema.validate(sent, body)
    assert sender(("petitions", sent)).json()["accepted"] == 1
    assert Petition.objects.get().state == "published"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[", 400), (b"{}", 400), (json.dumps([{}] * 10_001).encode(), 413)],
)
def test_what_is_no_list_is_a_problem(sender: FactSender, body: bytes, status: int) -> None:
    response = sender(("petitions", body))

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_no_key_no_facts(ward: Unit) -> None:
    response = FactSender(None)(("petitions", [petition("A-1")]))

    assert response.status_code == 401
    assert not Petition.objects.exists()


def test_a_key_sends_for_its_own_units_only(ward: Unit, sender: FactSender) -> None:
    other = Unit.objects.create(code="H22", name="Tỉnh khác", kind="province")
    _key, secret = keys.issue(other, "another")
    foreign = FactSender(secret)

    assert sender(("petitions", [petition("A-1")])).json()["accepted"] == 1
    told = foreign(("petitions", [petition("A-2"), petition("A-1", unit="H22")])).json()

    assert [item["field"] for item in told["results"]] == ["unit", "code"]
    assert Petition.objects.get().unit == ward


def test_a_correction_takes_a_moment_back(sender: FactSender) -> None:
    sender(("petitions", [petition("A-1", processed_at="2026-03-10T09:00:00")]))
    late = sender(("petitions", [petition("A-1")])).json()
    meant = sender(("petitions?correction=true", [petition("A-1")])).json()

    assert (late["superseded"], meant["accepted"]) == (1, 1)
    assert Petition.objects.get().processed_at is None


class TestNamedRequests:
    """`Idempotency-Key`."""

    def test_the_answer_is_that_of_the_first_time(self, sender: FactSender) -> None:
        name = {"Idempotency-Key": "2026-03-02/1"}
        sent = ("petitions", [petition("A-1"), petition("A-2", unit="")])
        first = sender(sent, **name)
        # Meanwhile the petition went on: sent again, the old version must not come back.
        sender(("petitions?correction=true", [petition("A-1", likes=9)]))
        again = sender(sent, **name)

        assert again.content == first.content
        assert first.json()["results"][0]["new"] is True
        assert Petition.objects.get().likes == 9
        assert Batch.objects.count() == 2

    def test_another_content_is_a_problem(self, sender: FactSender) -> None:
        name = {"Idempotency-Key": "1"}
        sender(("petitions", [petition("A-1")]), **name)
        response = sender(("petitions", [petition("A-2")]), **name)

        assert response.status_code == 409
        assert "Idempotency-Key" in response.json()["detail"]
        assert Petition.objects.count() == 1

    def test_each_key_has_its_own_names(self, ward: Unit, sender: FactSender) -> None:
        name = {"Idempotency-Key": "1"}
        _key, secret = keys.issue(ward, "another")
        sender(("petitions", [petition("A-1")]), **name)

        assert FactSender(secret)(("petitions", [petition("A-2")]), **name).status_code == 200
        assert Petition.objects.count() == 2

    def test_dossiers_too(self, send: Sender) -> None:
        first = send([message()], **{"Idempotency-Key": "1"})
        again = send([message()], **{"Idempotency-Key": "1"})

        assert again.content == first.content
        assert again.json()["accepted"] == 1
        assert Dossier.objects.count() == Batch.objects.count() == 1

    @pytest.mark.parametrize("name", ["", " ", "x" * 101])
    def test_an_unusable_name_is_a_problem(self, sender: FactSender, name: str) -> None:
        response = sender(("petitions", [petition("A-1")]), **{"Idempotency-Key": name})

        assert response.status_code == 400
        assert not Petition.objects.exists()
