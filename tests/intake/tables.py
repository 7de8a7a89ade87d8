"""Tables for tests: filled templates, workbooks, and the Vietnamese encodings of old."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from phucvu.intake.excel.columns import form

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def row(code: str = "H29.01-261001-00001", **cells: Any) -> dict[str, Any]:
    """A row of the template: received and promised on 1 October 2026, in process."""
    return {
        "MaHoSo": code,
        "MaTTHC": "1.013395",
        "TenTTHC": "Đăng ký khai sinh",
        "TrangThaiHoSo": "4 - Đang xử lý",
        "KenhThucHien": "2 - Trực tuyến",
        "NgayTiepNhan": datetime(2026, 10, 1, 8, 15),
        "NgayHenTra": datetime(2026, 10, 3, 17),
        **cells,
    }


def filled(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """The template with rows, as a spreadsheet program would leave it."""
    names = form().names
    table = [[cells.get(name) for name in names] for cells in rows]
    headings = [column.heading for column in form().columns]
    return workbook(path, [headings, names, *table], sheet=form().sheet)


def workbook(path: Path, table: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> Path:
    """A workbook of one sheet; dates are written as cells that are dates."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for line, cells in enumerate(table):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(line, place, cell, moment)
                elif isinstance(cell, int | float):
                    page.write_number(line, place, cell)
                elif cell:
                    page.write_string(line, place, cell)
    return path


def windows_1258(text: str) -> bytes:
    """Text as Windows-1258 has it: the tone is a sign of its own."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(part for part in parts if part in _TONES)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(base + tone)
    return "".join(letters).encode("cp1258")


def tcvn3(text: str) -> bytes:
    """The few letters the tests need, as TCVN3 (ABC) has them."""
    table = {
        "ă": 0xA8, "â": 0xA9, "ê": 0xAA, "ô": 0xAB, "ơ": 0xAC, "ư": 0xAD, "đ": 0xAE, "Đ": 0xA7,
        "á": 0xB8, "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "ạ": 0xB9, "ớ": 0xED, "ế": 0xD5, "ệ": 0xD6,
        "ắ": 0xBE, "ể": 0xD3, "ủ": 0xF1, "ụ": 0xF4, "ý": 0xFD, "ứ": 0xF8,
    }  # fmt: skip
    return bytes(table.get(letter, ord(letter) if letter.isascii() else 0x3F) for letter in text)
