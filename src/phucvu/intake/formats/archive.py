"""Check of an .xlsx before it is opened: a small file can hold a table that fills the memory.

Its parts are unpacked once, a MiB at a time, and looked through. The sizes a zip file states of
itself may be lies; one cell in the last corner makes a sheet 17 billion cells large; and one long
text may stand in a million cells. Only where the quick look cannot tell is a part parsed.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError, chunks
from phucvu.intake.formats.sheet_size import (
    MOST_CELLS,
    MOST_ROWS,
    MOST_TEXT,
    TooLargeError,
    measure_sheet,
)

__all__ = ["MOST_CELLS", "MOST_UNPACKED", "check_workbook"]

MOST_UNPACKED = 256 << 20
_MOST_PARTS = 2_000
_LONGEST_TAG = 64 << 10
_DIGITS = b"0123456789"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Every program writes ` r="AB7"`, which `split` finds many times faster than an expression.
_SPACES = bytes.maketrans(b"\t\r\n", b"   ")
_RARE_SPELLINGS = (b" r =", b" r= ", b" r='")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3}[0-9]{1,7})["']""")
_DATE_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")


def check_workbook(path: Path) -> None:
    """Raise `FileError` unless the workbook is whole, of bearable size, and counts from 1900."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            stated = sum(part.file_size for part in parts)
            if len(parts) > _MOST_PARTS or stated > MOST_UNPACKED:
                raise TooLargeError
            looks = [_look_through(path, archive, part) for part in parts]
            longest = max((look.longest_text for look in looks), default=0)
            shared = [look.part for look in looks if look.longest_text]
            for look in looks:
                if look.without_place or look.string_cells * longest > MOST_TEXT:
                    measure_sheet(archive, look.part, shared)
    except TooLargeError as error:
        raise _too_large(path) from error
    except FileError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError,
        ExpatError, LookupError, ValueError, OverflowError,
    ) as error:  # fmt: skip
        # A LookupError is of a part in an encoding that nobody knows; what else is wrong inside
        # a part has many names.
        reason = _("it is no whole Excel workbook (.xlsx), or it has a password")
        raise FileError(f"{path}: {reason}") from error
    except OSError as error:
        raise FileError(f"{path}: {error}") from error


@dataclass
class _Look:
    """Result of a quick look at a part; the exact count follows only where it has to."""

    part: zipfile.ZipInfo
    without_place: int = 0
    string_cells: int = 0
    longest_text: int = 0


def _look_through(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> _Look:
    """Unpack a part. Reading stops at the size it states; if more follows its checksum fails."""
    look = _Look(part)
    rows = columns = text = 0
    rest = b""
    with archive.open(part) as file:
        for chunk in chunks(file):  # type: ignore[arg-type]
            if part.filename.lower().endswith("workbook.xml") and _DATE_1904.search(chunk):
                raise FileError(
                    _("%(file)s counts its dates from 1904; save it with the 1900 date system")
                    % {"file": path}
                )
            # Up to the last tag; a tag cut in two is looked at with the next chunk.
            piece, sign, after = (rest + chunk).rpartition(b"<")
            if len(after) > _LONGEST_TAG:
                piece, sign, after = rest + chunk, b"", b""
            rest = sign + after
            places = _places(piece)
            rows = max(rows, *(int(place) for place in {p.lstrip(_LETTERS) for p in places}), 0)
            letters = [place.rstrip(_DIGITS) for place in places]
            columns = max(columns, *map(_column_number, set(letters)), 1)
            if rows > MOST_ROWS or rows * columns > MOST_CELLS:
                raise TooLargeError
            look.without_place += _cells(piece) - (len(letters) - letters.count(b""))
            look.string_cells += piece.count(b'"s"') + piece.count(b"'s'")
            first, *others = piece.split(b"si>")
            text += len(first)
            for other in others:
                look.longest_text = max(look.longest_text, text)
                text = len(other)
    return look


def _cells(xml: bytes) -> int:
    """Count the cells that begin in a piece of a sheet; never too few."""
    xml = xml.translate(_SPACES)
    return sum(xml.count(start + end) for start in (b"<c", b":c") for end in (b" ", b">", b"/"))


def _places(xml: bytes) -> list[bytes]:
    """Return the stated places of the rows and cells of a piece of a sheet: `7`, `AB7`."""
    xml = xml.translate(_SPACES)
    if any(spelling in xml for spelling in _RARE_SPELLINGS):
        return _PLACE.findall(xml)
    pieces = xml.split(b' r="')[1:]
    places = [piece.partition(b'"')[0] for piece in pieces]
    return [place for place in places if _is_place(place)]


def _is_place(place: bytes) -> bool:
    digits = place.lstrip(_LETTERS)
    return digits.isdigit() and len(digits) <= 7 and len(place) - len(digits) <= 3


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> FileError:
    return FileError(
        _(
            "%(file)s is too large for a workbook: at most %(rows)d rows, %(cells)d cells and"
            " %(size)d MiB unpacked are read. Save the sheet as CSV UTF-8."
        )
        % {"file": path, "rows": MOST_ROWS, "cells": MOST_CELLS, "size": MOST_UNPACKED >> 20}
    )
