"""Reader of a filled template: each row becomes a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from phucvu.intake.cells import DateError, moment_of, text_of
from phucvu.intake.codes import population_db_codes
from phucvu.intake.excel.columns import Column, Form, load_form
from phucvu.intake.files import open_table, ragged
from phucvu.intake.formats.base import Cell, Entry, FileError, Table, kind_of
from phucvu.intake.mapping import garbled
from phucvu.intake.record import MappedRecord, Problem
from phucvu.intake.shapes import shown
from phucvu.intake.values import MAX_ROWS, quote

__all__ = ["FORMS", "MakeRecord", "RowReader", "is_template", "read_template", "row_of"]

_HEADER_WITHIN = 10
FORMS = frozenset({".xlsx", ".csv"})
# The parts of each counted list, and the field of the message each part sets in so many rows.
_PARTS = {
    "TaiLieuNop": {
        "so_hoa": "DuocSoHoa",
        "tai_su_dung": "DuocTaiSuDung",
        "tu_kho": "DuocLayTuKhoDMQG",
    },
    "DanhSachGiayToKetQua": {"co_tep": "DuongDanTepTinKetQua", "co_ma": "MaGiayToKetQua"},
}
_SUPPLEMENTS = (1, 2)


MakeRecord = Callable[[Sequence[Column], Mapping[str, Cell], int], MappedRecord]
"""From the columns there are, the cells by their names, and the line."""


def is_template(path: Path, form: Form) -> bool:
    """Tell whether a file is a filled template: one of its first rows has the field names.

    Raises `FileError`.
    """
    if kind_of(path) not in FORMS:
        return False
    with _opened(path, form) as table:
        return table is not None


def read_template(path: Path, form: Form, make: MakeRecord) -> Iterator[Entry]:
    """Yield each fact of a filled template with its line, without the example row.

    Raises `FileError`.
    """
    with _opened(path, form) as table:
        if table is None:
            raise FileError(_("%(file)s is not the template") % {"file": path})
        columns = [column for column in form.columns if column.name in table.header]
        places = [(column, table.header.index(column.name)) for column in columns]
        most = len(table.header)
        separated = kind_of(path) == ".csv"
        for line, row in table.rows:
            width = len(row)
            cells = {c.name: row[place] if place < width else "" for c, place in places}
            code = text_of(cells[form.code])
            if form.is_example(code) or not any(text_of(cell) for cell in cells.values()):
                continue
            record = make(columns, cells, line)
            if separated and any(text_of(cell) for cell in row[most:]):
                # A comma too many, as in a number: every cell after it may be shifted.
                record.problems = [ragged(width, most), *record.problems]
            yield Entry(line, record, cells)


@contextmanager
def _opened(path: Path, form: Form) -> Iterator[Table | None]:
    """Yield the template's table below the row with the field names; None without one."""
    with open_table(path, preferred_sheet=form.sheet) as table:
        header = table.header
        for _number in range(_HEADER_WITHIN):
            if form.is_header(header):
                twice = sorted({name for name in form.names if header.count(name) > 1})
                if twice:
                    raise FileError(
                        _("%(file)s has the column %(column)s more than once")
                        % {"file": path, "column": quote(twice[0])}
                    )
                yield Table(header, table.rows)
                return
            row = next(table.rows, None)
            if row is None:
                break
            header = [text_of(cell) for cell in row.cells]
        yield None


class RowReader:
    """Reader of the cells of one row that collects their faults."""

    def __init__(self, columns: Sequence[Column], cells: Mapping[str, Cell]) -> None:
        self._columns = columns
        self._cells = cells
        self.problems: list[Problem] = []

    def fields(self) -> dict[str, object]:
        """Return the value of each column, without the parts of lists."""
        message: dict[str, object] = {}
        for column in self._columns:
            if "." in column.name:
                continue
            if column.kind == "moment":
                message[column.name] = self._moment(column.name)
            elif column.kind == "choice":
                message[column.name] = self._choice(column.name)
            else:
                message[column.name] = self._cells[column.name]
        return message

    def _moment(self, name: str) -> object:
        try:
            return moment_of(self._cells.get(name))
        except DateError as error:
            self.problems.append(Problem(name, str(error)))
            return None

    def _choice(self, name: str) -> str:
        """Return the code of “code - label”."""
        return text_of(self._cells.get(name)).partition(" - ")[0].strip()


