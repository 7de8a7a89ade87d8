"""Every form of file, whole and broken, and the encodings of text."""

from __future__ import annotations

import csv
import gzip
import json
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from django.utils import translation
from pyarrow import parquet

import phucvu.example
from phucvu.intake.commands import import_
from phucvu.intake.files import FileError, UnitClock, open_table, read_messages, read_table
from phucvu.intake.formats import delimited, messages
from phucvu.intake.formats.encodings import encoding_of, looks_garbled
from phucvu.intake.mapping import load_mapping
from phucvu.intake.models import RefusedRecord
from phucvu.register.models import Dossier
from phucvu.units.models import Unit
from tests.intake.messages import message
from tests.intake.tables import tcvn3, windows_1258, workbook

PERMIT_LOG = Path(phucvu.example.__file__).parent / "permit_log" / "mapping.yaml"
MAPPING = """\
schema: 1
case: Mã hồ sơ
date_format: mixed
fields:
  MaTTHC: {column: Mã thủ tục}
  TenTTHC: {column: Tên thủ tục}
  TrangThaiHoSo: {column: Trạng thái, values: {Đang xử lý: 4, Đã trả: 10}}
  NgayTiepNhan: {column: Ngày tiếp nhận}
  NgayTra: {column: Ngày trả}
"""
HEADER = ["Mã hồ sơ", "Mã thủ tục", "Tên thủ tục", "Trạng thái", "Ngày tiếp nhận", "Ngày trả"]
ROW = ["H29.01-261001-1", "1.013395", "Đăng ký khai sinh", "Đang xử lý", "01/10/2026 08:15", ""]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(argument) for argument in arguments])


def as_csv(*rows: list[str], delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(cells) for cells in (HEADER, *rows)) + "\r\n"


# --- messages -------------------------------------------------------------------------------


def test_messages_are_read_from_arrays_envelopes_and_lines(tmp_path: Path) -> None:
    contents = {
        "a.json": b'[{"MaHoSo": "1"}]',
        "b.json": b'\xef\xbb\xbf{"session": "s", "data": [{"MaHoSo": "1"}], "isUpdating": true}',
        "c.jsonl": b'{"MaHoSo": "1"}\n\n',
        "d.json.gz": gzip.compress(b' [ {"MaHoSo": "1"} ] '),
        "e.JSONL.gz": gzip.compress(b'\xef\xbb\xbf{"MaHoSo": "1"}'),
        "f.json": '[{"MaHoSo": "1"}]'.encode("utf-16"),
        "g.jsonl": '{"MaHoSo": "1"}\n'.encode("utf-16"),
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert list(read_messages(path)) == [(1, {"MaHoSo": "1"}, None)], name
    (tmp_path / "h.json").write_text("[]")
    assert list(read_messages(tmp_path / "h.json")) == []


def test_an_array_is_read_record_by_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_CHUNK", 7)  # every value is cut somewhere
    records = [{"MaHoSo": f"đ-{n}", "n": n, "list": [{"a": 1.5}, "]},"]} for n in range(50)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"a": [1, {"data": 2}], "data": records}, ensure_ascii=False))

    assert [entry.record for entry in read_messages(path)] == records


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b'[{"MaHoSo"', r"a\.json, record 1: it is truncated"),
        ("a.json", b'[{"MaHoSo": "1"}, {"MaHoSo": "2', r"record 2: it is truncated"),
        ("a.json", b'[{"MaHoSo": "1"},', r"record 2: it is truncated"),
        ("a.json", b'[{"MaHoSo": "1"}', r"record 1: it is truncated"),
        ("a.json", b"[{} {}]", r"record 1: a comma is missing"),
        ("a.json", b"[{x}]", r"record 1: it is not JSON"),
        ("a.json", b"[{}] []", r"something follows after the end"),
        ("a.json", b"[" * 100_000, r"record 1: "),
        ("a.json", b"[" + b"9" * 5_000 + b"]", r"record 1: "),
        ("a.json", b"", r"truncated"),
        ("a.json", b'{"x": 1}', r"a\.json: neither a list of dossiers nor an envelope"),
        ("a.json", b'"x"', r"a\.json: neither a list of dossiers nor an envelope"),
        (
            "a.json.gz",
            gzip.compress(b"[]" * 99, mtime=0)[:-9],
            r"a\.json\.gz: the file was cut short",
        ),
        ("a.json.gz", b"no gzip", r"a\.json\.gz: "),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(FileError, match=reason):
        list(read_messages(path))


