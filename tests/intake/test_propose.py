"""A first mapping for foreign tables, guessed from headers and values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from unicodedata import combining, normalize

import pytest
import yaml
from click.testing import CliRunner
from django.utils import translation

from phucvu.intake.commands import import_, mapping
from phucvu.intake.files import UnitClock, read_table
from phucvu.intake.mapping import Mapping, MappingError, load_mapping
from phucvu.intake.propose import Proposal, propose_mapping
from phucvu.intake.sample import Sample
from phucvu.intake.synonyms import plain
from tests.intake.tables import workbook

VIETNAMESE = [
    ["BÁO CÁO HỒ SƠ THÁNG 10"],
    [],
    ["STT", "Số hồ sơ", "Mã TTHC", "Tên thủ tục", "Họ tên", "Hình thức tiếp nhận", "Tình trạng",
     "Ngày tiếp nhận", "Hạn giải quyết", "Ngày hoàn thành"],
    ["1", "H29.01-261001-1", "1.013395", "Đăng ký khai sinh", "Bí Mật", "Trực tuyến",
     "Đã giải quyết", "01/10/2026 08:15", datetime(2026, 10, 3, 17), "02/10/2026"],
    ["2", "H29.01-261001-2", "2.000815", "Chứng thực", "Bí Mật", "Trực tiếp",
     "Đang xử lý", "01/10/2026", datetime(2026, 10, 3, 17), ""],
    ["3", "H29.01-261001-3", "2.000815", "Chứng thực", "Bí Mật", "Lạ",
     "Đang xử lý", "01/10/2026", datetime(2026, 10, 3, 17), ""],
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ngày tiếp nhận", "ngay tiep nhan"),
        ("NgayTiepNhan", "ngay tiep nhan"),
        ("ngay_tiep-nhan (giờ)", "ngay tiep nhan gio"),
        ("ĐƠN VỊ", "don vi"),
        ("case:concept:name", "case concept name"),
    ],
)
def test_names_are_compared_without_diacritics(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.django_db
def test_a_vietnamese_report_is_understood(units: SimpleNamespace, tmp_path: Path) -> None:
    table = workbook(tmp_path / "báo cáo.xlsx", VIETNAMESE)
    out = tmp_path / "mapping.yaml"

    result = CliRunner().invoke(mapping, ["propose", str(table), "--out", str(out)])

    assert result.exit_code == 0, result.output
    proposed = load_mapping(out)
    assert (proposed.header_row, proposed.case, proposed.unit) == (3, "Số hồ sơ", None)
    assert proposed.date_format == "mixed"
    assert {name: rule["column"] for name, rule in proposed.fields.items()} == {
        "MaTTHC": "Mã TTHC",
        "TenTTHC": "Tên thủ tục",
        "KenhThucHien": "Hình thức tiếp nhận",
        "TrangThaiHoSo": "Tình trạng",
        "NgayTiepNhan": "Ngày tiếp nhận",
        "NgayHenTra": "Hạn giải quyết",
        "NgayKetThucXuLy": "Ngày hoàn thành",
    }
    assert proposed.fields["KenhThucHien"]["values"] == {"Trực tuyến": 2, "Trực tiếp": 1}
    assert '"Lạ": …     # ?' in out.read_text(encoding="utf-8")
    assert "Họ tên" not in proposed.columns()
    imported = CliRunner().invoke(import_, [str(table), "--mapping", str(out)])
    assert "2 accepted, 0 unchanged, 1 refused" in imported.output


def test_an_english_table_of_events(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case id;service code;channel;received at;due date;completed at\n"
        "1;P1;web;2026-10-01T08:00:00+07:00;2026-10-03;\n1;P1;web;2026-10-01T08:00:00+07:00;;\n"
    )
    proposal = propose_mapping(path)
    out = tmp_path / "m.yaml"
    out.write_text(proposal.text, encoding="utf-8")
    proposed = load_mapping(out)

    assert (proposed.one_row_per, proposed.date_format) == ("case", "iso")
    assert proposed.fields["TrangThaiHoSo"] == {"if": "completed at", "then": 9, "else": 4}
    assert "# ? time_zone" in proposal.text
    assert "# ? unit" in proposal.text
    (entry,) = read_table(path, proposed, UnitClock("H29.01", None))
    assert entry.record["KenhThucHien"] == 2


def test_what_is_not_found_is_said_and_does_not_load(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n")
    out = tmp_path / "m.yaml"

    result = CliRunner().invoke(mapping, ["propose", str(path), "--out", str(out)])

    assert result.exit_code == 0
    assert "MaTTHC: no column was found" in result.output
    with pytest.raises(MappingError):
        load_mapping(out)
    assert (
        "not overwritten"
        in CliRunner().invoke(mapping, ["propose", str(path), "--out", str(out)]).output
    )


@pytest.mark.parametrize("name", ["receipt.csv", "08_receipt.xes.gz"])
def test_the_permit_log_needs_little_more(shared: Path, tmp_path: Path, name: str) -> None:
    path = shared / "data" / "eventlogs" / name
    if not path.is_file():
        pytest.skip(f"no permit log at {path}")
    proposal = propose_mapping(path)

    assert proposal.missing == ["MaTTHC"]
    out = tmp_path / "m.yaml"
    out.write_text(
        proposal.text.replace("#   MaTTHC: {constant: …}", "  MaTTHC: {constant: WABO}"),
        encoding="utf-8",
    )
    proposed = load_mapping(out)
    assert (proposed.case, proposed.one_row_per) == ("case:concept:name", "case")
    assert {name: rule.get("column") for name, rule in proposed.fields.items()} == {
        "MaTTHC": None,
        "KenhThucHien": "case:channel",
        "TrangThaiHoSo": None,
        "NgayTiepNhan": "case:startdate",
        "NgayHenTra": "case:deadline",
        "NgayKetThucXuLy": "case:enddate",
    }
    assert proposed.event == "concept:name"
    assert "time:timestamp" in proposal.text


def loaded(proposal: Proposal, folder: Path) -> Mapping:
    """The proposal with what it lacks filled in."""
    out = folder / "m.yaml"
    text = proposal.text.replace("#   MaTTHC: {constant: …}", "  MaTTHC: {constant: P1}")
    out.write_text(text, encoding="utf-8")
    return load_mapping(out)


def test_a_log_without_dates_of_its_cases_takes_them_from_events(
    shared: Path, tmp_path: Path
) -> None:
    path = shared / "data" / "eventlogs" / "roadtraffic100traces.csv"
    if not path.is_file():
        pytest.skip(f"no log of fines at {path}")
    proposed = loaded(propose_mapping(path), tmp_path)

    assert (proposed.case, proposed.event, proposed.take) == (
        "case:concept:name", "concept:name", "last",
    )  # fmt: skip
    assert proposed.fields["NgayTiepNhan"] == {"column": "time:timestamp", "at": ["Create Fine"]}
    assert proposed.fields["NgayKetThucXuLy"] == {
        "column": "time:timestamp", "at": ["Payment", "Send for Credit Collection"],
    }  # fmt: skip
    records = [entry.record for entry in read_table(path, proposed, UnitClock("U", None))]
    assert len(records) == 100
    assert all(record["NgayTiepNhan"] for record in records)
    # Paid or handed over to the collectors: it ended, and has a date of it.
    assert {bool(r.get("NgayKetThucXuLy")): r["TrangThaiHoSo"] for r in records} == {
        True: 9,
        False: 4,
    }


EVENTS = [
    ("1", "Tiếp nhận hồ sơ", "start", "2026-03-01T08:00:00"),
    ("1", "Tiếp nhận hồ sơ", "complete", "2026-03-01T08:10:00"),
    ("2", "Tiếp nhận hồ sơ", "complete", "2026-03-01T09:00:00"),
    ("1", "Thẩm định", "complete", "2026-03-02T08:00:00"),
    ("2", "Từ chối", "complete", "2026-03-02T09:00:00"),
    ("1", "Hoàn thành", "complete", "2026-03-03T08:00:00"),
    ("1", "Trả kết quả", "complete", "2026-03-04T08:00:00"),
]
AT = {
    "NgayTiepNhan": ["Tiếp nhận hồ sơ"],
    "NgayKetThucXuLy": ["Hoàn thành"],
    "NgayTra": ["Trả kết quả"],
    "NgayTuChoi": ["Từ chối"],
}


@pytest.mark.parametrize(
    "header",
    [
        ("case", "activity", "lifecycle", "timestamp"),
        ("Case ID", "Activity", "lifecycle:transition", "Complete Timestamp"),
        ("case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp"),
        ("Số hồ sơ", "Sự kiện", "Vòng đời", "Thời điểm"),
        ("MÃ HS", "TÊN BƯỚC", "vòng đời", "Thời gian"),
        ("case_id", "event_name", "lifecycle", "whenever"),
    ],
)
def test_the_columns_and_events_of_a_log(tmp_path: Path, header: tuple[str, ...]) -> None:
    path = tmp_path / "log.csv"
    lines = [",".join(row) for row in (header, *EVENTS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proposed = loaded(propose_mapping(path), tmp_path)

    case, event, _states, time = header
    assert (proposed.case, proposed.event, proposed.adjacent) == (case, event, False)
    assert {
        name: rule["at"] for name, rule in proposed.fields.items() if rule.get("column") == time
    } == AT
    first, second = (entry.record for entry in read_table(path, proposed, UnitClock("U", None)))
    assert first["NgayTiepNhan"] == datetime(2026, 3, 1, 8, 10)
    assert first["NgayTra"] == datetime(2026, 3, 4, 8)
    assert second["NgayTuChoi"] == datetime(2026, 3, 2, 9)
    assert (first["TrangThaiHoSo"], second["TrangThaiHoSo"]) == (9, 4)


def test_the_columns_and_events_of_an_xes_log(tmp_path: Path) -> None:
    traces = "".join(
        f'<trace><string key="concept:name" value="{case}"/>'
        + "".join(
            f'<event><string key="concept:name" value="{event}"/>'
            f'<string key="lifecycle:transition" value="{state}"/>'
            f'<date key="time:timestamp" value="{moment}+07:00"/></event>'
            for number, event, state, moment in EVENTS
            if number == case
        )
        + "</trace>"
        for case in ("1", "2")
    )
    path = tmp_path / "log.xes"
    path.write_text(f"<log>{traces}</log>", encoding="utf-8")
    proposed = loaded(propose_mapping(path), tmp_path)

    assert (proposed.case, proposed.event) == ("case:concept:name", "concept:name")
    assert {n: rule["at"] for n, rule in proposed.fields.items() if "at" in rule} == AT


CODES, NAMES = ("1.013395", "2.000815"), ("Khai sinh", "Chứng thực bản sao")
DATES, CHANNELS, STATES = ("01/10/2026", "02/10/2026"), ("Trực tuyến", "BCCI"), ("Xong", "Đã trả")


@pytest.mark.parametrize(
    ("head", "values", "field"),
    [
        ("Ngày xong", DATES, "NgayKetThucXuLy"),
        ("Ngày giờ xong", DATES, "NgayKetThucXuLy"),
        ("Kênh", CHANNELS, "KenhThucHien"),
        ("Kênh nộp HS", CHANNELS, "KenhThucHien"),
        ("Thủ tục", NAMES, "TenTTHC"),
        ("Thủ tục", CODES, "MaTTHC"),
        ("TTHC", CODES, "MaTTHC"),
        ("Tên TTHC", NAMES, "TenTTHC"),
        ("Tình trạng", STATES, "TrangThaiHoSo"),
        ("Tình trạng HS", STATES, "TrangThaiHoSo"),
        ("Ngày nhận", DATES, "NgayTiepNhan"),
        ("3. Ngày nhận HS (dd/mm/yyyy)", DATES, "NgayTiepNhan"),
        ("Thời điểm tiếp nhận", DATES, "NgayTiepNhan"),
        ("Hạn trả", DATES, "NgayHenTra"),
        ("Hạn trả KQ", DATES, "NgayHenTra"),
        ("Hạn GQ", DATES, "NgayHenTra"),
        ("Ngày hẹn trả *", DATES, "NgayHenTra"),
        ("Ngày trả", DATES, "NgayTra"),
        ("Ngày trả KQ", DATES, "NgayTra"),
        ("Ngày nhận kết quả", DATES, "NgayTra"),
        ("Ngày nộp", DATES, "NgayNopHoSo"),
        ("Đơn vị", ("H29.01", "H29.02"), "unit"),
        ("ĐV xử lý", ("H29.01", "H29.02"), "unit"),
        ("Lĩnh vực", NAMES, "TenLinhVuc"),
        ("Mã LV", ("HT", "CT"), "MaLinhVuc"),
        ("Đối tượng", ("Cá nhân", "Tổ chức"), "LoaiDoiTuong"),
        ("Số HS", ("7", "8"), "MaHoSo"),
        ("Số biên nhận", ("7", "8"), "MaHoSo"),
    ],
)
def test_the_usual_heads_as_written_bare_and_in_capitals(
    head: str, values: tuple[str, str], field: str
) -> None:
    """Beside a column that means nothing."""
    for name in (head, head.upper(), bare(head), bare(head).upper()):
        rows = [("x", value) for value in values]
        guess = columns_of(Sample(1, ["Ghi chú", name], rows))
        assert {found: plain(column) for found, column in guess.items()} == {field: plain(head)}


def bare(text: str) -> str:
    """Without marks, as it is typed on a keyboard that has none."""
    letters = normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in letters if not combining(letter))


def columns_of(sample: Sample) -> dict[str, str]:
    """The column each field is read from."""
    text = propose_mapping(Path("a.csv"), sample=sample).text
    content = yaml.safe_load(text)
    found = {n: rule["column"] for n, rule in (content["fields"] or {}).items() if "column" in rule}
    if "case" in content:
        found["MaHoSo"] = content["case"]
    if "unit" in content:
        found["unit"] = content["unit"]["column"]
    return found
