"""Writers of tables as text: CSV for spreadsheets, JSON for programs, sent while written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import msgspec
from django.utils import timezone

from phucvu.opendata.columns import CellType
from phucvu.opendata.tables import Cell, FileTable

__all__ = ["write_csv", "write_json"]

_CHUNK = 32_768
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\N{BYTE ORDER MARK}"
# Decimals as JSON numbers, digit for digit.
_JSON = msgspec.json.Encoder(decimal_format="number")


def write_csv(table: FileTable) -> Iterator[bytes]:
    """Write CSV (RFC 4180) in UTF-8 with a byte order mark, which Excel needs for Vietnamese.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    buffer = io.StringIO(newline="")
    buffer.write(_BOM)
    writer = csv.writer(buffer)
    texts = [column.type is CellType.TEXT for column in table.columns]
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow(
            [
                _harmless(cell) if text else _plain(cell)
                for cell, text in zip(row, texts, strict=True)
            ]
        )
        if buffer.tell() > _CHUNK:
            yield _taken(buffer)
    yield _taken(buffer)


def write_json(table: FileTable) -> Iterator[bytes]:
    """Write `{"about": …, "columns": […], "rows": [{…}, …]}`; null where a cell is empty."""
    names = [column.name for column in table.columns]
    head = {"about": table.about, "columns": names}
    buffer = io.BytesIO()
    buffer.write(_JSON.encode(head)[:-1] + b',"rows":[')
    separator = b"\n"
    for row in table.rows:
        buffer.write(separator)
        buffer.write(_JSON.encode({n: _moment(c) for n, c in zip(names, row, strict=True)}))
        separator = b",\n"
        if buffer.tell() > _CHUNK:
            yield buffer.getvalue()
            buffer = io.BytesIO()
    buffer.write(b"\n]}\n")
    yield buffer.getvalue()


def _harmless(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(_moment(cell))


def _moment(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    return cell


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
