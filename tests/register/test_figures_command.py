"""`phucvu figures`."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from phucvu.register.commands import figures
from phucvu.register.models import StatedFigure
from phucvu.units.models import Kind, Unit

HEADER = "unit_code,period,indicator,numerator,denominator,source,as_of"
GOOD = "VT.26506,2026,5.1,9,10,typed,2026-10-01"
BAD = "VT.26506,2026,5.1,nine,10,typed,2026-10-01"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _unit():
    Unit.objects.create(code="VT.26506", name="Phường 1", kind=Kind.COMMUNE)


def run(*arguments):
    return CliRunner().invoke(figures, [str(argument) for argument in arguments])


def test_import_and_export(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8-sig")
    assert run("import", file).exit_code == 0
    assert StatedFigure.objects.get().numerator == 9
    outcome = run("export")
    assert outcome.exit_code == 0
    assert "VT.26506,2026,5.1,9,10,,,typed,2026-09-30T17:00:00+00:00,," in outcome.output


def test_refused_rows_are_kept_for_repair_and_the_exit_code_tells(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    outcome = run("import", file)
    assert outcome.exit_code == 1
    assert "row 3" in outcome.stderr
    refused = tmp_path / "figures.csv.refused.csv"
    rows = list(csv.DictReader(refused.read_text(encoding="utf-8").splitlines()))
    assert [row["numerator"] for row in rows] == ["nine"]
    # Repaired, it can be imported; nothing is left to repair.
    file.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert run("import", file).exit_code == 0
    assert not refused.exists()


def test_a_file_in_another_encoding_is_explained(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_bytes(f"{HEADER},note\n{GOOD},Phường\n".encode("utf-16"))
    outcome = run("import", file)
    assert outcome.exit_code == 1
    assert "UTF-8" in outcome.stderr
