"""A state that says that a dossier ended needs a date that says when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from phucvu import scorecards
from phucvu.accounts import keys
from phucvu.counters.verify import verify
from phucvu.intake.actions import receive, rehearse
from phucvu.intake.importing import Terms, import_file, plan
from phucvu.intake.mapping import load_mapping
from phucvu.register.models import Dossier
from phucvu.results.boards import unit_score
from phucvu.results.explaining import explain
from phucvu.scoring import Counted, Period
from phucvu.units.tree import load_eras, load_tree
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODE = "H29.01-261001-00001"
FIELDS = {"7": "NgayTuChoi", "8": "NgayTuChoi", "9": "NgayKetThucXuLy", "10": "NgayTra"}
ENDS = ("NgayKetThucXuLy", "NgayTra", "NgayTuChoi")
OCTOBER = Period.parse("2026-10")


def ended(status: str, **fields: Any) -> dict[str, Any]:
    return message(CODE, TrangThaiHoSo=status, **fields)


@pytest.mark.parametrize("status", FIELDS)
def test_refused_with_the_field_it_lacks(units: SimpleNamespace, status: str) -> None:
    receipt = receive([ended(status)])
    (answer,) = receipt.results
    assert (receipt.refused, answer.field) == (1, FIELDS[status])
    assert answer.reason
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("status", FIELDS)
@pytest.mark.parametrize("end", ENDS)
def test_any_date_of_an_end_will_do(units: SimpleNamespace, status: str, end: str) -> None:
    assert receive([ended(status, **{end: "20261002093000"})]).accepted == 1


@pytest.mark.parametrize("status", ["1", "2", "3", "4", "5", "6"])
def test_other_states_need_none(units: SimpleNamespace, status: str) -> None:
    assert receive([ended(status)]).accepted == 1


def test_a_date_that_cannot_be_read_is_told_alone(units: SimpleNamespace) -> None:
    (answer,) = receive([ended("9", NgayKetThucXuLy="hôm qua")]).results
    assert [(p.field, "yyyy" in p.reason) for p in answer.problems or ()] == [
        ("NgayKetThucXuLy", True)
    ]


# --- every face -----------------------------------------------------------------------------


def test_over_http_and_in_the_synchronisation(units: SimpleNamespace) -> None:
    _key, text = keys.issue(units.city, "city")
    caller = Client(headers={"x-api-key": text})
    sent = caller.post("/api/v1/dossiers", [ended("9")], "application/json").json()
    assert (sent["refused"], sent["results"][0]["field"]) == (1, "NgayKetThucXuLy")
    envelope = {"service": "DongBoHoSoMC", "data": [ended("10")]}
    assert caller.post("/api/v1/sync", envelope, "application/json").json()["error_code"] == "1"


def test_in_a_file_of_messages(units: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "facts.jsonl"
    path.write_text(json.dumps(ended("8")))
    outcome = import_file(plan(path, Terms()), load_eras())
    assert (outcome.refused, Dossier.objects.count()) == (1, 0)


def test_in_a_table_under_a_mapping(units: SimpleNamespace, tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "schema: 1\ncase: ma\ncode: '{case}'\nunit: {constant: H29.01}\ndate_format: iso\n"
        "fields:\n  MaTTHC: {constant: '1.1'}\n  TrangThaiHoSo: {column: tt}\n"
        "  NgayTiepNhan: {column: nhan}\n  NgayKetThucXuLy: {column: xong}\n",
        encoding="utf-8",
    )
    table = tmp_path / "t.csv"
    table.write_text("ma,tt,nhan,xong\nA-1,9,2026-10-01,\nA-2,9,2026-10-01,2026-10-02\n")
    outcome = import_file(plan(table, Terms(mapping=load_mapping(mapping))), load_eras())
    assert (outcome.accepted, outcome.refused) == (1, 1)
    assert [row.code for row in Dossier.objects.all()] == ["A-2"]


# --- by setting: counted apart ----------------------------------------------------------------


def score_of(units: SimpleNamespace) -> Any:
    tree, edition = load_tree(), scorecards.load("qd766-portal-2026")
    node = tree.by_code("H29.01")
    assert node is not None
    return unit_score(node, OCTOBER, edition, tree=tree, now=datetime.now(UTC))


def test_counted_apart_with_a_flag(units: SimpleNamespace, settings: Any) -> None:
    settings.PHUCVU_ENDED_WITHOUT_DATE = "flag"
    good = message("H29.01-261001-00002", TrangThaiHoSo="9", NgayKetThucXuLy="20261002090000")
    undated = [ended(status) | {"MaHoSo": f"{CODE}{status}"} for status in FIELDS]
    assert receive([good, *undated]).accepted == 5

    found = score_of(units)
    for id_ in ("2.1", "4.1", "5.3"):
        figure = found.result.indicators[id_].figure
        if id_ != "5.3":  # nothing is known of what people think
            assert figure == Counted(1, 1), id_
            assert "ENDED_WITHOUT_DATE" in found.provenance[id_].flags
    assert found.result.indicators["3.3"].figure == Counted(5, 5)
    assert verify().clean
    dossier = Dossier.objects.get(code=undated[0]["MaHoSo"])
    told = explain(dossier, OCTOBER, scorecards.load("qd766-portal-2026"), datetime.now(UTC))
    assert told.verdict == "not_counted"

    # With its date it counts like any other, and the flag goes with the last one.
    for record in undated:
        assert receive([record | {"NgayTuChoi": "20261020090000"}]).accepted == 1
    found = score_of(units)
    assert found.result.indicators["2.1"].figure == Counted(1, 5)
    assert found.provenance["2.1"].flags == ()


def test_what_was_taken_in_before_is_not_overdue_either(
    units: SimpleNamespace, settings: Any
) -> None:
    settings.PHUCVU_ENDED_WITHOUT_DATE = "flag"
    receive([ended("9")])
    settings.PHUCVU_ENDED_WITHOUT_DATE = "refuse"
    assert score_of(units).result.indicators["2.1"].figure == Counted(0, 0)
    (answer, _record), *_rest = rehearse([ended("9")], load_eras())
    assert answer.result == "refused"
