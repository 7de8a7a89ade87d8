"""`phucvu import`, and the permit log's figures."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.db.models import F, Q
from django.utils import translation

import phucvu.example
from phucvu.intake.commands import import_
from phucvu.intake.models import Batch
from phucvu.register.models import Dossier
from phucvu.register.walltime import DAY_MS
from phucvu.units.models import Unit
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PERMIT_LOG = Path(phucvu.example.__file__).parent / "permit_log" / "mapping.yaml"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(argument) for argument in arguments])


def test_a_file_of_messages_is_taken_in_by_the_thousand(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "dossiers.json"
    path.write_text(json.dumps([message(f"H29.01-261001-{n}") for n in range(2_500)]))

    result = run(path)

    assert result.exit_code == 0, result.output
    assert "2,500 accepted, 0 unchanged, 0 refused" in result.output
    assert Dossier.objects.count() == 2_500
    assert list(Batch.objects.order_by("pk").values_list("accepted", "origin")) == [
        (1_000, "dossiers.json"),
        (1_000, "dossiers.json"),
        (500, "dossiers.json"),
    ]
    assert "2,500 unchanged" in run(path).output


def test_refused_records_are_listed_and_make_the_exit_code_1(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "dossiers.jsonl"
    lines = [message(), message("H29.01-261001-2", MaTTHC="", KenhThucHien="8")]
    path.write_text("\n".join(map(json.dumps, lines)))

    result = run(path)

    assert result.exit_code == 1
    listed = list(csv.reader((tmp_path / "dossiers.jsonl.refused.csv").open(encoding="utf-8")))
    assert [row[:3] for row in listed] == [
        ["line", "code", "field"],
        ["2", "H29.01-261001-2", "MaTTHC"],
        ["2", "H29.01-261001-2", "KenhThucHien"],
    ]
    # Repaired and sent again, nothing is left to list.
    path.write_text(json.dumps(message("H29.01-261001-2")))
    assert run(path).exit_code == 0
    assert not (tmp_path / "dossiers.jsonl.refused.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "arguments", "message"),
    [
        ("a.doc", "", (), "expected .json, .jsonl, .csv or .xes"),
        ("a.xlsx", "", (), "is no whole Excel workbook"),
        ("a.csv", "id\n", (), "say with --mapping what its columns mean"),
        ("a.json", "[]", ("--unit", "H29"), "are for other tables"),
        ("a.json", "[", (), "truncated"),
    ],
)
def test_what_cannot_be_imported_is_said(
    units: SimpleNamespace,
    tmp_path: Path,
    name: str,
    content: str,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    (tmp_path / name).write_text(content)

    result = run(tmp_path / name, *arguments)

    assert result.exit_code in (1, 2)
    assert message in result.output


def test_the_unit_has_to_exist_and_to_keep_the_mappings_time(db: None, tmp_path: Path) -> None:
    table = tmp_path / "log.csv"
    table.write_text("case:concept:name,case:channel,case:startdate,case:deadline,case:enddate\n")

    missing = run(table, "--mapping", PERMIT_LOG)
    Unit.objects.create(code="NL.COSELOG", name="Gemeente", kind="commune")
    elsewhere = run(table, "--mapping", PERMIT_LOG)

    assert "no unit in force has the code 'NL.COSELOG'" in missing.output
    assert "time_zone: Europe/Amsterdam, but the clocks of NL.COSELOG" in elsewhere.output


def test_the_permit_log_gives_its_known_figures(db: None, shared: Path) -> None:
    log = shared / "data" / "eventlogs" / "receipt.csv"
    if not log.is_file():
        pytest.skip(f"no permit log at {log}")
    unit = Unit.objects.create(
        code="NL.COSELOG", name="Gemeente", kind="commune", time_zone="Europe/Amsterdam"
    )
    # The file's own folder may not be written to: nothing of it is refused, so nothing is.
    result = run(log, "--mapping", PERMIT_LOG)

    assert result.exit_code == 0, result.output
    dossiers = Dossier.objects.filter(unit=unit)
    closed = dossiers.exclude(finished_at=None)
    by_date = closed.filter(finished_at__lt=F("promised_at") - F("promised_at") % DAY_MS + DAY_MS)
    by_time = closed.filter(finished_at__lte=F("promised_at"))
    assert dossiers.count() == 1_434
    assert dossiers.filter(channel="online").count() == 1_250
    assert dossiers.filter(channel="counter").count() == 110
    assert dossiers.filter(channel="post").count() == 74
    assert dossiers.filter(Q(finished_at=None, status=4)).count() == 105
    assert closed.filter(status=9).count() == 1_329
    assert by_date.count() == 1_020
    assert by_time.count() == 952
    assert closed.filter(finished_at__lt=F("received_at")).count() == 2
    assert "1,434 unchanged" in run(log, "--mapping", PERMIT_LOG).output
