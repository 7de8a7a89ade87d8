"""Writer of a template: empty, or with the rows that were refused."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from phucvu.intake.cells import moment_of
from phucvu.intake.excel.columns import Column, Form
from phucvu.intake.excel.columns import form as dossier_form
from phucvu.intake.formats.base import Cell

__all__ = ["FilledTemplate", "template_bytes"]

_LAST_CHECKED_ROW = 50_000
_MOMENT = "dd/mm/yyyy hh:mm"
_FIRST_DAY, _LAST_DAY = datetime(1975, 1, 1), datetime(2100, 12, 31)  # noqa: DTZ001
# Excel takes lists of at most 255 characters in a rule; longer ones stand on a sheet.
_LISTS_SHEET = "Danh mục"
_NO_FORMULAS = {"strings_to_formulas": False, "strings_to_urls": False}
_HEADER_ROWS = 2
_HEADING = {"bold": True, "text_wrap": True, "valign": "top"}


def template_bytes(form: Form | None = None) -> bytes:
    """Write the empty template (.xlsx): headings, an example row, drop-downs and checks, a
    guide.
    """
    content = io.BytesIO()
    with FilledTemplate(content, form=form) as book:
        book.example()
    return content.getvalue()


class FilledTemplate:
    """Template that is being written, row by row.

    With `reasons` it has a column more, for why a row was refused. Text never becomes a formula.
    `form` is that of the kind of fact; of dossiers where it is not given.
    """

    def __init__(
        self, target: Path | io.BytesIO, *, reasons: bool = False, form: Form | None = None
    ) -> None:
        self._form = form or dossier_form()
        # Rows go to the disk as they come.
        options: dict[str, Any] = {**_NO_FORMULAS, "constant_memory": reasons}
        self._book = Workbook(str(target) if isinstance(target, Path) else target, options)
        self._reasons = reasons
        self._row = _HEADER_ROWS
        self._formats = {
            name: self._book.add_format(look)
            for name, look in {
                "code": {"num_format": "@"},
                "name": {"num_format": "@"},
                "choice": {"num_format": "@"},
                "moment": {"num_format": _MOMENT},
                "number": {"num_format": "0"},
                "decimal": {"num_format": "0.00"},
                "money": {"num_format": "#,##0"},
                "heading": {
                    "bold": True,
                    "text_wrap": True,
                    "valign": "top",
                    "bg_color": "#DCE9F5",
                },
                "required": {
                    "bold": True,
                    "text_wrap": True,
                    "valign": "top",
                    "bg_color": "#F9D9A8",
                },
                "field": {"italic": True, "font_size": 8, "font_color": "#555555"},
                "wrapped": {"text_wrap": True, "valign": "top"},
                "reason": {"text_wrap": True, "font_color": "#B00020"},
            }.items()
        }
        self._sheet = self._book.add_worksheet(self._form.sheet)
        self._headings()
        self._checks()

    def __enter__(self) -> FilledTemplate:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Write the guide, and the file. Raises `OSError`."""
        _write_guide(self._book, self._form, self._formats)
        self._book.close()

    def example(self) -> None:
        """Add the example row, which import skips."""
        cells: dict[str, Cell] = {column.name: column.example for column in self._form.columns}
        code = self._form.code
        cells[code] = f"{self._form.example_mark}: {cells[code]}"
        self.row(cells)

    def row(self, cells: Mapping[str, Cell], reason: str = "") -> None:
        """Add a row: a cell for each column that is named."""
        for place, column in enumerate(self._form.columns):
            self._write(place, column, cells.get(column.name))
        if self._reasons:
            place = len(self._form.columns)
            self._sheet.write_string(self._row, place, reason, self._formats["reason"])
        self._row += 1

    def _write(self, place: int, column: Column, cell: Cell) -> None:
        look = self._formats[column.kind]
        if cell is None or cell == "":
            return
        if column.kind == "moment" and cell == column.example:
            cell = moment_of(cell)
        if column.kind == "choice" and not isinstance(cell, datetime):
            cell = column.shown(str(cell))
        if column.kind in ("number", "money") and isinstance(cell, str) and cell.isdecimal():
            cell = int(cell)
        if column.kind == "decimal" and isinstance(cell, str) and cell == column.example:
            cell = float(cell)
        if isinstance(cell, date):
            self._sheet.write_datetime(self._row, place, cell, self._formats["moment"])
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            self._sheet.write_number(self._row, place, cell, look)
        else:
            self._sheet.write_string(self._row, place, str(cell), look)

    def _headings(self) -> None:
        sheet, looks = self._sheet, self._formats
        for place, column in enumerate(self._form.columns):
            sheet.set_column(place, place, column.width, looks[column.kind])
        if self._reasons:
            sheet.set_column(len(self._form.columns), len(self._form.columns), 60)
        sheet.set_row(0, 45)
        sheet.freeze_panes(_HEADER_ROWS, 1)
        # Row after row: what is written goes to the disk at once.
        for place, column in enumerate(self._form.columns):
            look = looks["required" if column.required else "heading"]
            sheet.write_string(0, place, column.heading, look)
        if self._reasons:
            reason = self._form.reason
            sheet.write_string(0, len(self._form.columns), reason["heading"], looks["required"])
        for place, column in enumerate(self._form.columns):
            sheet.write_string(1, place, column.name, looks["field"])
        if self._reasons:
            sheet.write_string(1, len(self._form.columns), reason["name"], looks["field"])

    def _checks(self) -> None:
        """Set what each column takes. Excel and LibreOffice refuse other values while they are
        typed.
        """
        lists: list[Column] = []
        for place, column in enumerate(self._form.columns):
            rule = _rule(column)
            if column.kind == "choice":
                options = column.options()
                if len(",".join(options)) > 255 or any("," in option for option in options):
                    lists.append(column)
                    letter = chr(ord("A") + len(lists) - 1)
                    rule["source"] = f"='{_LISTS_SHEET}'!${letter}$1:${letter}${len(options)}"
                else:
                    rule["source"] = options
            if rule:
                self._sheet.data_validation(
                    _HEADER_ROWS, place, _LAST_CHECKED_ROW, place, {**rule, **_input(column)}
                )
        if lists:
            sheet = self._book.add_worksheet(_LISTS_SHEET)
            sheet.hide()
            height = max(len(column.choices) for column in lists)
            for row in range(height):
                for place, column in enumerate(lists):
                    if row < len(column.choices):
                        sheet.write_string(row, place, column.options()[row])


