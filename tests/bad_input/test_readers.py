"""Whatever lies in a file that a command reads: it answers in words that name the file.

Never with a traceback, never with half of it taken in; a spoiled scorecard leaves no copy.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner
from django.conf import settings

from phucvu.scorecards import published
from phucvu.units.models import Unit

pytestmark = pytest.mark.django_db

MAPPING = """schema: 1
case: Số
unit: {constant: H29.01}
date_format: mixed
fields:
  MaTTHC: {column: TTHC}
  TrangThaiHoSo: {constant: 4}
  NgayTiepNhan: {column: Nhận}
"""
TABLE = "Số,TTHC,Nhận\n1,1.013395,01/10/2026\n"


class Reader(NamedTuple):
    """A command that reads a file: where it is, how it is called, and a good file for it."""

    command: str
    arguments: list[str]
    name: str
    good: str


READERS = {
    "units": Reader(
        "phucvu.units.commands:units", ["import", "FILE"], "don-vi.csv",
        "code,name,kind\nH30,Tỉnh,province\n",
    ),
    "communes": Reader(
        "phucvu.units.commands:units", ["import", "FILE"], "xa.csv",
        "province_code,province_name,ward_code,ward_name\nP1,Tỉnh,P1.1,Xã\n",
    ),
    "boundaries": Reader(
        "phucvu.units.commands:units", ["boundaries", "FILE", "--on", "2026-01-01"], "b.json",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"H29"},'
        '"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}',
    ),
    "calendar": Reader(
        "phucvu.register.calendar_commands:calendar", ["import", "FILE"], "lich.csv",
        "day,worked,unit_code,note\n2026-09-01,0,,nghỉ\n",
    ),
    "scorecard": Reader(
        "phucvu.results.scorecard_commands:scorecard", ["add", "FILE"], "qd-moi.yaml",
        published("qd766-portal-2026")[0].text,
    ),
    "mapping": Reader(
        "phucvu.intake.commands:import_", ["TABLE", "--mapping", "FILE"], "m.yaml", MAPPING
    ),
    "csv": Reader(
        "phucvu.intake.commands:import_", ["FILE", "--mapping", "MAPPING"], "so.csv", TABLE
    ),
    "messages": Reader("phucvu.intake.commands:import_", ["FILE"], "a.json", "[]"),
}  # fmt: skip

Spoil = Callable[[bytes], bytes]
SPOILED: dict[str, Spoil] = {
    "a NUL": lambda good: good[:9] + b"\0" + good[9:],
    "a control character": lambda good: good[:9] + b"\x07" + good[9:],
    "a control character at the end": lambda good: good + b"\x1b",
    "one of Latin-1": lambda good: good[:9] + b"\xff" + good[9:],
    "a surrogate": lambda good: good + b"\xed\xa0\x80",
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "a quotation mark that is not closed": lambda good: good + b'"' + b"x\n" * 200_000,
    "nothing": lambda _good: b"",
    "brackets without end": lambda _good: b"[" * 50_000,
    "objects without end": lambda _good: b'{"a":' * 50_000,
    "a number of 10,000 digits": lambda _good: b"schema: " + b"9" * 10_000,
    "a day that is none": lambda _good: b"schema: 2026-13-45",
    "a picture": lambda _good: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}
# What of these each of them may take: a text of the fields' own, or a table without rows.
HARMLESS = {
    ("csv", "UTF-16"), ("messages", "UTF-16"), ("csv", "a control character at the end"),
    ("csv", "a control character"), ("csv", "a NUL"),
}  # fmt: skip


def run(reader: Reader, file: Path) -> SimpleNamespace:
    folder = file.parent
    (folder / "TABLE.csv").write_text(TABLE, encoding="utf-8")
    (folder / "MAPPING.yaml").write_text(MAPPING, encoding="utf-8")
    places = {
        "FILE": str(file),
        "TABLE": str(folder / "TABLE.csv"),
        "MAPPING": str(folder / "MAPPING.yaml"),
    }
    module, _colon, name = reader.command.partition(":")
    command: click.Command = getattr(importlib.import_module(module), name)
    return CliRunner().invoke(command, [places.get(word, word) for word in reader.arguments])


@pytest.fixture(autouse=True)
def own_scorecards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scorecards"
    folder.mkdir()
    monkeypatch.setattr(settings, "PHUCVU_SCORECARDS", [folder])
    return folder


@pytest.mark.parametrize("name", READERS)
def test_a_spoiled_file_is_answered_in_words(
    units: SimpleNamespace, tmp_path: Path, own_scorecards: Path, name: str
) -> None:
    reader = READERS[name]
    file = tmp_path / reader.name
    before = Unit.objects.count()
    for how, spoil in SPOILED.items():
        file.write_bytes(spoil(reader.good.encode()))

        done = run(reader, file)

        assert done.exception is None or isinstance(done.exception, SystemExit), how
        if (name, how) not in HARMLESS:
            assert done.exit_code != 0, how
            assert reader.name in done.output, how
        assert Unit.objects.count() == before, how
        assert not list(own_scorecards.glob("*")), how


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_units_are_loaded_whatever_ends_their_lines(
    units: SimpleNamespace, tmp_path: Path, end: str
) -> None:
    file = tmp_path / "don-vi.csv"
    rows = ["code,name,kind,parent_code", "H31,Tỉnh,province,", "H31.1,Xã,commune,H31", ""]
    file.write_bytes(end.join(rows).encode())

    assert "2 added" in run(READERS["units"], file).output


def test_the_line_of_what_is_wrong_is_named(units: SimpleNamespace, tmp_path: Path) -> None:
    file = tmp_path / "don-vi.csv"
    file.write_text("code,name,kind\nH31,Tỉnh,province\nH32,T\x08ỉnh,province\n", encoding="utf-8")
    assert "line 3: a control character (U+0008)" in run(READERS["units"], file).output

    card = tmp_path / "qd-moi.yaml"
    card.write_text(f"{READERS['scorecard'].good}\n# \x1b\n", encoding="utf-8")
    line = READERS["scorecard"].good.count("\n") + 2
    assert f"{card}:{line}: " in run(READERS["scorecard"], card).output
