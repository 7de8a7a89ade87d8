"""Sample of a table: its header, wherever it stands, and some rows below."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from phucvu.intake.cells import text_of
from phucvu.intake.files import open_table
from phucvu.intake.formats.base import Cell, FileError
from phucvu.intake.synonyms import Words, header_names, plain, words_of

__all__ = ["Sample", "look_at"]

_ROWS = 500
_HEADER_WITHIN = 20


@dataclass(frozen=True)
class Sample:
    """Header of a table, the line it stands on, and the first rows below it."""

    header_row: int
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def values(self, column: str) -> list[Cell]:
        """Return the filled cells of a column."""
        place = self.header.index(column)
        cells = [row[place] for row in self.rows if place < len(row)]
        return [cell for cell in cells if text_of(cell)]


def look_at(path: Path, kind: str) -> Sample:
    """Look at the beginning of a table. Raises `FileError`."""
    words = words_of(kind)
    with ExitStack() as stack:
        table = stack.enter_context(open_table(path))
        rows: list[tuple[int, list[Cell]]] = [(1, list(table.header))]
        rows += [(row.line, list(row.cells)) for row in islice(table.rows, _ROWS)]
    # Reports often have titles above the header: it is the row with the most known names.
    within = rows[:_HEADER_WITHIN]
    known = [_known(cells, words) for _line, cells in within]
    best = max(range(len(within)), key=lambda at: (known[at], -at)) if within else 0
    header = [text_of(cell) for cell in rows[best][1]]
    if not any(header):
        raise FileError(_("%(file)s has no header") % {"file": path})
    return Sample(rows[best][0], header, [cells for _line, cells in rows[best + 1 :]])


def _known(cells: Sequence[Cell], words: Words) -> int:
    names = {name for cell in cells for name in header_names(text_of(cell))}
    return sum(bool(names & {*synonyms, plain(name)}) for name, synonyms in words.headers.items())