def row_of(plural: str) -> MakeRecord:
    """Return the function that makes a record of a row of the template for a kind of fact."""
    return _dossier_row if plural == "dossiers" else partial(_form_row, load_form(plural))


def _dossier_row(columns: Sequence[Column], cells: Mapping[str, Cell], line: int) -> MappedRecord:
    """Make the message of a row of the template for dossiers."""
    return _DossierRow(columns, cells).record(line)


def _form_row(
    form: Form, columns: Sequence[Column], cells: Mapping[str, Cell], line: int
) -> MappedRecord:
    """Make the record of a row of a template, whose columns are the fields."""
    row = RowReader(columns, cells)
    fields = row.fields()
    names = [column.name for column in columns if column.kind == "name"]
    problems = [*row.problems, *garbled(fields, names)]
    unit = text_of(cells.get(form.unit))
    return MappedRecord(fields, unit_code=unit or None, problems=problems, line=line)


class _DossierRow(RowReader):
    """Row whose counted columns become the lists of the message."""

    def record(self, line: int) -> MappedRecord:
        message = self.fields()
        self.problems += garbled(message)
        for name, parts in _PARTS.items():
            message[name] = self._counted(name, parts)
        if text_of(self._cells.get("DanhSachLePhi.tong")):
            total = self._cells["DanhSachLePhi.tong"]
            message["DanhSachLePhi"] = [{"Gia": _whole(text_of(total))}]
        if self._choice("DSKetNoiCSDL.dan_cu") == "1":
            message["DSKetNoiCSDL"] = [{"MaCSDL": min(population_db_codes())}]
        message["DanhSachHoSoBoSung"] = self._supplements()
        return MappedRecord(message, problems=self.problems, line=line)

    def _count(self, name: str) -> int:
        text = _whole(text_of(self._cells.get(name)))
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            reason = _("is not a whole number: %(value)s") % {"value": shown(text)}
            self.problems.append(Problem(name, reason))
            return 0
        return int(text)

    def _counted(self, name: str, parts: Mapping[str, str]) -> list[dict[str, str]]:
        """Return a list of the message with as many rows as counted; a part holds for its first
        rows.
        """
        count = self._count(f"{name}.so")
        if count > MAX_ROWS:
            self.problems.append(
                Problem(
                    f"{name}.so",
                    _("has %(rows)d rows, at most %(most)d are taken")
                    % {"rows": count, "most": MAX_ROWS},
                )
            )
            return []
        rows: list[dict[str, str]] = [{} for _row in range(count)]
        for part, field in parts.items():
            of_them = self._count(f"{name}.{part}")
            if of_them > count:
                reason = _("is more than there are in all (%(count)d)") % {"count": count}
                self.problems.append(Problem(f"{name}.{part}", reason))
            for row in rows[:of_them]:
                row[field] = "1"
        return rows

    def _supplements(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for number in _SUPPLEMENTS:
            asked = self._moment(f"DanhSachHoSoBoSung.yeu_cau_{number}")
            answered = self._moment(f"DanhSachHoSoBoSung.nhan_{number}")
            if asked is not None or answered is not None:
                found.append({"NgayBoSung": asked, "NgayTiepNhanBoSung": answered})
        return found


def _whole(text: str) -> str:
    """Return a number without the dots that group its digits in Vietnam: `50.000` is `50000`."""
    head, *groups = text.split(".")
    if groups and head.isdigit() and all(len(part) == 3 and part.isdigit() for part in groups):
        return head + "".join(groups)
    return text
