"""Jobs done with a file in the process of its own. Nothing here uses the store.

A job is named, and its arguments are plain; `LOOKS` answer with a plain value, `READINGS` with
entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from phucvu.intake.excel.columns import load_form
from phucvu.intake.excel.reading import is_template, read_template, row_of
from phucvu.intake.files import UnitClock, read_messages, read_table
from phucvu.intake.formats.base import Cell, Entry
from phucvu.intake.mapping import Mapping as TableMapping
from phucvu.intake.sample import look_at
from phucvu.intake.uploads.extent import lines_of

__all__ = ["LOOKS", "READINGS"]

_LONGEST_CELL = 1_000


def _template(path: Path, kinds: Sequence[str]) -> str | None:
    """Return the one of these kinds of fact whose filled template the file is, or None."""
    return next((kind for kind in kinds if is_template(path, load_form(kind))), None)


def _sample(path: Path, kind: str) -> tuple[int, list[str], list[list[Cell]]]:
    sample = look_at(path, kind)
    rows = [[_short(cell) for cell in row] for row in sample.rows]
    return sample.header_row, [str(_short(name)) for name in sample.header], rows


def _short(cell: Cell) -> Cell:
    """Return a cell for a sample, a long text cut short."""
    return cell[:_LONGEST_CELL] if isinstance(cell, str) else cell


def _table(
    path: Path, mapping: TableMapping, unit_code: str | None, time_zone: str | None
) -> Iterator[Entry]:
    return read_table(path, mapping, UnitClock(unit_code, time_zone))


def _filled(path: Path, kind: str) -> Iterator[Entry]:
    return read_template(path, load_form(kind), row_of(kind))


LOOKS: Mapping[str, Callable[..., Any]] = {
    "lines": lines_of,
    "sample": _sample,
    "template": _template,
}
READINGS: Mapping[str, Callable[..., Iterator[Entry]]] = {
    "filled": _filled,
    "messages": read_messages,
    "table": _table,
}