@pytest.mark.django_db
def test_what_stands_before_the_break_is_taken_in(units: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    whole = json.dumps([message(f"H29.01-261001-{n}") for n in range(1_200)])
    path.write_text(whole[: len(whole) - 40])

    result = run(path)

    assert result.exit_code == 1
    assert "record 1200: it is truncated" in result.output
    assert "1,199 accepted" in result.output
    assert Dossier.objects.count() == 1_199


@pytest.mark.django_db
def test_a_line_that_is_no_json_is_one_refused_record(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        f'{json.dumps(message())}\n{{"MaHoSo": "H29\n{json.dumps(message("H29-261001-2"))}\n'
    )

    result = run(path)

    assert "2 accepted, 0 unchanged, 1 refused" in result.output
    listed = list(csv.reader((tmp_path / "a.jsonl.refused.csv").open(encoding="utf-8")))
    assert [(line[0], line[2]) for line in listed[1:]] == [("2", "")]
    assert "is not JSON" in listed[1][3]
    assert RefusedRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_dossier_with_100_000_components(units: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    component = {"TenTepDinhKem": "x" * 40, "DuocSoHoa": "1", "DuocTaiSuDung": "2"}
    path.write_text(
        json.dumps([message(TaiLieuNop=[component] * 100_000), message("H29-261001-2")])
    )

    assert run(path).exit_code == 0
    assert Dossier.objects.get(code="H29.01-261001-00001").components_reused == 100_000


# --- tables ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_form_of_table_gives_the_same_dossiers(
    units: SimpleNamespace, mapping: Path, tmp_path: Path
) -> None:
    rows = [[f"H29.01-261001-{n}", *ROW[1:]] for n in range(3)]
    (tmp_path / "a.csv").write_text(as_csv(*rows), encoding="utf-8")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(as_csv(*rows, delimiter=";").encode()))
    (tmp_path / "c.csv").write_text(as_csv(*rows, delimiter="\t"), encoding="utf-16")
    workbook(tmp_path / "d.xlsx", [HEADER, *([*r[:4], datetime(2026, 10, 1, 8, 15)] for r in rows)])
    columns = [*zip(*rows, strict=True)]
    columns[4] = (datetime(2026, 10, 1, 8, 15),) * 3
    columns[5] = (None,) * 3
    parquet.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), tmp_path / "e.parquet")

    outputs = [run(tmp_path / "a.csv", "--mapping", mapping).output]
    for name in ("b.csv.gz", "c.csv", "d.xlsx", "e.parquet"):
        outputs.append(run(tmp_path / name, "--mapping", mapping).output)

    assert "3 accepted, 0 unchanged, 0 refused" in outputs[0]
    for output in outputs[1:]:
        assert "0 accepted, 3 unchanged, 0 refused" in output


