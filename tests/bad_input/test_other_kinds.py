"""The same bad input for the kinds of fact beside dossiers: one bad record beside a good one."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Resource
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.commands import import_
from phucvu.intake.kinds import KINDS, FactKind
from phucvu.intake.models import RefusedRecord
from tests.intake.rows import good_rows
from tests.intake.tables import tcvn3

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GOOD = good_rows("H29.01-260302-1", "1.1")
GOOD["announcements"]["unit"] = "H29.01"


def at_unit(kind: FactKind, code: object) -> tuple[str, dict[str, Any]]:
    """The field that names the unit, saying it is this one."""
    unit = kind.form.unit
    if unit in kind.form.names:
        return unit, {unit: code}
    return "MaHoSo", {"MaHoSo": f"{code}-260302-1" if isinstance(code, str) else code}


def bad_fields(kind: FactKind) -> Iterator[tuple[str, dict[str, Any]]]:
    """The field that is to be named, and what is sent in place of what was good."""
    code = kind.form.columns[0]
    key = code.name
    for unit in ("H99.77", "H29.09", "", 7):
        yield at_unit(kind, unit)
    if key != kind.form.unit:
        yield key, {key: "  "}
        yield key, {key: "A\tB"}
        yield key, {key: "A\x00B"}
        yield key, {key: "A\ud800"}
        yield key, {key: "9" * 65}
        yield key, {key: 1.010}
        yield key, {key: ["A"]}
    for column in kind.form.columns:
        match column.kind:
            case "moment":
                for text in ("20250231", "20270229170000", "3/10/2026", "2026-02-31T08:00", "xx-x"):
                    yield column.name, {column.name: text}
                yield column.name, {column.name: {"at": "2026"}}
                if column.required:
                    yield column.name, {column.name: ""}
            case "number" | "money":
                for number in (-1, "ten", "1,5", "9" * 40, True, [1]):
                    yield column.name, {column.name: number}
            case "decimal":
                for number in (-1, "ten", "1,5", "1.234", 1e300, "9" * 40, True, [1]):
                    yield column.name, {column.name: number}
            case "choice" if column.is_flag:
                yield column.name, {column.name: "maybe"}
                yield column.name, {column.name: 2}
            case "choice":
                yield column.name, {column.name: "barter"}
                yield column.name, {column.name: {"a": 1}}
            case "name":
                yield column.name, {column.name: "A\x00B"}


@pytest.mark.parametrize("plural", GOOD)
def test_a_bad_record_is_kept_and_explained(units: SimpleNamespace, plural: str) -> None:
    kind, good = KINDS[plural], GOOD[plural]
    wrong = [*bad_fields(kind)]
    sent = [good | fields for _field, fields in wrong]

    receipt = receive([*sent, "a text", None, 7, [], good], kind=kind)

    told = [(answer.result, answer.field) for answer in receipt.results[: len(wrong)]]
    assert told == [("refused", field) for field, _fields in wrong]
    assert all(answer.reason for answer in receipt.results[:-1])
    assert (receipt.accepted, receipt.refused) == (1, len(wrong) + 4)
    assert RefusedRecord.objects.count() == len(wrong) + 4
    only_the_good_one_stands(kind)


def only_the_good_one_stands(kind: FactKind) -> None:
    assert kind.fact.model._default_manager.count() == 1
    assert verify().clean
    assert rebuild.compare().clean


# What tells a record without a number of its own from others: where that is bad, nothing can
# know which one it was to be.
TELLING = {"from_at", "ThoiDiemXuLy", "TrangThai"}
REPAIRED = {
    **{plural: (GOOD[plural], {}) for plural in GOOD},
    "procedures from a day": (GOOD["procedures"], {"from_at": "2026-03-02"}),
    "applied-procedures from a day": (GOOD["applied-procedures"], {"from_at": "20260302080000"}),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_a_good_record_closes_the_refused_one_of_its_code(
    units: SimpleNamespace, name: str
) -> None:
    good, more = REPAIRED[name]
    kind = KINDS[name.partition(" ")[0]]
    column = next(c for c in kind.form.columns if c.kind in ("choice", "moment", "number")
                  and c.name not in TELLING)  # fmt: skip
    receive([good | more | {column.name: "barter"}], kind=kind)
    refused = RefusedRecord.objects.get()
    assert refused.repaired_at is None
    receive([good | more], kind=kind)
    refused.refresh_from_db()
    assert (refused.code, refused.repaired_by_id is not None) == (
        kind.fact.model._default_manager.get().code,
        True,
    )


@pytest.mark.parametrize("plural", GOOD)
def test_the_same_key_several_times_and_in_decomposed_unicode(
    units: SimpleNamespace, plural: str
) -> None:
    kind, good = KINDS[plural], GOOD[plural]
    apart = {
        name: f" {unicodedata.normalize('NFD', value)} "
        for name, value in good.items()
        if isinstance(value, str)
    }
    receipt = receive([good, good, good | apart, good | at_unit(kind, "H99")[1]], kind=kind)
    results = [answer.result for answer in receipt.results]
    assert results == ["accepted", "unchanged", "unchanged", "refused"]
    only_the_good_one_stands(kind)


@pytest.mark.parametrize("plural", GOOD)
def test_what_breaks_a_whole_request_or_file(
    units: SimpleNamespace, tmp_path: Path, plural: str
) -> None:
    kind = KINDS[plural]
    of_catalogue = kind.thing is Resource.CATALOGUE
    purpose = ApiKey.Purpose.CATALOGUE if of_catalogue else ApiKey.Purpose.SEND
    _key, text = keys.issue(units.city, "a sender", purpose)
    whole = json.dumps([GOOD[plural]])
    for body in (whole[:-9], '{"a": 1}', "[" * 5_000, whole.replace("H29", chr(92) + "ud8")):
        answer = Client().post(
            f"/api/v1/{plural}", body, "application/json", headers={"x-api-key": text}
        )
        assert answer.status_code in (400, 413, 422), (body[:40], answer.content)
    names = kind.form.names
    cells = (GOOD[plural].get(name, "") for name in names)
    row = [str(int(cell)) if isinstance(cell, bool) else str(cell) for cell in cells]
    table = "\n".join([",".join(names), ",".join(row), ",".join(row)]) + "\n"
    file = tmp_path / "a.csv"
    file.write_bytes(tcvn3(table.replace(row[0], "Đăng ký", 1) * 3) + b"\xff\xfe")
    assert CliRunner().invoke(import_, [str(file)]).exit_code != 0
    assert not kind.fact.model._default_manager.exists()
    file.write_text(table, encoding="utf-16")
    result = CliRunner().invoke(import_, [str(file)])
    assert "1 accepted, 1 unchanged, 0 refused" in result.output, result.output
    only_the_good_one_stands(kind)
