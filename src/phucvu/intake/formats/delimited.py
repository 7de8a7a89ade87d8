"""Reader of CSV: streamed, in any encoding that is certain, with any of the usual delimiters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError, Row, Table, bounded_lines, normal, opened
from phucvu.intake.formats.encodings import check_encoding, encoding_of
from phucvu.register.rows import unguard

__all__ = ["delimiter_of", "open_csv"]

_LONGEST_LINE = 4 << 20
_DELIMITERS = ",;\t|"


@contextmanager
def open_csv(
    path: Path, *, header_row: int = 1, encoding: str | None = None, delimiter: str | None = None
) -> Iterator[Table]:
    """Open a CSV file as a table; `header_row` is the line its header stands on.

    Encoding and delimiter are found out where they are not given. Raises `FileError`.
    """
    if encoding is None:
        encoding = encoding_of(path)
    else:
        check_encoding(path, encoding)
    with opened(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        if delimiter is None:
            delimiter = delimiter_of(path, encoding, header_row)
        reader = csv.reader(bounded_lines(path, text, _LONGEST_LINE), delimiter=delimiter)
        rows = _rows(path, reader)
        header: list[str] = []
        for row in rows:
            if row.line >= header_row:
                header = [normal(str(cell)) for cell in row.cells]
                break
        yield Table(header, rows)


def delimiter_of(path: Path, encoding: str, header_row: int = 1) -> str:
    """Return the separator of the header's cells: Excel writes `;` where a comma is for
    decimals.
    """
    with opened(path) as file, io.TextIOWrapper(file, encoding=encoding) as text:
        lines = islice(bounded_lines(path, text, _LONGEST_LINE), header_row - 1, header_row)
        line = next(lines, "")
    bare = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[Row]:
    try:
        for cells in reader:
            if any(cells):
                yield Row(reader.line_num, [unguard(cell) for cell in cells])  # type: ignore[attr-defined]
    except csv.Error as error:
        line = reader.line_num  # type: ignore[attr-defined]
        reason = _("the line cannot be taken apart: %(error)s") % {"error": error}
        raise FileError(f"{path}, line {line}: {reason}") from error