def test_parquet_passes_through_in_batches(mapping: Path, tmp_path: Path) -> None:
    codes = [f"H29.01-261001-{n}" for n in range(2_500)]
    table = pa.table({name: codes if name == "Mã hồ sơ" else [""] * 2_500 for name in HEADER})
    parquet.write_table(
        table.append_column("Họ tên", pa.array(["Bí Mật"] * 2_500)), tmp_path / "a.parquet"
    )

    found = list(read_table(tmp_path / "a.parquet", load_mapping(mapping), UnitClock(None, None)))

    assert [entry.record["MaHoSo"] for entry in found] == codes
    assert [entry.line for entry in found] == list(range(1, 2_501))


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx", "a.xes", "a.csv"])
def test_a_table_that_is_something_else_is_named(mapping: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n nothing of the kind")

    with pytest.raises(FileError, match=name):
        list(read_table(tmp_path / name, load_mapping(mapping), UnitClock(None, None)))


def test_a_line_without_end_is_not_held_in_memory(
    mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_LONGEST_LINE", 10_000)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(as_csv(ROW).encode() + b"x" * 20_000))

    with pytest.raises(FileError, match="line 3: longer than 10000 characters"):
        list(read_table(path, load_mapping(mapping), UnitClock(None, None)))


@pytest.mark.django_db
def test_the_event_log_gives_the_same_dossiers_as_its_table(shared: Path) -> None:
    folder = shared / "data" / "eventlogs"
    table, log = folder / "receipt.csv", folder / "08_receipt.xes.gz"
    if not (table.is_file() and log.is_file()):
        pytest.skip(f"no permit log in {folder}")
    Unit.objects.create(
        code="NL.COSELOG", name="Gemeente", kind="commune", time_zone="Europe/Amsterdam"
    )

    assert "1,434 accepted" in run(table, "--mapping", PERMIT_LOG).output
    assert "0 accepted, 1,434 unchanged" in run(log, "--mapping", PERMIT_LOG).output


def test_attributes_of_traces_and_events_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xes"
    path.write_text(
        """<log xmlns="http://www.xes-standard.org/"><string key="concept:name" value="the log"/>
        <trace><string key="concept:name" value="1"/><string key="deep" value="x">
          <string key="deeper" value="not read"/></string>
          <event><date key="time:timestamp" value="2026-10-01T08:00:00+07:00"/></event>
          <event><string key="concept:name" value="b"/></event></trace>
        <trace><string key="concept:name" value="2"/></trace></log>""",
        encoding="utf-8",
    )
    with open_table(path) as table:
        assert table.header == ["case:concept:name", "case:deep", "time:timestamp", "concept:name"]
        assert [list(row.cells) for row in table.rows] == [
            ["1", "x", "2026-10-01T08:00:00+07:00", None],
            ["1", "x", None, "b"],
            ["2", None, None, None],
        ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE log [<!ENTITY a "aaaa">]><log>&a;</log>', "a document type is not allowed"),
        ("<log><trace>", "no element found"),
    ],
)
def test_a_broken_event_log_is_named(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "a.xes"
    path.write_text(content)

    with pytest.raises(FileError, match=reason):
        list(read_table(path, load_mapping(PERMIT_LOG), UnitClock(None, None)))


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_is_certain_is_read(mapping: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(as_csv(ROW), encoding=encoding)

    (entry,) = read_table(path, load_mapping(mapping), UnitClock(None, None))

    assert entry.record["TenTTHC"] == "Đăng ký khai sinh"


def test_windows_1258_is_recognised(mapping: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(windows_1258(as_csv(ROW)))

    (entry,) = read_table(path, load_mapping(mapping), UnitClock(None, None))

    assert encoding_of(path) == "cp1258"
    assert entry.record["TenTTHC"] == "Đăng ký khai sinh"
    assert entry.record["TrangThaiHoSo"] == 4


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tcvn3(as_csv(ROW)), r"a\.csv is written in TCVN3 \(ABC\).*CSV UTF-8"),
        ("Đăng ký khai sinh\n".encode("utf-16-le"), r"is written in UTF-16 without its mark"),
        # VNI: “Ñaêng kyù”
        (b"\xd1a\xeang ky\xf9 h\xf4\xf8 s\xf4\n", r"an encoding that is not known"),
        ("Đăng ký\n".encode() * 9 + b"\xff\n", r"not utf-8 all through: see its byte 99"),
    ],
)
def test_what_is_not_certain_is_refused_with_advice(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(FileError, match=reason):
        encoding_of(path)


def test_an_encoding_the_mapping_names_is_held_to(mapping: Path, tmp_path: Path) -> None:
    mapping.write_text(MAPPING + "encoding: ascii\n", encoding="utf-8")
    path = tmp_path / "a.csv"
    path.write_text(as_csv(ROW), encoding="utf-8")

    with pytest.raises(FileError, match=r"is not ascii all through: see its byte 1"):
        list(read_table(path, load_mapping(mapping), UnitClock(None, None)))


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("Đăng ký khai sinh", False),
        ("Cấp giấy phép ≥ 500 m² (mức 3)", False),
        ("XÃ ĐẤT ĐỎ, CỘNG HÒA – “Một cửa” §", False),
        ("§¨ng ký khai sinh cho trÎ em", True),  # a .VnTime font
        ("CÊp giÊy phÐp x©y dùng nhµ ë riªng lÎ", True),
        ("Ä\x90Äƒng kÃ½ khai sinh", True),  # UTF-8 read as Windows-1252
        ("Cáº¥p giáº¥y", True),
        ("Đăng k\ufffd", True),
    ],
)
def test_garbled_names_are_noticed(text: str, garbled: bool) -> None:
    assert looks_garbled(text) is garbled


