"""The Excel template: what it holds, and what becomes of one that was filled in."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import translation
from python_calamine import CalamineWorkbook

from phucvu.intake.cells import DateError, moment_of
from phucvu.intake.commands import import_, template
from phucvu.intake.excel.columns import Column, form
from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.files import FileError, open_table
from phucvu.intake.formats import archive
from phucvu.intake.kinds import KINDS
from phucvu.intake.models import RefusedRecord
from phucvu.register.models import Dossier
from phucvu.register.walltime import from_wall, to_wall
from tests.intake.tables import filled, row, workbook


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(argument) for argument in arguments])


def cells_of(content: bytes, sheet: str) -> list[list[Any]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return book.get_sheet_by_name(sheet).to_python()


# --- the template ---------------------------------------------------------------------------


def test_the_template_has_headings_an_example_and_a_guide() -> None:
    content = template_bytes()

    headings, names, example = cells_of(content, "Hồ sơ")
    guide = cells_of(content, "Hướng dẫn")
    assert names == form().names
    assert headings[:2] == ["Mã hồ sơ", "Mã thủ tục"]
    assert example[0] == "VÍ DỤ: H29.01-260302-00001"
    assert example[names.index("NgayHenTra")] == datetime(2026, 3, 5, 17)
    assert example[names.index("TrangThaiHoSo")] == "10 - Đã trả kết quả"
    explained = {cells[1]: cells[3] for cells in guide if len(cells) > 3}
    assert all(explained.get(name) for name in names)


def test_its_cells_are_checked() -> None:
    with zipfile.ZipFile(io.BytesIO(template_bytes())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    rules = re.findall(r'<dataValidation type="(\w+)"', sheet)

    kinds = [column.kind for column in form().columns]
    assert rules.count("list") == kinds.count("choice")
    assert rules.count("date") == kinds.count("moment")
    assert rules.count("whole") == kinds.count("number") + kinds.count("money")


def test_the_command_writes_it_and_overwrites_nothing(tmp_path: Path) -> None:
    arguments = ["dossiers", str(tmp_path / "mẫu.xlsx")]

    assert CliRunner().invoke(template, arguments).exit_code == 0
    assert (tmp_path / "mẫu.xlsx").read_bytes()[:2] == b"PK"
    assert "is not overwritten" in CliRunner().invoke(template, arguments).output
    assert CliRunner().invoke(template, ["dossiers", "a.csv"]).exit_code == 2


@pytest.mark.django_db
def test_as_it_is_written_it_holds_no_dossier(units: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(template_bytes())

    assert "0 accepted, 0 unchanged, 0 refused" in run(path).output


# --- filled in ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_filled_template_is_imported_without_a_mapping(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    full = row(
        TrangThaiHoSo="10 - Đã trả kết quả",
        NgayNopHoSo="30/09/2026",
        NgayKetThucXuLy=46297.375,
        NgayTra="2026-10-02 10:00",
        HinhThuc="1 - Có",
        NoiNopHoSo="1 - Cổng quốc gia",
        LoaiDoiTuong=1,
        HoSoCoThanhPhanSoHoa=1,
        TaiKhoanDuocXacThucVoiVNeID="1",
        DuocThanhToanTrucTuyen="2 - Qua cổng của bộ hoặc tỉnh",
        **{
            "DSKetNoiCSDL.dan_cu": "1 - Có",
            "TaiLieuNop.so": 4,
            "TaiLieuNop.so_hoa": "3",
            "TaiLieuNop.tai_su_dung": 2,
            "TaiLieuNop.tu_kho": 1,
            "DanhSachLePhi.tong": "58.000",
            "DanhSachGiayToKetQua.so": 2,
            "DanhSachGiayToKetQua.co_tep": 1,
            "DanhSachHoSoBoSung.yeu_cau_1": datetime(2026, 10, 1, 9),
            "DanhSachHoSoBoSung.nhan_1": datetime(2026, 10, 1, 11),
            "DanhSachHoSoBoSung.yeu_cau_2": datetime(2026, 10, 1, 12),
        },
    )
    path = filled(tmp_path / "a.xlsx", [row("VÍ DỤ: H29.01-1"), {}, full, row("H29.02-261001-2")])

    assert "2 accepted, 0 unchanged, 0 refused" in run(path).output
    dossier = Dossier.objects.get(unit=units.ward)
    assert [
        from_wall(moment)
        for moment in (dossier.submitted_at, dossier.received_at, dossier.finished_at)
    ] == [datetime(2026, 9, 30), datetime(2026, 10, 1, 8, 15), datetime(2026, 10, 2, 9)]
    assert from_wall(dossier.handed_over_at) == datetime(2026, 10, 2, 10)
    assert (dossier.channel, dossier.subject, dossier.status) == ("online", "person", 10)
    assert (dossier.return_by_post, dossier.vneid, dossier.payment) == (True, True, 2)
    assert (dossier.population_db, dossier.has_digitised) == (True, True)
    assert (dossier.components, dossier.components_digitised) == (4, 3)
    assert (dossier.components_reused, dossier.components_from_store) == (2, 1)
    assert (dossier.fees, dossier.fee_total) == (1, 58_000)
    assert (dossier.results, dossier.result_files, dossier.results_coded) == (2, 1, 0)
    assert (dossier.supplements, dossier.supplement_ms) == (2, 2 * 3_600_000)
    assert from_wall(dossier.supplement_open_at) == datetime(2026, 10, 1, 12)
    assert "2 unchanged" in run(path).output


@pytest.mark.django_db
def test_saved_as_csv_it_is_known_too(units: SimpleNamespace, tmp_path: Path) -> None:
    cells = row(NgayTiepNhan="01/10/2026 08:15", NgayHenTra="03/10/2026")
    lines = [form().names, [str(cells.get(name, "")) for name in form().names]]
    text = "\n".join(";".join(line) for line in lines)
    path = tmp_path / "a.csv"
    path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8-sig")

    assert "1 accepted, 0 unchanged, 0 refused" in run(path).output


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"MaHoSo": "H99.01-261001-1"}, "MaHoSo", "there is no unit with the code H99.01"),
    ({"MaHoSo": "H29.09-240101-1", "NgayTiepNhan": datetime(2026, 10, 1)}, "", ""),
    ({"MaTTHC": 1.013395}, "MaTTHC", "must be text: as a number, 1.010 would become 1.01"),
    ({"MaTTHC": ""}, "MaTTHC", "is required"),
    ({"TrangThaiHoSo": "12"}, "TrangThaiHoSo", "unknown status: “12”"),
    ({"TrangThaiHoSo": "Xong"}, "TrangThaiHoSo", "unknown status: text of 4 characters"),
    ({"KenhThucHien": "7 - Lạ"}, "KenhThucHien", "unknown channel: “7”"),
    ({"HinhThuc": "có"}, "HinhThuc", "must be 0 or 1"),
    ({"NgayTiepNhan": "31/02/2025"}, "NgayTiepNhan", "there is no such date and time"),
    ({"NgayTiepNhan": "01/10/2026 25:00"}, "NgayTiepNhan", "there is no such date and time"),
    ({"NgayTiepNhan": "10/25/2026"}, "NgayTiepNhan", "there is no such date and time"),
    ({"NgayTiepNhan": "2025-02-31"}, "NgayTiepNhan", "there is no such date and time"),
    ({"NgayTiepNhan": "mai"}, "NgayTiepNhan", "is not a date as dd/mm/yyyy"),
    ({"NgayTiepNhan": "1/10/26"}, "NgayTiepNhan", "is not a date as dd/mm/yyyy"),
    ({"NgayTiepNhan": 12}, "NgayTiepNhan", "is a number that is no date: “12”"),
    ({"NgayTiepNhan": datetime(2026, 12, 1)}, "NgayTiepNhan", "lies in the future"),
    ({"NgayTra": datetime(2026, 9, 30)}, "NgayTra", "before the day of reception"),
    ({"NgayTiepNhan": ""}, "NgayTiepNhan", "is required once a dossier is received"),
    ({"TaiLieuNop.so": 2, "TaiLieuNop.so_hoa": 3}, "TaiLieuNop.so_hoa", "more than there are"),
    ({"TaiLieuNop.so": "hai"}, "TaiLieuNop.so", "is not a whole number"),
    ({"TaiLieuNop.so": 2.5}, "TaiLieuNop.so", "is not a whole number"),
    ({"TaiLieuNop.so": -1}, "TaiLieuNop.so", "is not a whole number"),
    ({"TaiLieuNop.so": 100_001}, "TaiLieuNop.so", "at most 100000 are taken"),
    ({"DanhSachLePhi.tong": -5}, "DanhSachLePhi[0].Gia", "is negative"),
    (
        {"DanhSachHoSoBoSung.nhan_1": datetime(2026, 10, 2)},
        "DanhSachHoSoBoSung[0].NgayBoSung",
        "is required",
    ),
]


@pytest.mark.django_db
def test_bad_rows_are_explained_and_keep_no_good_one_out(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    bad = [case for case in BAD if case[1]]
    rows = [row(f"H29.01-261001-{n}") | cells for n, (cells, _, _) in enumerate(bad)]
    good = [row("H29.02-261001-1"), row("H29.02-261001-2", NgayTiepNhan=46296)]
    path = filled(tmp_path / "a.xlsx", [good[0], *rows, good[1]])

    result = run(path)

    assert f"2 accepted, 0 unchanged, {len(bad)} refused" in result.output
    assert Dossier.objects.count() == 2
    refusals = RefusedRecord.objects.order_by("position")
    for refused, (_, field, reason) in zip(refusals, bad, strict=True):
        assert (refused.field, reason in refused.reason) == (field, True), refused.reason
    listed = cells_of((tmp_path / "a.xlsx.refused.xlsx").read_bytes(), "Hồ sơ")
    assert listed[1] == [*form().names, "LyDo"]
    assert len(listed) == len(bad) + 2
    # Row 4 of the sheet: two rows of headings, a good row, the first bad one.
    assert listed[2][-1] == "row 4: MaHoSo: there is no unit with the code H99.01"


@pytest.mark.django_db
def test_refused_rows_are_mended_and_sent_again(units: SimpleNamespace, tmp_path: Path) -> None:
    bad = row(MaTTHC="", TenTTHC="=HYPERLINK(1) cấp phép", NgayTiepNhan="1/10/2026", KenhThucHien=2)
    path = filled(tmp_path / "a.xlsx", [bad, row("H29.02-261001-1", NgayTiepNhan="32/1/2026")])

    assert run(path).exit_code == 1
    refused = tmp_path / "a.xlsx.refused.xlsx"
    with zipfile.ZipFile(refused) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    headings, names, *rows = cells_of(refused.read_bytes(), "Hồ sơ")
    mended = [dict(zip(names, cells, strict=True)) for cells in rows]
    assert mended[0]["KenhThucHien"] == "2 - Trực tuyến"
    mended[0]["MaTTHC"] = "1.013395"
    mended[1]["NgayTiepNhan"] = "31/1/2026"

    again = run(filled(tmp_path / "b.xlsx", mended))

    assert headings[-1] == "Lý do không nhận"
    assert "2 accepted, 0 unchanged, 0 refused" in again.output
    path.write_bytes(filled(tmp_path / "c.xlsx", mended).read_bytes())
    assert run(path).exit_code == 0
    assert not refused.exists()


@pytest.mark.django_db
def test_of_a_code_in_two_rows_the_last_one_stands(units: SimpleNamespace, tmp_path: Path) -> None:
    rows = [row(MaTTHC="1.1"), row(" H29.01-261001-00001 ", MaTTHC="1.2"), row(MaTTHC="")]

    result = run(filled(tmp_path / "a.xlsx", rows))

    assert "2 accepted, 0 unchanged, 1 refused" in result.output
    assert Dossier.objects.get().procedure_code == "1.2"


@pytest.mark.django_db
def test_a_dossier_may_change_its_procedure_unit_and_month(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    code = "H29.09-250701-1"
    before = row(code, NgayTiepNhan="01/07/2025", MaTTHC="1.1")
    after = row(code, NgayTiepNhan="30/06/2025", MaTTHC="1.2")

    run(filled(tmp_path / "a.xlsx", [before]))
    assert "1 superseded, 0 refused" in run(filled(tmp_path / "b.xlsx", [after])).output
    assert "1 accepted" in run(tmp_path / "b.xlsx", "--correction").output

    dossier = Dossier.objects.get()
    assert (dossier.unit, dossier.procedure_code) == (units.old, "1.2")
    assert from_wall(dossier.received_at) == datetime(2025, 6, 30)


def test_a_column_twice_and_an_unknown_table_are_said(db: None, tmp_path: Path) -> None:
    twice = workbook(tmp_path / "a.xlsx", [[*form().names, "MaTTHC"], ["x"]])
    other = workbook(tmp_path / "b.xlsx", [["a", "b"], ["1", "2"]])

    assert "has the column “MaTTHC” more than once" in run(twice).output
    assert "b.xlsx is a table: say with --mapping" in run(other).output
    assert (
        "is the template for dossiers"
        in run(filled(tmp_path / "c.xlsx", []), "--unit", "H29").output
    )


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (None, None),
        ("  ", None),
        (46296, datetime(2026, 10, 1)),
        (46296.34375, datetime(2026, 10, 1, 8, 15)),
        ("46296.34375", datetime(2026, 10, 1, 8, 15)),
        (20261001, datetime(2026, 10, 1)),
        (20261001081500, datetime(2026, 10, 1, 8, 15)),
        ("20261001081500", datetime(2026, 10, 1, 8, 15)),
        ("1/10/2026", datetime(2026, 10, 1)),
        ("01-10-2026 8:15", datetime(2026, 10, 1, 8, 15)),
        ("01.10.2026 08:15:30", datetime(2026, 10, 1, 8, 15, 30)),
        ("2026-10-01T08:15:30", datetime(2026, 10, 1, 8, 15, 30)),
        ("2026-10-01", datetime(2026, 10, 1)),
        (date(2026, 10, 1), datetime(2026, 10, 1)),
        (datetime(2026, 10, 1, 7, 59, 59, 999_997), datetime(2026, 10, 1, 8)),
        (datetime(2026, 10, 1, 8, 0, 0, 250_000), datetime(2026, 10, 1, 8, 0, 0, 250_000)),
        ("29/02/2024", datetime(2024, 2, 29)),
    ],
)
def test_moments_in_every_form(cell: Any, moment: datetime | None) -> None:
    assert moment_of(cell) == moment


@pytest.mark.parametrize(
    "cell",
    ["31/02/2025", "29/02/2025", "2025-13-01", "0", 0, 5, 99_999, 20261301, True, time(8), "8:15"],
)
def test_what_is_no_moment(cell: Any) -> None:
    with pytest.raises(DateError):
        moment_of(cell)


# --- what would fill the memory -------------------------------------------------------------


def repacked(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """A workbook with some of its parts exchanged."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return target


