"""Size of a sheet in memory: its rectangle, and the text in its cells."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from xml.parsers import expat

from phucvu.intake.formats.base import chunks

__all__ = ["MOST_CELLS", "MOST_ROWS", "MOST_TEXT", "TooLargeError", "measure_sheet"]

# A sheet is held in memory as a full rectangle, at some 60 bytes a cell while it is read, and
# every cell has a copy of its text.
MOST_CELLS = 6_000_000
MOST_ROWS = 1_048_576  # as Excel itself
MOST_TEXT = 384 << 20


class TooLargeError(Exception):
    """Error of a sheet that is too large to be read."""


def measure_sheet(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, shared: Sequence[zipfile.ZipInfo]
) -> None:
    """Raise `TooLargeError` where the sheet is too large. `shared`: the parts with its texts.

    Raises `xml.parsers.expat.ExpatError` where a part is no XML.
    """
    lengths: list[int] = []
    for texts in shared:
        found = _Texts()
        _parse(archive, texts, found.parser)
        lengths = max(lengths, found.lengths, key=len)
    _parse(archive, part, _Sheet(lengths).parser)


def _parse(archive: zipfile.ZipFile, part: zipfile.ZipInfo, parser: expat.XMLParserType) -> None:
    with archive.open(part) as file:
        for chunk in chunks(file):  # type: ignore[arg-type]
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


class _Texts:
    """Lengths of the shared texts."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition("}")[2] == "si":
            self.lengths.append(0)

    def _text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text.encode())


class _Sheet:
    """Follower of a sheet's cells; a cell without a place stands beside the one before."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._text = 0
        self._shared = False
        self._index = ""
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if tag == "row":
            self._row, self._column = self._row + 1, 0
            place = attributes.get("r", "")
            if place.isdecimal():
                self._row = int(place)
        elif tag == "c":
            self._column += 1
            self._shared, self._index = attributes.get("t") == "s", ""
            self._rows, self._columns = (
                max(self._rows, self._row),
                max(self._columns, self._column),
            )
            if self._rows > MOST_ROWS or self._rows * self._columns > MOST_CELLS:
                raise TooLargeError

    def _data(self, text: str) -> None:
        if self._shared and len(self._index) < 10:
            self._index += text

    def _end(self, name: str) -> None:
        if self._shared and name.rpartition("}")[2] == "c":
            index = self._index.strip()
            if index.isdecimal() and int(index) < len(self._lengths):
                self._text += self._lengths[int(index)]
            self._shared = False
            if self._text > MOST_TEXT:
                raise TooLargeError
