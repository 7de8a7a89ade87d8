"""A key for the catalogue brings what its unit and those below it apply, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.intake.actions import receive
from phucvu.intake.kinds import APPLIED_PROCEDURES, PROCEDURES
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.units.models import Kind
from tests.dossiers import unit
from tests.intake.messages import message
from tests.intake.rows import applied, procedure

pytestmark = [pytest.mark.database, pytest.mark.django_db]

APPLIED, LISTED = "applied-procedures", "procedures"


@pytest.fixture
def units(db: None) -> SimpleNamespace:
    """A city with two wards, and an office of the first."""
    city = unit("H29", kind=Kind.PROVINCE)
    ward = unit("H29.01", city)
    office = unit("H29.01.1", ward, Kind.DISTRICT_DEPARTMENT)
    return SimpleNamespace(city=city, ward=ward, office=office, other=unit("H29.02", city))


def post(key: str, plural: str, records: list[dict[str, Any]]) -> Any:
    caller = Client(headers={"authorization": f"Bearer {key}"})
    return caller.post(f"/api/v1/{plural}", records, "application/json")


def test_a_wards_key_brings_its_own_and_those_below(units: SimpleNamespace) -> None:
    key = keys.issue(units.ward, "ward", ApiKey.Purpose.CATALOGUE)[1]
    places = ("H29.01", "H29.01.1", "H29.02", "H29")
    told = post(key, APPLIED, [applied("1.1", unit=code) for code in places]).json()
    assert [answer["result"] for answer in told["results"]] == [
        "accepted", "accepted", "refused", "refused",
    ]  # fmt: skip
    assert {answer.get("field") for answer in told["results"][2:]} == {"unit"}
    brought = set(ProcedureAtUnit.objects.values_list("unit__code", flat=True))
    assert brought == {"H29.01", "H29.01.1"}


def test_a_wards_key_says_nothing_of_procedures(units: SimpleNamespace) -> None:
    receive([procedure("1.1")], kind=PROCEDURES)
    key = keys.issue(units.ward, "ward", ApiKey.Purpose.CATALOGUE)[1]
    records = [procedure("1.1", fee=0), procedure("1.1", fee=0, unit="H29.01")]
    told = post(key, LISTED, records).json()
    assert [answer["result"] for answer in told["results"]] == ["refused", "refused"]
    assert Procedure.objects.get().fee == 8000
    city = keys.issue(units.city, "city", ApiKey.Purpose.CATALOGUE)[1]
    assert post(city, LISTED, [procedure("1.1", fee=0)]).json()["accepted"] == 1


def test_what_another_purpose_does_not_open(units: SimpleNamespace) -> None:
    sender = keys.issue(units.city, "sender")[1]
    for plural, record in ((APPLIED, applied("1.1")), (LISTED, procedure("1.1"))):
        answer = post(sender, plural, [record])
        assert (answer.status_code, "H29" in answer.json()["detail"]) == (403, True)
    key = keys.issue(units.city, "catalogue", ApiKey.Purpose.CATALOGUE)[1]
    assert post(key, "dossiers", [message()]).status_code == 403
    assert post(key, "payments", []).status_code == 403
    assert not ProcedureAtUnit.objects.exists()
    things = AuditEntry.objects.filter(outcome="refused").order_by("id")
    assert list(things.values_list("thing", flat=True)) == [
        "send_catalogue", "send_catalogue", "send", "send",
    ]  # fmt: skip


@pytest.fixture
def newest_again(transactional_db: None) -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_keys_that_brought_only_the_catalogue_still_do(
    newest_again: None, units: SimpleNamespace
) -> None:
    both, only, _none = (keys.issue(units.city, name)[0] for name in ("both", "only", "none"))
    for key in (both, only):
        receive([applied("1.1")], key=key, kind=APPLIED_PROCEDURES)
    receive([procedure("1.1")], key=only, kind=PROCEDURES)
    receive([message()], key=both)
    MigrationExecutor(connection).migrate([("intake", "0008_versions_by_word")])

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    purposes = dict(ApiKey.objects.values_list("name", "purpose"))
    assert purposes == {"both": "send", "only": "catalogue", "none": "send"}
