"""Mapping files, and tables read through them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from phucvu.intake.files import FileError, UnitClock, read_table
from phucvu.intake.formats.base import Entry
from phucvu.intake.mapping import Mapping, MappingError, load_mapping
from phucvu.intake.record import Problem
from phucvu.intake.sheet_shapes import of_mapping, shown_cells

MAPPING = """\
schema: 1
case: id
one_row_per: case
code: "X-{case}"
date_format: iso
fields:
  MaTTHC: {constant: P1}
  KenhThucHien:
    column: how
    values: {web: 2, 1: 1, yes: 3}
  NgayTiepNhan: {column: start}
  TrangThaiHoSo: {if: end, then: 9, else: 4}
"""
ROWS = """\
id,how,start,end,step
1,web,2011-10-11 13:42:22.688000+02:00,,a
1,web,2011-10-11 13:42:22.688000+02:00,x,b
2,yes,2011-12-06 01:06:40+01:00,2011-12-07,a
3,fax,yesterday,,a
"""


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


def mapping(folder: Path, text: str = MAPPING) -> Mapping:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def rows(
    folder: Path, text: str = ROWS, mapping_text: str = MAPPING, zone: str | None = None
) -> list[Entry]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_table(path, mapping(folder, mapping_text), UnitClock("U", zone)))


def test_the_first_row_of_a_case_is_its_dossier(tmp_path: Path) -> None:
    found = rows(tmp_path, zone="Europe/Amsterdam")

    assert [(line, record["MaHoSo"]) for line, record, _cells in found] == [
        (2, "X-1"),
        (4, "X-2"),
        (5, "X-3"),
    ]
    assert found[0][1] == {
        "MaHoSo": "X-1",
        "MaTTHC": "P1",
        "KenhThucHien": 2,
        "NgayTiepNhan": datetime(2011, 10, 11, 13, 42, 22, 688_000),
        "TrangThaiHoSo": 4,
    }
    assert found[1][1]["KenhThucHien"] == 3
    assert found[1][1].unit_code == "U"


def test_the_last_value_of_each_column_may_be_taken(tmp_path: Path) -> None:
    found = rows(tmp_path, mapping_text=MAPPING + "take: last\n")

    assert found[0][1]["TrangThaiHoSo"] == 9


def test_moments_are_shown_on_the_units_clock(tmp_path: Path) -> None:
    found = rows(tmp_path, zone="Asia/Ho_Chi_Minh")

    assert found[0][1]["NgayTiepNhan"] == datetime(2011, 10, 11, 18, 42, 22, 688_000)
    assert UnitClock(None, "Europe/Amsterdam").time_zone == ZoneInfo("Europe/Amsterdam")


def test_a_value_the_mapping_does_not_know_is_a_problem_of_its_record(tmp_path: Path) -> None:
    problems = {item.field: item.reason for item in rows(tmp_path)[2][1].problems}

    assert problems == {
        "KenhThucHien": (
            "the mapping says nothing of the value text of 3 characters in the column “how”"
        ),
        "NgayTiepNhan": "is not a date and time: text of 9 characters",
    }


def test_otherwise_stands_for_every_other_value(tmp_path: Path) -> None:
    text = MAPPING.replace("yes: 3}", "yes: 3}\n    otherwise: 1")

    assert rows(tmp_path, mapping_text=text)[2][1]["KenhThucHien"] == 1


def test_a_column_may_name_the_unit(tmp_path: Path) -> None:
    text = MAPPING + "unit: {column: how, values: {web: A}, otherwise: B}\n"
    path = tmp_path / "table.csv"
    path.write_text(ROWS, encoding="utf-8")
    found = list(read_table(path, mapping(tmp_path, text), UnitClock(None, None)))

    assert [record.unit_code for _, record, _ in found] == ["A", "B", "B"]


def test_rows_of_a_case_that_are_apart_are_refused_or_gathered(tmp_path: Path) -> None:
    apart = "id,how,start,end\n1,web,,\n2,web,,\n1,web,,x\n"

    with pytest.raises(FileError, match=r"line 4: the rows of the case 1 do not follow"):
        rows(tmp_path, apart)
    gathered = rows(tmp_path, apart, MAPPING + "take: last\nadjacent: false\n")
    assert [entry.record["TrangThaiHoSo"] for entry in gathered] == [9, 4]


def test_a_ragged_row_is_a_record_with_that_problem(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,how,start,end\n1,web,,\n2,web\n3,web,,,\n4,web,,,x\n")

    by_line = {entry.line: entry for entry in found}
    assert {line: entry.record.problems for line, entry in by_line.items()} == {
        2: [],
        3: [Problem("", "the row has 2 cells, the header 4")],
        4: [],
        5: [Problem("", "the row has 5 cells, the header 4")],
    }
    assert by_line[3].cells == {"id": "2", "how": "web", "end": "", "start": ""}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema: 1", "schema: 2", r"mapping\.yaml, line 1, schema: 1 was expected"),
        ("case: id\n", "", r"line 1, mapping: 'case' is a required property"),
        ("one_row_per: case", "one_row_per: week", r"line 3, one_row_per: 'week' is not one of"),
        ('"X-{case}"', "X", r"line 4, code: 'X' does not match"),
        ("MaTTHC:", "MaTHTC:", r"line 6, fields: .*'MaTHTC'"),
        ("{column: start}", "{colunm: start}", r"line 11, fields\.NgayTiepNhan: .*'colunm'"),
        ("schema: 1", "schema: 1\nschema: 1", r"line 2: the key 'schema' stands twice"),
        ("schema: 1", "schema: [", r"mapping\.yaml, line \d+: "),
        ("schema: 1", "schema: 1\ntime_zone: Mars", r"line 2, time_zone: unknown time zone"),
        ("schema: 1", "schema: 1\nencoding: utf-9", r"line 2, encoding: unknown encoding"),
    ],
)
def test_a_wrong_mapping_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        mapping(tmp_path, MAPPING.replace(old, new, 1))


def test_a_missing_column_names_file_line_and_key(tmp_path: Path) -> None:
    with pytest.raises(
        MappingError,
        match=r"mapping\.yaml, line 11, fields\.NgayTiepNhan\.column: "
        r"table\.csv has no column “start”",
    ):
        rows(tmp_path, "id,how,end\n")


EVENTS = """\
schema: 1
case: id
one_row_per: case
take: last
event: what
only: paid
fields:
  MaTTHC: {constant: P1}
  TrangThaiHoSo: {constant: 4}
  NgayTiepNhan: {column: at, at: [made, made again]}
  NgayKetThucXuLy: {column: at, at: paid}
