"""CSV tables that people fill in: the header checked, the rows read, the refused ones listed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from phucvu.register.rows import EXTRA, Fault

__all__ = ["ImportReport", "RefusedRow", "TableError", "read_table"]


Outcome = Literal["added", "updated", "unchanged"]


class TableError(ValueError):
    """Error of a file that as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken in, as it stood in the file, with all its faults."""

    line: int
    cells: dict[str, str]
    faults: list[Fault]


@dataclass(slots=True)
class ImportReport:
    """Report of the rows of one file."""

    origin: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    def tell(self, outcome: Outcome) -> None:
        """Count the outcome of a row that was taken in."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def messages(self) -> Iterator[str]:
        """Yield a line for each fault: file, row, field, what was expected, what to do."""
        for row in self.refused:
            for fault in row.faults:
                yield _("%(file)s, row %(row)d: %(fault)s") % {
                    "file": self.origin,
                    "row": row.line,
                    "fault": fault,
                }


def read_table(
    lines: Iterable[str], origin: str, columns: Sequence[str], required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row as its line and its cells by column; surplus cells stand under `EXTRA`.

    Raises TableError where the first row lacks a required column or names an unknown one.
    """
    reader = csv.DictReader(lines, restkey=EXTRA, restval="")
    header = [name.strip().lstrip("\ufeff") for name in reader.fieldnames or ()]
    reader.fieldnames = header
    missing = [name for name in required if name not in header]
    unknown = [name for name in header if name not in columns]
    if missing or unknown:
        raise TableError(
            _("%(file)s: the first row must name the columns %(columns)s (missing: %(missing)s; "
              "not known: %(unknown)s). Correct the first row; cells are separated by commas.")
            % {
                "file": origin,
                "columns": ",".join(columns),
                "missing": ", ".join(missing) or "–",
                "unknown": ", ".join(unknown) or "–",
            }
        )  # fmt: skip
    for row in reader:
        if EXTRA in row:
            row[EXTRA] = ",".join(row[EXTRA])
        yield reader.line_num, row
