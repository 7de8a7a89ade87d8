"""Ratings and announced procedures over HTTP and as templates, taken as they are described."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.intake.commands import import_, template
from phucvu.register.models import (
    AnnouncedProcedure,
    DossierRating,
    Payment,
    Procedure,
    ProcedureAtUnit,
)
from phucvu.units.models import Unit
from tests.intake.rows import announced, applied, paid, procedure, rating

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HERE = {"unit": "H29.01"}
SENT = {
    "ratings": (DossierRating, [rating("A-1"), rating("A-2", "fine")]),
    "payments": (Payment, [paid("T-1"), paid("T-2", method="")]),
    "procedures": (Procedure, [procedure("1.1", **HERE), procedure("1.2", term=10_000, **HERE)]),
    "applied-procedures": (ProcedureAtUnit, [applied("1.1"), applied("1.2", 1)]),
    "announcements": (AnnouncedProcedure, [announced("1.1", **HERE), announced("?" * 41, **HERE)]),
}


@pytest.mark.parametrize("plural", SENT)
def test_each_kind_is_taken_as_described(key: str, ward: Unit, plural: str) -> None:
    if SENT[plural][0] in (Procedure, ProcedureAtUnit):
        key = keys.issue(ward, "the catalogue's", ApiKey.Purpose.CATALOGUE)[1]
    operation = Client().get("/api/v1/openapi.json").json()["paths"][f"/api/v1/{plural}"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    model, records = SENT[plural]
    jsonschema.validate(records[:1], body)

    def send(headers: dict[str, str]) -> Any:
        content = json.dumps(records)
        address = f"/api/v1/{plural}"
        return Client().post(address, content, content_type="application/json", headers=headers)

    told = send({"authorization": f"Bearer {key}"}).json()
    jsonschema.validate(told, answer)
    assert [item["result"] for item in told["results"]] == ["accepted", "refused"]
    assert model.objects.count() == 1
    assert send({}).status_code == 401


@pytest.mark.parametrize("plural", SENT)
def test_the_template_is_read_as_it_is_written(ward: Unit, tmp_path: Path, plural: str) -> None:
    file = tmp_path / "template.xlsx"
    assert CliRunner().invoke(template, [plural, str(file)]).exit_code == 0
    result = CliRunner().invoke(import_, [str(file)])
    assert result.exit_code == 0, result.output  # its only row is the example, which is skipped
    assert not SENT[plural][0].objects.exists()
    lines = tmp_path / "records.jsonl"
    lines.write_text(json.dumps(SENT[plural][1][0]), encoding="utf-8")
    assert CliRunner().invoke(import_, [str(lines), "--kind", plural]).exit_code == 0
    assert SENT[plural][0].objects.count() == 1
