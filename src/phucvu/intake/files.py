"""Reading dossiers from files: messages (.json, .jsonl) and tables (.csv), plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _

from phucvu.intake.mapping import Mapping
from phucvu.intake.record import MappedRecord

__all__ = ["FileError", "UnitClock", "read_messages", "read_table"]


class FileError(ValueError):
    """A file cannot be read. The message names the file, and the line where there is one."""


class UnitClock:
    """The unit of a table's dossiers where it is the same for all, and what its clocks show."""

    def __init__(self, unit_code: str | None, time_zone: str | None) -> None:
        self.unit_code = unit_code
        self.time_zone = ZoneInfo(time_zone) if time_zone else None


def read_messages(path: Path) -> Iterator[tuple[int, Any]]:
    """Each record of a message file with its number (.json) or line (.jsonl), from 1.

    A .jsonl file is read line by line; a .json one, an array or the envelope, whole.
    """
    try:
        with _open(path) as file:
            if _kind(path) == ".jsonl":
                yield from _json_lines(path, file)
            else:
                yield from enumerate(_json_array(path, file.read()), start=1)
    except (OSError, EOFError) as error:  # a gzip file cut short raises EOFError
        raise FileError(f"{path}: {error}") from error


def _json_lines(path: Path, file: BinaryIO) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise FileError(f"{path}, line {number}: {error}") from error


def _json_array(path: Path, content: bytes) -> list[Any]:
    try:
        records = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FileError(f"{path}: {error}") from error
    if isinstance(records, dict):
        records = records.get("data")
    if not isinstance(records, list):
        raise FileError(_("%(file)s: neither a list of dossiers nor an envelope") % {"file": path})
    return records


def read_table(
    path: Path, mapping: Mapping, clock: UnitClock
) -> Iterator[tuple[int, MappedRecord]]:
    """Each dossier of a table or an event log, with the line it begins on.

    Where the rows of a case follow each other (`adjacent`, the default), one case at a time is
    in memory, beside the ids of the cases already seen; otherwise one row for each case.
    Raises `FileError`, or `MappingError` for a column that is missing.
    """
    try:
        with (
            _open(path) as file,
            io.TextIOWrapper(file, encoding=mapping.encoding, newline="") as text,
        ):
            rows = csv.DictReader(text, delimiter=mapping.delimiter)
            mapping.check_header(rows.fieldnames or (), path)
            for line, row in _cases(path, _whole(path, rows), mapping):
                yield line, mapping.record(row, line, clock.unit_code, clock.time_zone)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path}: {error}") from error


def _whole(path: Path, rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in rows:
        if None in row or None in row.values():
            raise FileError(
                _("%(file)s, line %(line)d: the row has more or fewer cells than the header")
                % {"file": path, "line": rows.line_num}
            )
        yield rows.line_num, row


def _cases(
    path: Path, rows: Iterator[tuple[int, dict[str, str]]], mapping: Mapping
) -> Iterator[tuple[int, dict[str, str]]]:
    if mapping.one_row_per == "dossier":
        yield from rows
        return
    open_cases: dict[str, tuple[int, dict[str, str]]] = {}
    seen: set[str] = set()
    for line, row in rows:
        case = row[mapping.case]
        if case in open_cases:
            if mapping.take == "last":
                open_cases[case][1].update({name: cell for name, cell in row.items() if cell})
            continue
        if mapping.adjacent:
            yield from open_cases.values()
            open_cases.clear()
            if case in seen:
                raise FileError(
                    _(
                        "%(file)s, line %(line)d: the rows of the case %(case)s do not follow each"
                        " other; sort the file, or write `adjacent: false` in %(mapping)s"
                    )
                    % {"file": path, "line": line, "case": case, "mapping": mapping.path}
                )
            seen.add(case)
        open_cases[case] = line, row
    yield from open_cases.values()


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


def _kind(path: Path) -> str:
    """The suffix that tells what is inside: of `a.csv.gz`, `.csv`."""
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
