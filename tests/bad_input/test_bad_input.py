"""Bad input, line by line: the good goes in, the bad is kept and explained, the counts stay right.

Each case brings one good dossier beside what is bad. What breaks a whole file or request (a cut
JSON, a bomb, an encoding nobody can be sure of) leaves nothing behind but what stood before it.
"""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from django.db.models import Sum
from django.test import Client

from phucvu.accounts import keys
from phucvu.counters.verify import verify
from phucvu.intake.actions import Receipt, receive
from phucvu.intake.commands import import_
from phucvu.intake.formats import archive
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.register.models import Dossier
from phucvu.register.walltime import from_wall
from tests.intake.messages import message
from tests.intake.tables import filled, row, tcvn3, workbook

pytestmark = [pytest.mark.database, pytest.mark.django_db]
GOOD = "H29.01-261001-00001"
BAD = "H29.01-261001-00002"


# --- records: one bad beside a good one -----------------------------------------------------


class Case(NamedTuple):
    """What a record says wrong, and how it is explained: the field and a part of the reason."""

    fields: dict[str, Any]
    field: str
    reason: str


RECORDS = {
    "31/02/2025": Case({"NgayNopHoSo": "20250231"}, "NgayNopHoSo", "no such date"),
    "29/02 of a common year": Case({"NgayHenTra": "20270229170000"}, "NgayHenTra", "no such date"),
    "a date in words": Case({"NgayHenTra": "3/10/2026"}, "NgayHenTra", "yyyyMMdd"),
    "an end before reception": Case(
        {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20260930170000"},
        "NgayKetThucXuLy",
        "before the day of reception",
    ),
    "handed over before reception": Case(
        {"NgayTra": "20260901"}, "NgayTra", "before the day of reception"
    ),
    "promised before reception": Case(
        {"NgayHenTra": "20260930"}, "NgayHenTra", "before the day of reception"
    ),
    "an unknown unit": Case({"MaHoSo": "H99.77-261001-00002"}, "MaHoSo", "no unit"),
    "a unit that has ended": Case({"MaHoSo": "H29.09-261001-00002"}, "MaHoSo", "not in force"),
    "no unit at all": Case({"MaHoSo": "00002"}, "MaHoSo", "does not begin"),
    "no procedure": Case({"MaTTHC": "  "}, "MaTTHC", "required"),
    "an unknown status": Case({"TrangThaiHoSo": "11"}, "TrangThaiHoSo", "unknown status"),
    "a status in words": Case({"TrangThaiHoSo": "xong"}, "TrangThaiHoSo", "unknown status"),
    "a future reception": Case({"NgayTiepNhan": "20270101080000", "NgayHenTra": ""},
                               "NgayTiepNhan", "future"),
    "a future end": Case({"NgayKetThucXuLy": "20261201"}, "NgayKetThucXuLy", "future"),
    "100,001 components": Case(
        {"TaiLieuNop": [{"DuocSoHoa": "1"}] * 100_001}, "TaiLieuNop", "at most 100000"
    ),
    "a number for a code": Case({"MaTTHC": 1.010}, "MaTTHC", "must be text"),
    "a key with a control character": Case({"MaHoSo": "H29.01-261001-\t7"}, "MaHoSo", "control"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_bad_record_is_kept_and_explained(units: SimpleNamespace, name: str) -> None:
    case = RECORDS[name]

    receipt = receive([message(GOOD), message(**{"code": BAD, **case.fields})])

    assert (receipt.accepted, receipt.refused) == (1, 1)
    refused = receipt.results[1]
    assert refused.field == case.field
    assert case.reason in (refused.reason or "")
    kept = RefusedRecord.objects.get()
    assert case.reason in kept.reason
    assert kept.content["MaTTHC"] == (case.fields.get("MaTTHC", "1.013395"))
    only_the_good_one_counts()


def only_the_good_one_counts() -> None:
    assert [dossier.code for dossier in Dossier.objects.all()] == [GOOD]
    assert verify().clean


# --- records that only look bad -------------------------------------------------------------


def test_an_unknown_procedure_is_taken(units: SimpleNamespace) -> None:
    """A catalogue is always a little behind: the dossier is real, and counts as one."""
    assert receive([message(GOOD, MaTTHC="9.999999")]).accepted == 1
    only_the_good_one_counts()


def test_100_000_components_in_one_dossier(units: SimpleNamespace) -> None:
    rows = [{"DuocSoHoa": "1", "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": "0"}] * 100_000
    assert receive([message(GOOD, TaiLieuNop=rows)]).accepted == 1
    assert Dossier.objects.get().components_digitised == 100_000
    only_the_good_one_counts()


def test_names_in_decomposed_unicode_and_keys_with_space_around(units: SimpleNamespace) -> None:
    apart = unicodedata.normalize("NFD", "Đăng ký khai sinh")
    assert apart != "Đăng ký khai sinh"

    answers = [
        receive([message(f"  {GOOD}\n", TenTTHC=apart, MaTTHC=" 1.013395 ")]),
        receive([message(GOOD)]),
        receive([message(f"\u200b{GOOD}")]),
    ]

    assert Dossier.objects.get().procedure_name == "Đăng ký khai sinh"
    assert (answers[0].accepted, answers[1].unchanged) == (1, 1)
    # What cannot be seen is no space: it is refused rather than taken for another dossier.
    assert answers[2].refused == 1
    only_the_good_one_counts()


def test_duplicate_keys_in_one_batch(units: SimpleNamespace) -> None:
    finished = message(GOOD, TrangThaiHoSo="9", NgayKetThucXuLy="20261002170000")
    bad = message(GOOD, TrangThaiHoSo="77")

    receipt = receive([message(GOOD), finished, message(GOOD), bad])

    results = [answer.result for answer in receipt.results]
    assert results == ["accepted", "accepted", "superseded", "refused"]
    assert Dossier.objects.get().status == 9
    only_the_good_one_counts()


@pytest.mark.parametrize(
    "change",
    [
        {"MaTTHC": "2.000815"},
        {"NgayTiepNhan": "20261101080000", "NgayHenTra": "20261103", "NgayNopHoSo": ""},
        {"NgayTiepNhan": "20251101080000", "NgayNopHoSo": ""},
    ],
    ids=["procedure", "month", "year"],
)
def test_a_dossier_that_changes_its_place(units: SimpleNamespace, change: dict[str, str]) -> None:
    receive([message(GOOD)])
    assert receive([message(GOOD, **change)], correction=True).accepted == 1
    only_the_good_one_counts()


def test_a_dossier_that_changes_its_unit(units: SimpleNamespace, tmp_path: Path) -> None:
    """By its code it cannot; by a table that names the unit it can."""
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "schema: 1\ncase: a\nfields:\n  MaTTHC: {column: b}\n  TrangThaiHoSo: {constant: 4}\n"
        "  NgayTiepNhan: {column: c}\n"
    )
    table = tmp_path / "a.csv"
    table.write_text(f"a,b,c\n{GOOD},1.013395,2026-10-01\n")
    for code, of in (("H29.01", units.ward), ("H29.02", units.other)):
        assert run(table, "--mapping", mapping, "--unit", code).exit_code == 0
        assert Dossier.objects.get().unit == of
        only_the_good_one_counts()


# --- cells of a table -----------------------------------------------------------------------


def test_excel_dates_as_numbers_text_and_mixed(units: SimpleNamespace, tmp_path: Path) -> None:
    cells: Sequence[Any] = [
        datetime(2026, 10, 3, 17), 46298.708333333336, "46298.708333333336", "03/10/2026 17:00",
        "3-10-2026 17:00", "2026-10-03 17:00", "20261003170000", 20261003170000,
    ]  # fmt: skip
    bad: Sequence[Any] = ["31/02/2025", 12, "03/10/26", "mồng ba", "10/25/2026"]
    rows = [row(f"H29.01-261001-{n:05d}", NgayHenTra=cell) for n, cell in enumerate([*cells, *bad])]

    result = run(filled(tmp_path / "a.xlsx", rows))

    assert f"{len(cells)} accepted, 0 unchanged, {len(bad)} refused" in result.output
    promised = {from_wall(d.promised_at) for d in Dossier.objects.all() if d.promised_at}
    assert promised == {datetime(2026, 10, 3, 17)}
    assert {record.field for record in RefusedRecord.objects.all()} == {"NgayHenTra"}
    assert (tmp_path / "a.xlsx.refused.xlsx").exists()
    assert verify().clean


# --- whole files ----------------------------------------------------------------------------


def run(*words: object) -> Any:
    return CliRunner().invoke(import_, [str(word) for word in words])


TABLE = f"Mã hồ sơ,Mã TTHC,Tên thủ tục,Ngày nhận\n{GOOD},1.013395,Đăng ký khai sinh,01/10/2026\n"
MAPPING = (
    "schema: 1\ncase: Mã hồ sơ\ndate_format: mixed\nfields:\n  MaTTHC: {column: Mã TTHC}\n"
    "  TenTTHC: {column: Tên thủ tục}\n  TrangThaiHoSo: {constant: 4}\n"
    "  NgayTiepNhan: {column: Ngày nhận}\n"
)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_are_certain(
    units: SimpleNamespace, mapping: Path, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode(encoding))
    assert run(path, "--mapping", mapping).exit_code == 0
    assert Dossier.objects.get().procedure_name == "Đăng ký khai sinh"
    only_the_good_one_counts()


@pytest.mark.parametrize(
    ("encode", "told"),
    [
        (tcvn3, "TCVN3"),
        (lambda text: text.encode("utf-16-le"), "UTF-16"),
        (lambda text: text.encode() + b"\xff\xfe,1,1,1\n", "encoding"),
    ],
    ids=["TCVN3", "UTF-16 without its mark", "a broken byte"],
)
def test_encodings_that_are_not(
    units: SimpleNamespace,
    mapping: Path,
    tmp_path: Path,
    encode: Callable[[str], bytes],
    told: str,
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(encode(TABLE * 5))
    result = run(path, "--mapping", mapping)
    assert result.exit_code == 1
    assert told in result.output
    nothing_is_in()


def nothing_is_in() -> None:
    assert not Dossier.objects.exists()
    assert not Batch.objects.exists()
    assert verify().clean


def test_truncated_json_in_a_file(units: SimpleNamespace, tmp_path: Path) -> None:
    whole = json.dumps([message(GOOD), message(BAD)])
    path = tmp_path / "a.json"
    path.write_text(whole[:-30])
    result = run(path)
    assert result.exit_code == 1
    assert "truncated" in result.output
    assert "1 accepted" in result.output
    only_the_good_one_counts()


def test_truncated_json_in_a_request(units: SimpleNamespace) -> None:
    _key, text = keys.issue(units.city, "a sender")
    whole = json.dumps([message(GOOD), message(BAD)])
    answer = Client().post(
        "/api/v1/dossiers", whole[:-30], "application/json", headers={"x-api-key": text}
    )
    assert answer.status_code == 400
    assert answer.json()["position"] == len(whole) - 30
    nothing_is_in()


@pytest.mark.parametrize("bomb", ["unpacks without end", "a cell in the last corner"])
def test_zip_bombs(units: SimpleNamespace, tmp_path: Path, bomb: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["1", "2"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        if bomb == "unpacks without end":
            book.writestr("xl/worksheets/sheet2.xml", b"0" * (archive.MOST_UNPACKED + 1))
        else:
            corner = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData>'
            book.writestr("xl/worksheets/sheet2.xml", corner)
    assert path.stat().st_size < 1 << 20
    result = run(path)
    assert result.exit_code == 1
    assert "too large for a workbook" in result.output
    nothing_is_in()


# --- together -------------------------------------------------------------------------------


def test_everything_bad_at_once_keeps_no_good_one_out(units: SimpleNamespace) -> None:
    bad = [message(**{"code": f"H29.01-261001-9{n:04d}", **case.fields})
           for n, case in enumerate(RECORDS.values())]  # fmt: skip
    receipt: Receipt = receive([*bad[:9], message(GOOD), *bad[9:], "a text", None, 7, []])
    assert (receipt.accepted, receipt.refused) == (1, len(RECORDS) + 4)
    assert RefusedRecord.objects.count() == len(RECORDS) + 4
    assert Batch.objects.aggregate(n=Sum("refused"))["n"] == len(RECORDS) + 4
    only_the_good_one_counts()