def _rule(column: Column) -> dict[str, Any]:
    if column.kind == "choice":
        # A warning only: a number alone may be typed or pasted too.
        return {"validate": "list", "error_type": "warning"}
    if column.kind == "moment":
        between = {"minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        return {"validate": "date", "criteria": "between", **between}
    if column.kind in ("number", "money"):
        return {"validate": "integer", "criteria": ">=", "value": 0}
    if column.kind == "decimal":
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    return {}


def _input(column: Column) -> dict[str, Any]:
    """Return the hint beside a cell: Excel takes 32 characters of title, 255 of text."""
    return {
        "input_title": column.heading[:32],
        "input_message": column.help[:255],
        "error_title": column.heading[:32],
        "error_message": column.help[:255],
    }


def _write_guide(book: Workbook, form: Form, formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(form.guide)
    sheet.set_column(0, 1, 30)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 90)
    row = 0
    for line in form.guide_lines:
        sheet.write_string(row, 0, line)
        row += 1
    row += 1
    for place, heading in enumerate(form.guide_headings):
        sheet.write_string(row, place, heading, formats["heading"])
    for column in form.columns:
        row += 1
        options = f" {'; '.join(column.options())}." if column.choices else ""
        sheet.write_string(row, 0, column.heading, formats["wrapped"])
        sheet.write_string(row, 1, column.name, formats["wrapped"])
        if column.required:
            sheet.write_string(row, 2, form.required_word, formats["wrapped"])
        sheet.write_string(row, 3, column.help + options, formats["wrapped"])
