"""Preview of a brought file before it is taken in: the result of its records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

from phucvu.accounts.asking import scope_of
from phucvu.intake.actions import Answer, rehearse
from phucvu.intake.formats.base import Entry
from phucvu.intake.importing import closing_parts
from phucvu.intake.kinds import FactKind
from phucvu.intake.record import FactRecord
from phucvu.intake.uploads.models import Upload
from phucvu.intake.uploads.plans import plan_of
from phucvu.units.tree import load_eras

__all__ = ["Preview", "Row", "preview"]

_ROWS = 10
_REFUSALS = 20
_MOST = 20_000
_SECONDS = 4.0


@dataclass(frozen=True)
class Row:
    """A record with the line it comes from, its result, and the fact that is understood."""

    line: int
    answer: Answer
    record: FactRecord | None


@dataclass
class Preview:
    """First rows, first refusals, and how many there are of each result.

    `whole`: every record was looked at, not only the first.
    """

    kind: FactKind
    rows: list[Row] = field(default_factory=list)
    refusals: list[Row] = field(default_factory=list)
    results: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    last_line: int = 0
    whole: bool = False

    @property
    def refused(self) -> int:
        """Return how many would be refused."""
        return self.results["refused"]

    @property
    def good(self) -> int:
        """Return how many would not be refused."""
        return self.seen - self.refused

    def add(self, part: list[Entry], found: list[tuple[Answer, FactRecord | None]]) -> None:
        """Count a batch, and keep its first rows."""
        for entry, (answer, record) in zip(part, found, strict=True):
            row = Row(entry.line, answer, record)
            self.results["new" if answer.new else answer.result] += 1
            if len(self.rows) < _ROWS:
                self.rows.append(row)
            if answer.result == "refused" and len(self.refusals) < _REFUSALS:
                self.refusals.append(row)
        self.seen += len(part)
        self.last_line = max(self.last_line, part[-1].line)


def preview(upload: Upload) -> Preview:
    """Read its first records, up to some thousands or seconds; nothing is taken in.

    Raises `FileError`, `UsageError`, `UnitError` or `MappingError`.
    """
    planned = plan_of(upload, whole=False)
    units = load_eras()
    found = Preview(planned.kind)
    start = monotonic()
    with closing_parts(planned):
        for part in planned.parts:
            answers = rehearse(
                [entry.record for entry in part],
                units,
                correction=upload.correction,
                kind=planned.kind,
                reach=scope_of(upload.by, planned.kind.thing),
            )
            found.add(part, answers)
            if found.seen >= _MOST or monotonic() - start > _SECONDS:
                return found
    found.whole = True
    return found
