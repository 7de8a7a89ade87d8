"""Reader of XES, the standard form of event logs (IEEE 1849): one row for each event.

The attributes of a trace stand in columns “case:…”, those of an event under their own name, as the
common tools write a log to CSV. No tree is built, so a log of any length passes through little
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import Cell, FileError, Row, Table, chunks, opened

__all__ = ["open_xes"]

_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_MOST_COLUMNS = 2_000
_LONGEST_TAG = 4 << 20
_DEEPEST = 200


@contextmanager
def open_xes(path: Path) -> Iterator[Table]:
    """Open an event log as a table.

    The log is read once for its columns, which stand nowhere, and again for its rows. Raises
    `FileError`.
    """
    columns: dict[str, None] = {}
    for _line, row in _events(path):
        columns.update(dict.fromkeys(row))
        if len(columns) > _MOST_COLUMNS:
            raise FileError(_("%(file)s: too many different attributes") % {"file": path})
    header = list(columns)
    yield Table(
        header, (Row(line, [row.get(name) for name in header]) for line, row in _events(path))
    )


def _events(path: Path) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Yield each event with the attributes of its trace; a trace without events is one row too."""
    log = _Log()
    with opened(path) as file:
        try:
            fed = 0
            for chunk in chunks(file):
                log.parser.Parse(chunk, False)
                yield from log.taken()
                fed += len(chunk)
                # What is not whole yet is parsed anew with each chunk, and held in memory.
                if fed - max(log.parser.CurrentByteIndex, 0) > _LONGEST_TAG:
                    line = log.parser.CurrentLineNumber
                    raise FileError(
                        _("%(file)s, line %(line)d: one element is longer than %(most)d MiB")
                        % {"file": path, "line": line, "most": _LONGEST_TAG >> 20}
                    )
            log.parser.Parse(b"", True)
            yield from log.taken()
        except expat.ExpatError as error:
            raise FileError(f"{path}: {error}") from error
        except FileError:
            raise
        except (LookupError, ValueError) as error:  # an encoding that nobody knows, or cannot be
            reason = _("it is written in an encoding that is not known; save it as UTF-8")
            raise FileError(f"{path}: {reason}") from error
        except _TooDeepError as error:
            reason = _("elements lie more than %(most)d deep in each other") % {"most": _DEEPEST}
            raise FileError(f"{path}: {reason}") from error
        except _DoctypeError as error:
            reason = _("a document type is not allowed in an event log")
            raise FileError(f"{path}: {reason}") from error


class _DoctypeError(Exception):
    """Error of a document type, which can define entities that unfold without end."""


class _TooDeepError(Exception):
    """Error of elements nested too deeply: each open element takes memory."""


class _Log:
    """Taker of the events out of the XML as it is parsed."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._found: list[tuple[int, dict[str, Cell]]] = []
        self._open: list[str] = []
        self._trace: dict[str, Cell] = {}
        self._event: dict[str, Cell] = {}
        self._line = 0
        self._with_events = False

    def taken(self) -> list[tuple[int, dict[str, Cell]]]:
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        above = self._open[-1] if self._open else ""
        self._open.append(tag)
        if len(self._open) > _DEEPEST:
            raise _TooDeepError
        if tag == "trace":
            self._trace, self._with_events = {}, False
            self._line = self.parser.CurrentLineNumber
        elif tag == "event":
            self._event, self._with_events = {}, True
            self._line = self.parser.CurrentLineNumber
        elif tag in _VALUES and "key" in attributes:
            # What lies deeper describes an attribute, not the case.
            if above == "trace":
                self._trace[f"case:{attributes['key']}"] = attributes.get("value", "")
            elif above == "event":
                self._event[attributes["key"]] = attributes.get("value", "")

    def _end(self, name: str) -> None:
        tag = self._open.pop()
        if tag == "event":
            self._found.append((self._line, self._trace | self._event))
        elif tag == "trace" and not self._with_events:
            self._found.append((self._line, self._trace))

    def _doctype(self, *_declared: object) -> None:
        raise _DoctypeError
