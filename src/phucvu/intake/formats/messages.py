"""Reader of files of the synchronisation message: JSON (an array or the envelope) and JSON
lines.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.utils.translation import gettext as _

from phucvu.intake.formats.base import Entry, FileError, kind_of, opened
from phucvu.intake.formats.encodings import encoding_of
from phucvu.intake.record import MappedRecord, Problem

__all__ = ["read_messages"]

# A dossier with 100,000 components, all written out, takes some 40 MiB.
_LONGEST = 64 << 20
_CHUNK = 1 << 20
_SPACE = " \t\r\n"
_READ_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def read_messages(path: Path) -> Iterator[Entry]:
    """Yield each record with its number (.json) or line (.jsonl), from 1, one by one.

    A line that is no JSON is a record with that problem. An array that breaks off, or breaks,
    raises `FileError` after the records before: the rest cannot be told apart.
    """
    encoding = encoding_of(path)
    with opened(path) as file:
        if kind_of(path) == ".jsonl":
            yield from _lines(path, file, encoding)
        else:
            yield from _Array(path, file, encoding).records()


def _lines(path: Path, file: BinaryIO, encoding: str) -> Iterator[Entry]:
    # Bytes are decoded faster than text, and nearly every file is UTF-8.
    lines: Any = file
    if not encoding.startswith("utf-8"):
        lines = io.TextIOWrapper(file, encoding=encoding)
    number = 0
    while line := lines.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise FileError(
                _("%(file)s, line %(line)d: longer than %(longest)d characters")
                % {"file": path, "line": number, "longest": _LONGEST}
            )
        if number == 1 and isinstance(line, bytes):
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.strip():
            yield Entry(number, _decoded(line))


def _decoded(line: str | bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except _READ_FAULTS as error:
        reason = _("the line is not JSON: %(error)s") % {"error": error}
        return MappedRecord({}, problems=[Problem("", reason)])


class _Array:
    """Records of an array, or of an envelope's `data`, parsed one after the other."""

    def __init__(self, path: Path, file: BinaryIO, encoding: str) -> None:
        self._path = path
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._parser = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False
        self._number = 0

    def records(self) -> Iterator[Entry]:
        opening = self._next()
        if opening == "[":
            yield from self._items()
        elif opening == "{":
            yield from self._envelope()
        else:
            raise self._no_list()
        if self._peek():
            raise self._broken(_("something follows after the end"))

    def _envelope(self) -> Iterator[Entry]:
        found = False
        while (sign := self._next()) != "}":
            if sign == ",":
                continue
            self._at -= 1
            key = self._value()
            if not isinstance(key, str) or self._next() != ":":
                raise self._broken(_("it is not JSON"))
            if key == "data" and self._peek() == "[":
                found = True
                self._at += 1
                yield from self._items()
            else:
                self._value()
        if not found:
            raise self._no_list()

    def _items(self) -> Iterator[Entry]:
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            self._number += 1
            yield Entry(self._number, self._value())
            sign = self._next()
            if sign == "]":
                return
            if sign != ",":
                raise self._broken(_("a comma is missing"))

    def _peek(self) -> str:
        """Return the next sign that is no space; "" at the end of the file."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            raise self._broken(_("it is truncated: its end is missing"))
        self._at += 1
        return sign

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._parser.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if not isinstance(error, json.JSONDecodeError):
                    raise self._broken(str(error)) from error
                if len(self._text) - self._at > _LONGEST:
                    reason = error.msg
                elif self._more():
                    continue
                else:
                    reason = self._reason(error)
                raise self._broken(reason) from error
            # A number that ends with what was read may go on.
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def _reason(self, error: json.JSONDecodeError) -> str:
        if error.pos >= len(self._text.rstrip()) or error.msg.startswith("Unterminated"):
            return _("it is truncated: its end is missing")
        return _("it is not JSON: %(error)s") % {"error": error.msg}

    def _more(self) -> bool:
        """Read on; each time as much again as waits already, so that long records stay cheap."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        chunk = self._file.read(max(_CHUNK, len(rest)))
        self._ended = not chunk
        self._text = rest + self._decoder.decode(chunk, final=self._ended)
        self._at = 0
        return True

    def _broken(self, reason: str) -> FileError:
        return FileError(
            _("%(file)s, record %(number)d: %(reason)s")
            % {"file": self._path, "number": max(self._number, 1), "reason": reason}
        )

    def _no_list(self) -> FileError:
        return FileError(
            _("%(file)s: neither a list of dossiers nor an envelope") % {"file": self._path}
        )
