"""File of refused rows, in the form they came in, to be mended and sent again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from phucvu.intake.actions import Answer
from phucvu.intake.cells import text_of
from phucvu.intake.excel.columns import Form, form
from phucvu.intake.excel.writing import FilledTemplate
from phucvu.intake.formats.base import Cell, Entry
from phucvu.intake.record import Problem
from phucvu.intake.sheet_shapes import Fits, shown_cells
from phucvu.register.rows import guard

__all__ = ["MakeWriter", "RefusedFile", "as_list", "as_table", "as_template", "as_workbook"]


class _Writer(Protocol):
    def add(self, entry: Entry, answer: Answer) -> None:
        """Write a refused record."""

    def close(self) -> None:
        """Finish the file."""


MakeWriter = Callable[[Path], _Writer]


class RefusedFile:
    """File `FILE.refused.csv` or `.xlsx`, made with the first refusal; an earlier one is removed.

    Cells without the declared shape are not copied: their look stands in their place. It lies
    beside the file, or in the working folder where nothing may be written there.
    """

    def __init__(self, source: Path, suffix: str, make: MakeWriter, fits: Fits) -> None:
        self.path = source.with_name(f"{source.name}.refused{suffix}")
        self._make = make
        self._fits = fits
        self._writer: _Writer | None = None
        if self.path.exists():
            self.path.unlink()

    def add(self, entry: Entry, answer: Answer) -> None:
        """Write a record that was refused."""
        if self._writer is None:
            self._writer = self._opened()
        cells = shown_cells(entry.cells or {}, self._fits)
        self._writer.add(entry._replace(cells=cells), answer)

    def _opened(self) -> _Writer:
        try:
            self.path.touch()
        except OSError:  # the file lies in a folder that may only be read
            self.path = Path(self.path.name)
        return self._make(self.path)

    def close(self) -> None:
        """Finish the file. Raises `OSError`."""
        if self._writer is not None:
            self._writer.close()


class _Csv:
    def __init__(self, path: Path, header: Sequence[str], encoding: str, delimiter: str) -> None:
        self._file: IO[str] = path.open("w", encoding=encoding, newline="", errors="replace")
        self._writer = csv.writer(self._file, delimiter=delimiter)
        self._writer.writerow(header)

    def row(self, cells: Sequence[object]) -> None:
        self._writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in cells])

    def close(self) -> None:
        self._file.close()


def as_list(path: Path) -> _Writer:
    """Write for messages where and why; refused content may be personal and is not copied."""

    class Writer:
        def __init__(self) -> None:
            self._csv = _Csv(path, ["line", "code", "field", "reason"], "utf-8", ",")

        def add(self, entry: Entry, answer: Answer) -> None:
            for problem in _told(answer):
                self._csv.row([entry.line, answer.code, problem.field, problem.reason])

        def close(self) -> None:
            self._csv.close()

    return Writer()


def as_table(
    columns: Sequence[str], encoding: str | None = None, delimiter: str | None = None
) -> MakeWriter:
    """Write for tables the columns that are read, and the reason. No other column is copied."""

    class Writer:
        def __init__(self, path: Path) -> None:
            header = [*columns, form().reason["heading"]]
            self._csv = _Csv(path, header, encoding or "utf-8-sig", delimiter or ",")

        def add(self, entry: Entry, answer: Answer) -> None:
            cells = entry.cells or {}
            texts = [text_of(cells.get(column)) for column in columns]
            self._csv.row([*texts, _reason(entry, answer)])

        def close(self) -> None:
            self._csv.close()

    return Writer


def as_workbook(columns: Sequence[str], sheet: str | None, header_row: int) -> MakeWriter:
    """Write for a workbook under a mapping a sheet of that name and layout, with the reason."""

    class Writer:
        def __init__(self, path: Path) -> None:
            options: dict[str, Any] = {"constant_memory": True, "strings_to_formulas": False}
            self._book = Workbook(str(path), {**options, "strings_to_urls": False})
            self._sheet = self._book.add_worksheet(sheet)
            self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
            self._row = header_row - 1
            self._line([*columns, form().reason["heading"]])

        def add(self, entry: Entry, answer: Answer) -> None:
            cells = entry.cells or {}
            self._line([*(cells.get(column) for column in columns), _reason(entry, answer)])

        def _line(self, cells: Sequence[Cell]) -> None:
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    self._sheet.write_datetime(self._row, place, cell, self._moment)
                elif isinstance(cell, int | float) and not isinstance(cell, bool):
                    self._sheet.write_number(self._row, place, cell)
                elif text_of(cell):
                    self._sheet.write_string(self._row, place, text_of(cell))
            self._row += 1

        def close(self) -> None:
            self._book.close()

    return Writer


def as_template(of: Form) -> MakeWriter:
    """Write for a filled template a template again, with the rows and a column for the reason."""

    class Writer:
        def __init__(self, path: Path) -> None:
            self._book = FilledTemplate(path, reasons=True, form=of)

        def add(self, entry: Entry, answer: Answer) -> None:
            cells: Mapping[str, Cell] = entry.cells or {}
            self._book.row(cells, _reason(entry, answer))

        def close(self) -> None:
            self._book.close()

    return Writer


def _told(answer: Answer) -> Sequence[Problem]:
    """Return the problems to list: for a record that could not be read at all, the first one."""
    problems = answer.problems or []
    return problems[:1] if problems and not problems[0].field else problems


def _reason(entry: Entry, answer: Answer) -> str:
    parts = [f"{p.field}: {p.reason}" if p.field else p.reason for p in _told(answer)]
    return _("row %(line)d: %(reasons)s") % {"line": entry.line, "reasons": "; ".join(parts)}
