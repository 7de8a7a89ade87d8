"""Reader of Excel workbooks: one sheet as a table, looked through before it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from phucvu.intake.formats.archive import check_workbook
from phucvu.intake.formats.base import Cell, FileError, Row, Table, normal

__all__ = ["open_xlsx"]


@contextmanager
def open_xlsx(
    path: Path, *, header_row: int = 1, sheet: str | None = None, preferred: str = ""
) -> Iterator[Table]:
    """Open the sheet `sheet`, else the one called `preferred` if there is one, else the first.

    Raises `FileError`. Dates are `datetime` where the cell is formatted as a date, and Excel's day
    numbers where it is not.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    check_workbook(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            table = book.get_sheet_by_name(_chosen(path, book.sheet_names, sheet, preferred))
            rows = _rows(table)
            header: list[str] = []
            for row in rows:
                if row.line >= header_row:
                    header = [normal(str(cell)) for cell in row.cells]
                    break
            yield Table(header, rows)
    except (CalamineError, OSError) as error:
        raise FileError(f"{path}: {error}") from error


def _chosen(path: Path, names: list[str], sheet: str | None, preferred: str) -> str:
    known = {normal(name): name for name in names}
    if sheet is not None and normal(sheet) not in known:
        raise FileError(
            _("%(file)s has no sheet %(sheet)s, but: %(names)s")
            % {"file": path, "sheet": sheet, "names": ", ".join(names)}
        )
    if not names:
        raise FileError(_("%(file)s has no sheet") % {"file": path})
    return known.get(normal(sheet or preferred), names[0])


def _rows(table: Any) -> Iterator[Row]:
    for line, cells in enumerate(table.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            yield Row(line, [_cell(cell) for cell in cells])


def _cell(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    cell: Cell = value
    return cell