def sheet_of(cells: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r = '1048576'><c\n r='XFD1048576'><v>1</v></c></row>",
        f"<row>{'<c/>' * 9_000}</row>{'<row><c><v>1</v></c></row>' * 1_000}",
        '<row><c r="A1"><v>1</v></c><c r="A1048576"><v>1</v></c><c r="ZZ2"><v>1</v></c></row>',
    ],
)
def test_a_cell_in_the_last_corner(tmp_path: Path, cells: str) -> None:
    plain = workbook(tmp_path / "a.xlsx", [["a"]])
    bomb = repacked(plain, tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": sheet_of(cells)})

    with pytest.raises(FileError, match=r"b\.xlsx is too large for a workbook"), open_table(bomb):
        pass


def test_a_part_that_unpacks_without_end(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx", [["a"]])
    zeros = b" " * (archive.MOST_UNPACKED + 1)
    bomb = repacked(plain, tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": zeros})

    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(FileError, match="is too large for a workbook"), open_table(bomb):
        pass


def test_a_part_that_is_longer_than_it_says(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx", [["a"]])
    size = 40 << 20
    bomb = repacked(plain, tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": b" " * size})
    content = bomb.read_bytes().replace(size.to_bytes(4, "little"), (9).to_bytes(4, "little"))
    bomb.write_bytes(content)

    with pytest.raises(FileError, match="is no whole Excel workbook"), open_table(bomb):
        pass


def test_one_long_text_in_very_many_cells(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx", [["x" * 30_000]])
    cell = '<c t="s"><v>0</v></c>'
    rows = f"<row>{cell * 100}</row>" * 1_000
    bomb = repacked(plain, tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": sheet_of(rows)})

    with pytest.raises(FileError, match="is too large for a workbook"), open_table(bomb):
        pass


def test_the_1904_date_system_is_told(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "a.xlsx", [["a"]])
    with zipfile.ZipFile(plain) as book:
        part = book.read("xl/workbook.xml").replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    path = repacked(plain, tmp_path / "b.xlsx", {"xl/workbook.xml": part})

    with pytest.raises(FileError, match="counts its dates from 1904"), open_table(path):
        pass


# --- LibreOffice ----------------------------------------------------------------------------

_TYPED = {"money": "1.500.000", "number": "3"}


def _typed(column: Column) -> str:
    """The column's example as somebody at a desk in Vietnam types it."""
    if column.kind == "moment" and column.example:
        return datetime.strptime(column.example, "%Y%m%d%H%M%S").strftime("%d/%m/%Y %H:%M")  # noqa: DTZ007
    if column.kind in _TYPED and column.example:
        return _TYPED[column.kind]
    return column.shown(column.example)


@pytest.mark.django_db
@pytest.mark.parametrize("plural", ["dossiers", "petitions", "payments", "procedures"])
def test_a_template_filled_in_libreoffice_is_imported(
    units: SimpleNamespace, tmp_path: Path, plural: str
) -> None:
    """The real program opens our template, a row is typed in, and what it saves is imported."""
    office, python = shutil.which("soffice"), "/usr/bin/python3"
    if office is None:
        pytest.skip("LibreOffice is not installed")
    if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode:
        pytest.skip("LibreOffice's Python bridge (python3-uno) is not installed")
    kind = KINDS[plural]
    template, saved = tmp_path / "template.xlsx", tmp_path / "saved.xlsx"
    template.write_bytes(template_bytes(kind.form))
    cells = [
        [kind.form.sheet, number, 3, _typed(column)]
        for number, column in enumerate(kind.form.columns)
        if column.example
    ]
    script = Path(__file__).with_name("typing_in_office.py")
    command = [python, str(script), office, *map(str, (tmp_path / "profile", template, saved))]
    content = json.dumps(cells).encode()
    subprocess.run(command, input=content, check=True, capture_output=True, timeout=120)

    result = run(saved)

    assert "1 accepted, 0 unchanged, 0 refused" in result.output, result.output
    held = kind.fact.model._default_manager.values().get()
    for column in kind.form.columns:
        if column.name not in held or not column.example:
            continue
        if column.kind == "moment":
            at = datetime.strptime(column.example, "%Y%m%d%H%M%S")  # noqa: DTZ007
            assert held[column.name] == to_wall(at.replace(second=0))
        elif column.kind == "money":
            assert held[column.name] == 1_500_000
        elif column.kind == "number":
            assert held[column.name] == 3
        elif column.is_flag:
            assert held[column.name] == (column.example == "1")
        else:
            assert held[column.name] == column.example
