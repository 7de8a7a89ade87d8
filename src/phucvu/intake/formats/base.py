"""Common parts of every form of file: a table's shape, opening, and the error."""

from __future__ import annotations

import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from django.utils.translation import gettext as _

__all__ = [
    "Cell",
    "Entry",
    "FileError",
    "Row",
    "Table",
    "bounded_lines",
    "chunks",
    "kind_of",
    "normal",
    "opened",
]

Cell = str | int | float | date | time | timedelta | None
"""What a cell may hold. `datetime` is a `date`, `bool` an `int`."""

_CHUNK = 1 << 20


class FileError(ValueError):
    """Error of a file that cannot be read; the message names the file, and the line if any."""


class Row(NamedTuple):
    """A row of a table with the line it stands on, from 1."""

    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A table that is being read: its header, and the rows below it, one by one."""

    header: Sequence[str]
    rows: Iterator[Row]


class Entry(NamedTuple):
    """A record for `receive`, with its origin.

    `cells` are those of its table that may be written back for repair: the ones that are read, so
    no personal data.
    """

    line: int
    record: Any
    cells: dict[str, Cell] | None = None


def normal(text: str) -> str:
    """Return text in Unicode's composed form, without space around it (a zero-width one
    included).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).strip("\ufeff\u200b")
    return text.strip()


def kind_of(path: Path) -> str:
    """Return the suffix that names the content, in small letters: of `a.CSV.gz`, `.csv`."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open the bytes of a file, unpacked where it is a .gz. Raises `FileError` for what fails."""
    try:
        packed = path.suffix.lower() == ".gz"
        with cast(BinaryIO, gzip.open(path) if packed else path.open("rb")) as file:
            yield file
    except EOFError as error:
        reason = _("the file was cut short: its end is missing")
        raise FileError(f"{path}: {reason}") from error
    except (OSError, zlib.error) as error:  # gzip's own errors are OSErrors
        raise FileError(f"{path}: {error}") from error


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a file, a MiB at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def bounded_lines(path: Path, text: io.TextIOBase, longest: int) -> Iterator[str]:
    """Yield the lines of a text; one longer than `longest` characters raises `FileError`.

    Without this limit, a packed file of one endless line would fill the memory.
    """
    number = 0
    while line := text.readline(longest + 1):
        number += 1
        if len(line) > longest:
            raise FileError(
                _("%(file)s, line %(line)d: longer than %(longest)d characters")
                % {"file": path, "line": number, "longest": longest}
            )
        yield line
