"""Table of published figures (CSV): a row per snapshot, period, unit and figure. Empty is null."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from phucvu.scoring import Period, PeriodError

COLUMNS = (
    "snapshot",
    "period",
    "parent_code",
    "unit_code",
    "unit_name",
    "unit_level",
    "indicator",
    "portal_code",
    "numerator",
    "denominator",
    "ratio",
    "score",
    "max_score",
    "quality_flag",
)
_REQUIRED = ("snapshot", "unit_code", "indicator")
_DISPENSABLE = ("unit_name", "unit_level", "portal_code", "quality_flag", "parent_code")


class PublishedTableError(ValueError):
    """Error of a file that as a whole is no table of published figures."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A published figure, unchanged. `line` is its line in the file, the header being 1.

    Counts are whole numbers, the ratio is per cent (2.2: days); None where the portal gave null.
    """

    line: int
    snapshot: str
    period: str
    parent_code: str
    unit_code: str
    unit_name: str
    unit_level: str
    indicator: str
    portal_code: str
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    score: Decimal | None
    max_score: Decimal | None
    quality_flag: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Return snapshot, period and unit, which together name one published scorecard."""
        return self.snapshot, self.period, self.unit_code


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not read: its line, the column at fault, and what was expected."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.line}, column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Rows of a table that could be read, and those that could not."""

    rows: tuple[PublishedFigure, ...]
    bad_rows: tuple[BadRow, ...]


def read_table(path: str | Path) -> PublishedTable:
    """Read a file of published figures (UTF-8, with or without a byte order mark).

    Raises TableError where it cannot be opened, is no text or lacks columns. A bad row is only
    reported, and the other rows are read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PublishedTableError(f"{path} cannot be read: {error}") from error
    return parse_table(text, str(path))


def parse_table(text: str, name: str = "the table") -> PublishedTable:
    """Read a table from a text, as `read_table` does; errors call it `name`."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [column.strip() for column in next(reader)]
    except StopIteration:
        raise PublishedTableError(
            f"{name} is empty; expected the columns {', '.join(COLUMNS)}."
        ) from None
    except csv.Error as error:
        raise PublishedTableError(f"{name} is not CSV: {error}") from error
    lacking = [c for c in COLUMNS if c not in header and c not in _DISPENSABLE]
    if lacking:
        raise PublishedTableError(f"{name} lacks the columns {', '.join(lacking)}.")
    twice = sorted({c for c in header if header.count(c) > 1})
    if twice:
        raise PublishedTableError(f"{name} has the column {', '.join(twice)} more than once.")
    rows: list[PublishedFigure] = []
    bad_rows: list[BadRow] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _read_row(reader.line_num, header, cells, rows, bad_rows)
    except csv.Error as error:
        bad_rows.append(BadRow(reader.line_num, "-", f"not CSV from here on: {error}"))
    return PublishedTable(*_without_repeats(rows, bad_rows))


def _read_row(
    line: int,
    header: list[str],
    cells: list[str],
    rows: list[PublishedFigure],
    bad_rows: list[BadRow],
) -> None:
    if len(cells) != len(header):
        message = f"{len(cells)} cells; expected {len(header)}"
        bad_rows.append(BadRow(line, "-", message))
        return
    record = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
    problems = list(_problems(line, record))
    if problems:
        bad_rows.extend(problems)
        return
    texts = {c: record.get(c, "") for c in COLUMNS}
    rows.append(
        PublishedFigure(
            line=line,
            snapshot=texts["snapshot"],
            period=str(Period.parse(texts["period"])),
            parent_code=texts["parent_code"],
            unit_code=texts["unit_code"],
            unit_name=texts["unit_name"],
            unit_level=texts["unit_level"],
            indicator=texts["indicator"],
            portal_code=texts["portal_code"],
            numerator=int(texts["numerator"]) if texts["numerator"] else None,
            denominator=int(texts["denominator"]) if texts["denominator"] else None,
            ratio=Decimal(texts["ratio"]) if texts["ratio"] else None,
            score=Decimal(texts["score"]) if texts["score"] else None,
            max_score=Decimal(texts["max_score"]) if texts["max_score"] else None,
            quality_flag=texts["quality_flag"],
        )
    )


def _problems(line: int, record: Mapping[str, str]) -> Iterable[BadRow]:
    for column in _REQUIRED:
        if not record[column]:
            yield BadRow(line, column, "is empty")
    try:
        Period.parse(record["period"])
    except PeriodError as error:
        yield BadRow(line, "period", str(error))
    for column in ("numerator", "denominator"):
        value = record[column]
        if value and not (value.isascii() and value.isdigit()):
            yield BadRow(line, column, f"expected a whole number of 0 or more, found {value!r}")
    for column in ("ratio", "score", "max_score"):
        value = record[column]
        if value and not _is_decimal(value):
            message = f"expected a number of 0 or more with a point, as 88.42; found {value!r}"
            yield BadRow(line, column, message)


def _is_decimal(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _without_repeats(
    rows: Iterable[PublishedFigure], bad_rows: list[BadRow]
) -> tuple[tuple[PublishedFigure, ...], tuple[BadRow, ...]]:
    """Return the rows with each figure once, the first; its repeats are bad rows."""
    first: dict[tuple[str, ...], PublishedFigure] = {}
    for row in rows:
        seen = first.setdefault((*row.place, row.indicator), row)
        if seen is not row:
            message = f"{row.indicator} of {row.unit_code} is already given on row {seen.line}"
            bad_rows.append(BadRow(row.line, "indicator", message))
    return tuple(first.values()), tuple(sorted(bad_rows, key=lambda bad: bad.line))
