"""Writers of tables as binary files, Excel and Parquet, through a temporary file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone
from xlsxwriter import Workbook

from phucvu.opendata.columns import CellType, FileColumn
from phucvu.opendata.tables import Cell, FileTable, Row

__all__ = ["write_parquet", "write_xlsx"]

_CHUNK = 65_536
_IN_MEMORY = 4 * 1024 * 1024
_ROW_GROUP = 10_000

_ARROW = {
    CellType.TEXT: pa.string(),
    CellType.INTEGER: pa.int64(),
    CellType.DECIMAL: pa.decimal128(18, 2),
    CellType.MOMENT: pa.timestamp("us", tz="UTC"),
    CellType.BOOLEAN: pa.bool_(),
}


def write_xlsx(table: FileTable) -> Iterator[bytes]:
    """Write a sheet with the rows and a sheet that describes them. Text never becomes a formula."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with Workbook(file, options) as book:
            bold = book.add_format({"bold": True, "bg_color": "#DCE9F5"})
            looks = {
                CellType.DECIMAL: book.add_format({"num_format": "0.00"}),
                CellType.MOMENT: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            }
            sheet = book.add_worksheet("Số liệu")
            sheet.freeze_panes(1, 2)
            for place, column in enumerate(table.columns):
                sheet.set_column(place, place, 34 if column.name.endswith("name") else 13)
                sheet.write_string(0, place, column.name, bold)
            for number, row in enumerate(table.rows, 1):
                for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                    _write(sheet, number, place, cell, looks.get(column.type))
            about = book.add_worksheet("Từ điển")
            about.set_column(0, 0, 18)
            about.set_column(1, 1, 90)
            notes = [*table.about.items(), *((c.name, c.official) for c in table.columns)]
            for number, (name, text) in enumerate(notes):
                about.write_string(number, 0, name, bold)
                about.write_string(number, 1, text)
        yield from _pieces(file)


def _write(sheet: Any, row: int, place: int, cell: Cell, look: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, int | Decimal):
        sheet.write_number(row, place, cell, look)
    elif isinstance(cell, datetime):
        # Excel knows no time zones: the clock of the place.
        sheet.write_datetime(row, place, timezone.make_naive(cell), look)
    else:
        sheet.write_string(row, place, cell)


def write_parquet(table: FileTable) -> Iterator[bytes]:
    """Write exact decimals and moments in UTC; the description goes into the file's metadata."""
    fields = [
        pa.field(column.name, _ARROW[column.type], metadata={"meaning": column.official})
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata=dict(table.about))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            left = iter(table.rows)
            while rows := list(islice(left, _ROW_GROUP)):
                writer.write_table(_arrow(rows, table.columns, schema))
        yield from _pieces(file)


def _arrow(rows: Sequence[Row], columns: Sequence[FileColumn], schema: pa.Schema) -> pa.Table:
    arrays = [
        pa.array([row[place] for row in rows], type=_ARROW[column.type])
        for place, column in enumerate(columns)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_CHUNK):
        yield piece