@pytest.mark.django_db
def test_a_garbled_name_is_refused_not_registered(
    units: SimpleNamespace, mapping: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    bad = [*ROW]
    bad[2] = "§¨ng ký khai sinh"
    path.write_text(as_csv(bad, ["H29.01-261001-2", *ROW[1:]]), encoding="utf-8")

    result = run(path, "--mapping", mapping)

    assert "1 accepted, 0 unchanged, 1 refused" in result.output
    assert "TCVN3" in RefusedRecord.objects.get().reason


@pytest.mark.django_db
def test_decomposed_names_and_keys_with_spaces_are_the_same(
    units: SimpleNamespace, mapping: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(as_csv(ROW), encoding="utf-8")
    spaced = [f"  {ROW[0]}\u00a0", *ROW[1:]]
    apart = unicodedata.normalize("NFD", as_csv(spaced))
    (tmp_path / "b.csv").write_text(apart, encoding="utf-8")

    run(tmp_path / "a.csv", "--mapping", mapping)

    assert "0 accepted, 1 unchanged" in run(tmp_path / "b.csv", "--mapping", mapping).output


# --- refused rows ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_refused_rows_of_a_table_are_mended_and_sent_again(
    units: SimpleNamespace, mapping: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    header = [*HEADER, "Họ tên"]
    rows = [
        [*ROW, "Bí Mật"],
        ["H29.01-261001-2", *ROW[1:3], "=1+1", "31/02/2025", "", "Bí Mật"],
        ["H29.01-261001-3", *ROW[1:4], "05/10/2026", "04/10/2026", "Bí Mật"],
    ]
    path.write_text("\n".join(";".join(cells) for cells in (header, *rows)), encoding="utf-8")

    assert "1 accepted, 0 unchanged, 2 refused" in run(path, "--mapping", mapping).output
    refused = tmp_path / "a.csv.refused.csv"
    listed = list(csv.reader(refused.open(encoding="utf-8-sig")))
    columns = load_mapping(mapping).columns()
    assert listed[0] == [*columns, "Lý do không nhận"]
    assert "Bí Mật" not in refused.read_text(encoding="utf-8-sig")
    shape = "⟨text of 4 characters⟩"
    assert shape in listed[1]
    assert "row 3: " in listed[1][-1] and "there is no such date and time" in listed[1][-1]
    assert "NgayTra: lies before the day of reception" in listed[2][-1]

    mended = refused.read_text(encoding="utf-8-sig")
    mended = mended.replace(shape, "Đang xử lý").replace("31/02/2025", "28/02/2025")
    refused.write_text(mended.replace("04/10/2026", "06/10/2026"), encoding="utf-8-sig")
    result = run(refused, "--mapping", mapping)
    assert "2 accepted, 0 unchanged, 0 refused" in result.output


@pytest.mark.django_db
def test_refused_rows_of_a_workbook_come_in_a_workbook(
    units: SimpleNamespace, mapping: Path, tmp_path: Path
) -> None:
    mapping.write_text(MAPPING + "header_row: 3\nsheet: Tháng 10\n", encoding="utf-8")
    table = [["Báo cáo"], [], HEADER, [*ROW[:3], "Lạ", 46296.34375]]
    path = workbook(tmp_path / "a.xlsx", table, sheet="Tháng 10")

    assert "0 accepted, 0 unchanged, 1 refused" in run(path, "--mapping", mapping).output
    refused = tmp_path / "a.xlsx.refused.xlsx"
    again = run(refused, "--mapping", mapping)

    assert "0 accepted, 0 unchanged, 1 refused" in again.output, again.output
    waiting = RefusedRecord.objects.order_by("-pk")[0]
    assert waiting.field == "TrangThaiHoSo"
    assert "the mapping says nothing of the value text of 2 characters" in waiting.reason
