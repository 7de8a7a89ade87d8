"""A first mapping for foreign tables, guessed from headers and values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.utils import translation

from phucvu.intake.commands import import_, mapping
from phucvu.intake.files import UnitClock, read_table
from phucvu.intake.mapping import MappingError, load_mapping
from phucvu.intake.propose import propose_mapping
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
