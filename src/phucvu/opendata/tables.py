"""A table to be written into a file: columns, rows and their description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from phucvu.opendata.columns import FileColumn

__all__ = ["Cell", "FileTable", "Row"]

Cell = str | int | Decimal | datetime | bool | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class FileTable:
    """A table to be written; a row has a cell for each column, and rows may be read once only."""

    name: str
    """the file's name without its ending"""
    columns: Sequence[FileColumn]
    rows: Iterable[Row]
    about: Mapping[str, str]
    """what holds for every row: the source, the licence, the address"""