"""
LOG = """\
id,what,at
1,made,2026-03-01
1,paid,2026-03-05
1,made again,2026-03-02
1,paid,2026-03-06
2,made,2026-03-01
2,sent,2026-03-03
3,made,2026-03-04
3,paid,yesterday
"""


def test_a_field_of_certain_events(tmp_path: Path) -> None:
    first, third = (entry.record for entry in rows(tmp_path, LOG, EVENTS))
    assert isinstance(first, dict)
    assert (first["NgayTiepNhan"], first["NgayKetThucXuLy"]) == (
        datetime(2026, 3, 2), datetime(2026, 3, 6),
    )  # fmt: skip
    assert [problem.field for problem in third.problems] == ["NgayKetThucXuLy"]
    earliest = rows(tmp_path, LOG, EVENTS.replace("take: last", "take: first"))[0].record
    assert earliest["NgayKetThucXuLy"] == datetime(2026, 3, 5)
    # Where the rows of a case lie apart it is the same.
    lines = LOG.splitlines()
    apart = "\n".join([lines[0], *sorted(lines[1:], key=lambda line: line[2:])]) + "\n"
    again = rows(tmp_path, apart, EVENTS + "adjacent: false\n")
    assert sorted(str(entry.record["MaHoSo"]) for entry in again) == ["1", "3"]


def test_what_was_refused_of_a_log_comes_back_with_a_row_a_case(tmp_path: Path) -> None:
    third = rows(tmp_path, LOG, EVENTS)[1]
    assert third.cells["at @ paid"] == "yesterday"
    header = ",".join(third.cells)
    mended = ",".join(str(cell) for cell in third.cells.values()).replace("yesterday", "2026-03-09")
    (entry,) = rows(tmp_path, f"{header}\n{mended}\n", EVENTS)
    assert entry.record["NgayKetThucXuLy"] == datetime(2026, 3, 9)
    assert entry.record["NgayTiepNhan"] == datetime(2026, 3, 4)


@pytest.mark.parametrize(
    ("cell", "value"), [("2.5", 2500), ("8", 8000), ("0.0001", "0.1000"), ("ten", "ten"), ("", "")]
)
def test_amounts_in_thousands(tmp_path: Path, cell: str, value: object) -> None:
    text = MAPPING.replace("{constant: P1}", "{column: how, times: 1000}").replace(
        "    values: {web: 2, 1: 1, yes: 3}\n", ""
    )
    (entry,) = rows(tmp_path, f"id,how,start,end\n1,{cell},,\n", text)
    assert entry.record["MaTTHC"] == value


def test_whether_a_text_occurs_in_a_cell(tmp_path: Path) -> None:
    rule = "{column: how, contains: dân, then: 2, else: 1}"
    text = MAPPING.replace("{constant: P1}", rule).replace(
        "    values: {web: 2, 1: 1, yes: 3}\n", ""
    )
    found = rows(tmp_path, "id,how,start,end\n1,Công dân; tổ chức,,\n2,tổ chức,,\n", text)
    assert [entry.record["MaTTHC"] for entry in found] == [2, 1]


@pytest.mark.parametrize("cut", ["event: what\nonly: paid\n", "one_row_per: case\n"])
def test_events_need_to_be_named(tmp_path: Path, cut: str) -> None:
    with pytest.raises(MappingError, match="NgayTiepNhan"):
        mapping(tmp_path, EVENTS.replace(cut, ""))


HAPPENED = EVENTS.replace("only: paid\n", "").replace(
    "TrangThaiHoSo: {constant: 4}", "TrangThaiHoSo: {happened: [paid, waived], then: 9, else: 4}"
)


@pytest.mark.parametrize("take", ["first", "last"])
def test_a_state_may_depend_on_an_event_having_happened(tmp_path: Path, take: str) -> None:
    text = HAPPENED.replace("take: last", f"take: {take}")
    log = LOG.replace("yesterday", "2026-03-09") + "4,waived,2026-03-02\n4,sent,2026-03-03\n"
    states = {"1": 9, "2": 4, "3": 9, "4": 9}

    found = rows(tmp_path, log, text)
    assert {entry.record["MaHoSo"]: entry.record["TrangThaiHoSo"] for entry in found} == states
    # In whichever order the rows come.
    lines = log.splitlines()
    apart = "\n".join([lines[0], *reversed(lines[1:])]) + "\n"
    again = rows(tmp_path, apart, text + "adjacent: false\n")
    assert {entry.record["MaHoSo"]: entry.record["TrangThaiHoSo"] for entry in again} == states


def test_a_refused_case_that_is_mended_keeps_what_happened(tmp_path: Path) -> None:
    third = next(entry for entry in rows(tmp_path, LOG, HAPPENED) if entry.record.problems)
    shown = shown_cells(third.cells, of_mapping(mapping(tmp_path, HAPPENED)))
    assert shown["what @ paid | waived"] == "paid"
    cells = ",".join("2026-03-09" if at == "at @ paid" else str(c) for at, c in shown.items())
    (entry,) = rows(tmp_path, f"{','.join(shown)}\n{cells}\n", HAPPENED)
    assert not entry.record.problems
    assert entry.record["TrangThaiHoSo"] == 9


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("event: what\n", "", r"line 7, fields\.TrangThaiHoSo\.happened: needs `event`"),
        ("one_row_per: case\n", "", r"fields\.TrangThaiHoSo\.happened: needs `event`"),
        (", else: 4", "", r"line 8, fields\.TrangThaiHoSo: `happened` needs `then` and `else`"),
        ("[paid, waived]", "[]", r"line \d+, fields\.TrangThaiHoSo"),
    ],
)
def test_what_depends_on_an_event_must_be_whole(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = HAPPENED.replace("column: at, at: [made, made again]", "column: at")
    text = text.replace("column: at, at: paid", "column: at")
    with pytest.raises(MappingError, match=message):
        mapping(tmp_path, text.replace(old, new))
