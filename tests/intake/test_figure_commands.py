"""`phucvu figures`, and files of figures: the template, the CSV form, what was refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from phucvu.intake.commands import import_
from phucvu.intake.figure_commands import figures
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.register.models import StatedFigure
from phucvu.register.rows import guard, unguard
from tests.intake.rows import figure

HEADER = "unit_code,period,indicator,numerator,denominator,ratio,points,source,as_of,flags,note"
GOOD = "H29.01,2026,5.1,9,10,,,typed,2026-10-01,,"
BAD = "H29.01,2026,5.1,nine,10,,,typed,2026-10-01,,"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _units(units: SimpleNamespace) -> None:
    pass


def run(*arguments: object) -> Result:
    return CliRunner().invoke(figures, [str(argument) for argument in arguments])


def test_import_and_export(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8-sig")
    outcome = run("import", file)
    assert (outcome.exit_code, "1 accepted" in outcome.output) == (0, True)
    assert StatedFigure.objects.get().numerator == 9
    assert Batch.objects.get().origin == "figures.csv"
    outcome = run("export")
    assert outcome.exit_code == 0
    assert "H29.01,2026,5.1,9,10,,,typed,2026-09-30T17:00:00+00:00,," in outcome.output


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    file, out = tmp_path / "figures.csv", tmp_path / "again.csv"
    rows = (
        'H29.01,2026,5.1,11,10,,,,2026-10-01,CHECKED,"\'=1+2"',
        "H29.01,2026,3.1,,,77.50,2,published,2026-10-01T08:30:15.25,,",
        "H29.01,2026,BCQG,,412,,,typed,2026-10-01,SIMULATED,",
    )
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    assert "3 accepted" in run("import", file).output
    assert run("export", "-o", out).exit_code == 0
    assert ",'=1+2" in out.read_text("utf-8")
    assert "0 accepted, 3 unchanged, 0 refused" in run("import", out).output


def test_refused_rows_are_kept_for_repair_and_the_exit_code_tells(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{GOOD.replace('5.1', '5.2')}\n{BAD}\n", encoding="utf-8")
    outcome = run("import", file)
    assert outcome.exit_code == 1
    refused = tmp_path / "figures.csv.refused.csv"
    (row,) = csv.DictReader(refused.read_text(encoding="utf-8-sig").splitlines())
    shape = "⟨chữ, 4 ký tự⟩"  # what is no number is not kept
    assert row["numerator"] == shape
    assert "3" in row["Lý do không nhận"]
    waiting = RefusedRecord.objects.get()
    assert (waiting.field, waiting.repaired_at) == ("numerator", None)

    refused.write_text(refused.read_text("utf-8-sig").replace(shape, "9"), encoding="utf-8")
    assert run("import", refused.rename(tmp_path / "mended.csv")).exit_code == 0
    waiting.refresh_from_db()
    assert waiting.repaired_by is not None
    assert not (tmp_path / "mended.csv.refused.csv").exists()


@pytest.mark.parametrize("row", ["H29.01,2026,5.1,1,2,88,47,,2026-10-01,,,", f"{GOOD}a note, cut"])
def test_a_comma_too_many_is_not_taken_for_another_column(tmp_path: Path, row: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{row}x\n{GOOD}, ,\n", encoding="utf-8")
    outcome = run("import", file)
    assert "1 accepted, 0 unchanged, 1 refused" in outcome.output
    refused = (tmp_path / "figures.csv.refused.csv").read_text("utf-8-sig")
    assert "12" in refused


@pytest.mark.parametrize("header", ["unit_code,period", ""])
def test_a_file_without_its_columns_is_refused_whole(tmp_path: Path, header: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{header}\nH29.01,2026\n", encoding="utf-8")
    assert run("import", file).exit_code != 0
    assert not Batch.objects.exists()


def test_records_in_a_file_are_figures_where_one_says_so(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text(json.dumps(figure()) + "\n" + json.dumps(figure("5.2", ratio=1.234)))
    outcome = CliRunner().invoke(import_, [str(file), "--kind", "figures"])
    assert "1 accepted, 0 unchanged, 1 refused" in outcome.output


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "31/02/2026", "soon"])
def test_a_moment_that_never_was_is_refused(tmp_path: Path, moment: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{GOOD.replace('2026-10-01', moment)}\n", encoding="utf-8")
    assert "0 accepted, 0 unchanged, 1 refused" in run("import", file).output
    assert RefusedRecord.objects.get().field == "as_of"


def test_a_foreign_table_is_mapped(tmp_path: Path) -> None:
    table, mapping = tmp_path / "kpi.csv", tmp_path / "m.yaml"
    table.write_text("Đơn vị,Quý,Đạt %,Ngày\nH29.01,III,88.5,01/10/2026\nH29.02,III,88.555,\n")
    mapping.write_text(
        "schema: 1\nkind: figures\ncase: Đơn vị\ndate_format: mixed\nfields:\n"
        "  period: {column: Quý, values: {III: 2026-Q3}}\n"
        "  indicator: {constant: '5.3'}\n  ratio: {column: 'Đạt %'}\n  as_of: {column: Ngày}\n"
    )
    outcome = CliRunner().invoke(import_, [str(table), "--mapping", str(mapping)])
    assert "1 accepted, 0 unchanged, 1 refused" in outcome.output, outcome.output
    stated = StatedFigure.objects.get()
    assert (stated.code, str(stated.ratio)) == ("H29.01 2026-Q3 5.3 20261001", "88.50")


def test_another_encoding_is_read(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_bytes(f"{HEADER}\n{GOOD}Phường\n".encode("utf-16"))
    assert run("import", file).exit_code == 0
    assert StatedFigure.objects.get().note == "Phường"


@pytest.mark.parametrize("text", ["=1+2", "+84", "-1", "@x", "\tx", "'", "plain", "", "'=x"])
def test_no_spreadsheet_takes_a_text_for_a_formula(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'"):
        assert unguard(guard(text)) == text
