"""What is no record as the description has it is refused, field by field, for every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.units.models import Unit
from tests.contract.records import stripped
from tests.intake.messages import message
from tests.intake.rows import BUILDERS

pytestmark = [pytest.mark.django_db, pytest.mark.database]

V1 = "/api/v1"
CATALOGUE = ("procedures", "applied-procedures")
STRANGE = [
    None, "", " ", "x", "9" * 1_001, "A\x00B", 0, -1, 7, 1.5, 10**30, True, [], {}, [[]], [None],
    ["x"], [{"state": "x"}], "20260230", "31/12/2026", "2026-03-02T08:05:00+99:00",
]  # fmt: skip
INSIDE = ["", "x", -1, 1.5, True, [], {}]


@pytest.fixture
def senders(ward: Unit) -> dict[str, str]:
    """A key for the catalogue of the whole, and one for facts."""
    city = Unit.objects.create(code="H29", name="Thành phố", kind="province")
    ward.parent = city
    ward.save()
    for code in ("H21.09", "H22.01"):
        Unit.objects.create(code=code, name=f"Đơn vị {code}", kind="commune", parent=city)
    return {
        "send": keys.issue(city, "facts")[1],
        "catalogue": keys.issue(city, "catalogue", ApiKey.Purpose.CATALOGUE)[1],
    }


def good(plural: str, number: int) -> dict[str, Any]:
    if plural == "dossiers":
        days = {"NgayNopHoSo": "20260102080000", "NgayTiepNhan": "20260102080000"}
        return message(f"H29.01-260102-{number}", **days)
    if plural == "figures":
        return BUILDERS[plural](note=str(number))
    if plural == "payments":
        return BUILDERS[plural](f"1.{number}", paid_at="2026-03-02T08:05:00")
    code = f"H29.01-261001-{number}" if plural in ("ratings", "progress-steps") else f"1.{number}"
    return BUILDERS[plural](code)


def described(plural: str) -> dict[str, Any]:
    """The record an address is for."""
    document = Client().get(f"{V1}/openapi.json").json()
    operation = document["paths"][f"{V1}/{plural}"]["post"]
    taken = operation["requestBody"]["content"]["application/json"]["schema"]
    records = taken["oneOf"][0] if "oneOf" in taken else taken
    record: dict[str, Any] = records["items"]["anyOf"][0]
    return record


def spoiled(plural: str, record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Good records in which one field is something else, or is missing."""
    number = 0
    for name in record["properties"]:
        for value in STRANGE:
            number += 1
            yield name, good(plural, number) | {name: value}
        for field in record["properties"][name].get("items", {}).get("properties", ()):
            for value in INSIDE:
                number += 1
                yield name, good(plural, number) | {name: [{field: value}]}
        number += 1
        yield name, {key: value for key, value in good(plural, number).items() if key != name}


def answers(senders: dict[str, str], plural: str, records: list[Any]) -> list[dict[str, Any]]:
    key = senders["catalogue" if plural in CATALOGUE else "send"]
    answer = Client().post(
        f"{V1}/{plural}", records, content_type="application/json", headers={"x-api-key": key}
    )
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.parametrize("plural", ["dossiers", *BUILDERS])
def test_records_are_read_as_they_are_described(senders: dict[str, str], plural: str) -> None:
    record = described(plural)
    fits = jsonschema.Draft202012Validator(record).is_valid
    sent = [*spoiled(plural, record)]

    told = answers(senders, plural, [row for _name, row in sent] + ["x", None, 7, []])

    taken = [
        (name, row.get(name), answer["result"])
        for (name, row), answer in zip(sent, told, strict=False)
        if answer["result"] != "refused" and not fits(stripped(row))
    ]
    assert taken == []
    assert {answer["result"] for answer in told[-4:]} == {"refused"}
    assert all(row["reason"] and row["problems"] for row in told if row["result"] == "refused")

    examples = [
        (name, good(plural, number) | {name: example})
        for name, value in record["properties"].items()
        for number, example in enumerate(value.get("examples", ()))
    ]
    assert examples
    told = answers(senders, plural, [row for _name, row in examples])
    for (name, row), answer in zip(examples, told, strict=True):
        about = {problem["field"] for problem in answer.get("problems", ())}
        assert name not in about, (name, row[name], answer)
