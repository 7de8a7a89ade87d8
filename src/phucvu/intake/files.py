"""Reader of dossiers from files of every form: messages, tables and event logs, plain or packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from phucvu.intake.cells import text_of
from phucvu.intake.formats.base import Cell, Entry, FileError, Row, Table, kind_of
from phucvu.intake.formats.delimited import open_csv
from phucvu.intake.formats.messages import read_messages
from phucvu.intake.formats.parquet import open_parquet
from phucvu.intake.formats.xes import open_xes
from phucvu.intake.formats.xlsx import open_xlsx
from phucvu.intake.mapping import Mapping
from phucvu.intake.record import MappedRecord, Problem
from phucvu.intake.shapes import SHAPES, shown

__all__ = [
    "MESSAGES",
    "SUFFIXES",
    "TABLES",
    "FileError",
    "UnitClock",
    "open_table",
    "ragged",
    "read_messages",
    "read_table",
]

MESSAGES = frozenset({".json", ".jsonl"})
TABLES = frozenset({".csv", ".xlsx", ".parquet", ".xes"})
SUFFIXES = MESSAGES | TABLES
# These pack their own content, and are read from several places.
_NEVER_GZIPPED = frozenset({".xlsx", ".parquet"})


class UnitClock:
    """Unit of a table's dossiers where it is the same for all, with its time zone."""

    def __init__(self, unit_code: str | None, time_zone: str | None) -> None:
        self.unit_code = unit_code
        self.time_zone = ZoneInfo(time_zone) if time_zone else None


def open_table(
    path: Path,
    *,
    header_row: int = 1,
    sheet: str | None = None,
    preferred_sheet: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Iterable[str] | None = None,
) -> AbstractContextManager[Table]:
    """Open a .csv, .xlsx, .parquet or .xes file as a table. Raises `FileError`.

    `columns` spares reading others, where the form of the file allows that.
    """
    kind = kind_of(path)
    if kind not in TABLES or (kind in _NEVER_GZIPPED and path.suffix.lower() == ".gz"):
        raise FileError(
            _("%(file)s: a table is .csv or .xes, plain or with .gz, or .xlsx or .parquet")
            % {"file": path}
        )
    if kind == ".csv":
        return open_csv(path, header_row=header_row, encoding=encoding, delimiter=delimiter)
    if kind == ".xlsx":
        return open_xlsx(path, header_row=header_row, sheet=sheet, preferred=preferred_sheet)
    if kind == ".parquet":
        return open_parquet(path, None if columns is None else frozenset(columns))
    return open_xes(path)


def read_table(path: Path, mapping: Mapping, clock: UnitClock) -> Iterator[Entry]:
    """Yield each dossier of a table or an event log, with the line it begins on.

    Where the rows of a case follow each other (`adjacent`, the default), one case at a time is in
    memory, beside a number for each case already seen; otherwise one row for each case. Raises
    `FileError`, or `MappingError` for a column that is missing.
    """
    columns = mapping.columns()
    with open_table(
        path,
        header_row=mapping.header_row,
        sheet=mapping.sheet,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        columns=columns,
    ) as table:
        mapping.check_header(table.header, path)
        # What was refused comes back with a row a case, the cells of single events among them.
        mended = mapping.at_events().keys() <= set(table.header)
        read = [*columns, *mapping.at_events()] if mended else columns
        places = [(name, table.header.index(name)) for name in read]
        events = None if mended else mapping.event
        for line, cells, fault in _cases(path, _named(table, places), mapping, events):
            if fault is not None:
                yield Entry(line, MappedRecord({}, problems=[fault], line=line), cells)
            else:
                record = mapping.record(cells, line, clock.unit_code, clock.time_zone)
                yield Entry(line, record, cells)


_Named = tuple[int, dict[str, Cell], Problem | None]


def _named(table: Table, places: list[tuple[str, int]]) -> Iterator[_Named]:
    """Yield the cells of each row by the names of their columns; a ragged row has a problem."""
    width = len(table.header)
    for row in table.rows:
        cells = row.cells
        # A cell more or less is one delimiter too many or too few: every cell may be shifted.
        # Spreadsheets leave out the empty ones at the end, and may have some beyond the header.
        if (len(cells) != width and any(cell not in ("", None) for cell in cells[width:])) or len(
            cells
        ) < width:
            yield row.line, _by_name(row, places), ragged(len(cells), width)
        else:
            yield row.line, {name: cells[place] for name, place in places}, None


def _by_name(row: Row, places: list[tuple[str, int]]) -> dict[str, Cell]:
    return {name: row.cells[at] if at < len(row.cells) else "" for name, at in places}


def ragged(found: int, expected: int) -> Problem:
    """Make the problem of a row of more or fewer cells than its header."""
    reason = _("the row has %(found)d cells, the header %(expected)d")
    return Problem("", reason % {"found": found, "expected": expected})


def _cases(
    path: Path, rows: Iterator[_Named], mapping: Mapping, event: str | None
) -> Iterator[_Named]:
    if mapping.one_row_per == "dossier":
        yield from rows
        return
    open_cases: dict[str, _Named] = {}
    # Of each case only its hash: five million names would fill the memory. That two differ
    # and have the same one of 2⁶⁴ is less likely than a broken disk.
    seen: set[int] = set()
    apart = mapping.at_events() if event is not None else {}
    wanted: set[str] = set()

    def finished() -> Iterator[_Named]:
        for case, found in open_cases.items():
            if event is None or not mapping.only or case in wanted:
                yield found
        open_cases.clear()
        wanted.clear()

    for line, cells, fault in rows:
        if fault is not None:
            yield line, cells, fault
            continue
        case = text_of(cells[mapping.case])
        happened = "" if event is None else text_of(cells[event])
        if happened in mapping.only:
            wanted.add(case)
        if case in open_cases:
            _take_apart(open_cases[case][1], cells, apart, happened, mapping.take)
            if mapping.take == "last":
                filled = {name: cell for name, cell in cells.items() if cell not in ("", None)}
                open_cases[case][1].update(filled)
            continue
        if mapping.adjacent:
            yield from finished()
            if happened in mapping.only:
                wanted.add(case)
            if hash(case) in seen:
                named = case if SHAPES["code"](case) else shown(case)
                raise FileError(
                    _(
                        "%(file)s, line %(line)d: the rows of the case %(case)s do not follow each"
                        " other; sort the file, or write `adjacent: false` in %(mapping)s"
                    )
                    % {
                        "file": path,
                        "line": line,
                        "case": named,
                        "mapping": mapping.path,
                    }
                )
            seen.add(hash(case))
        open_cases[case] = line, {**cells, **dict.fromkeys(apart, "")}, None
        _take_apart(open_cases[case][1], cells, apart, happened, mapping.take)
    yield from finished()


def _take_apart(
    into: dict[str, Cell],
    cells: dict[str, Cell],
    apart: dict[str, tuple[str, frozenset[str]]],
    happened: str,
    take: str,
) -> None:
    """Note the mapping's columns of an event so named: of the first one, or of the last."""
    for name, (column, events) in apart.items():
        if happened in events and (take == "last" or into[name] in ("", None)):
            into[name] = cells[column]
