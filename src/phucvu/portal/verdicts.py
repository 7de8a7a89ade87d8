"""Verdict of a check on one published figure, and the report of all checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from .register import Contradiction
from .table import BadRow, PublishedFigure


class Agreement(StrEnum):
    """Verdict on a figure. A figure that cannot be recomputed is never called right or wrong."""

    MATCHED = "matched"
    DIFFERENT = "different"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Check:
    """Check of one published figure, with its verdict.

    `what`: ratio, points, maximum, numerator, same_denominator, pooled_numerator,
    pooled_denominator, inherited_numerator, inherited_denominator. `published` and `computed` are
    exact decimals, None meaning null. `reason` says how it was computed, or why it was not. `known`
    is the register's entry for a difference that is the portal's own contradiction.
    """

    row: PublishedFigure
    indicator: str
    what: str
    verdict: Agreement
    published: Decimal | None
    computed: Decimal | None
    reason: str
    known: Contradiction | None = None


def compared(
    row: PublishedFigure,
    what: str,
    published: Decimal | int | None,
    computed: Decimal | int | None,
    how: str,
) -> Check:
    """Make a check that compares exact decimals: 88.4 equals 88.40, and null equals null only."""
    a = None if published is None else Decimal(published)
    b = None if computed is None else Decimal(computed)
    verdict = Agreement.MATCHED if a == b else Agreement.DIFFERENT
    return Check(row, row.indicator, what, verdict, a, b, how)


def not_computable(
    row: PublishedFigure, what: str, why: str, published: Decimal | None = None
) -> Check:
    """Make a check of a figure that cannot be recomputed from the file."""
    return Check(row, row.indicator, what, Agreement.NOT_COMPUTABLE, published, None, why)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Report on a file of published figures: its checks and its bad rows.

    `stale` are the register's entries that a file with their snapshot no longer shows.
    """

    checks: tuple[Check, ...]
    bad_rows: tuple[BadRow, ...]
    stale: tuple[Contradiction, ...]

    @property
    def differences(self) -> list[Check]:
        """Return the differences that the register does not list."""
        return [c for c in self.checks if c.verdict is Agreement.DIFFERENT and c.known is None]

    @property
    def known_contradictions(self) -> list[Check]:
        """Return the differences that the register lists with the same two values."""
        return [c for c in self.checks if c.known is not None]

    @property
    def not_computable(self) -> list[Check]:
        """Return the figures that could not be recomputed, each with its reason."""
        return [c for c in self.checks if c.verdict is Agreement.NOT_COMPUTABLE]

    @property
    def clean(self) -> bool:
        """Tell whether every row was read and every difference is in the register."""
        return not self.differences and not self.bad_rows

    def tally(self) -> dict[str, dict[str, int]]:
        """Count the checks of each indicator or group by verdict, components first.

        The keys are matched, different (not in the register), known and not_computable. A right
        maximum is no recomputed figure, and is not counted.
        """
        table: dict[str, dict[str, int]] = {}
        for check in self.checks:
            if check.what == "maximum" and check.verdict is Agreement.MATCHED:
                continue
            row = table.setdefault(
                check.indicator,
                {"matched": 0, "different": 0, "known": 0, "not_computable": 0},
            )
            row["known" if check.known is not None else check.verdict.value] += 1
        return dict(sorted(table.items(), key=lambda item: (not item[0][:1].isdigit(), item[0])))


def make_report(
    checks: Iterable[Check],
    bad_rows: Iterable[BadRow],
    register: Iterable[Contradiction],
) -> CheckReport:
    """Make the report, matching differences with the register by published and computed value."""
    entries = {
        (e.snapshot, e.period, e.unit, e.indicator, e.what, e.published, e.expected): e
        for e in register
    }
    snapshots: set[str] = set()
    used: set[Contradiction] = set()
    explained = []
    for check in checks:
        row = check.row
        snapshots.add(row.snapshot)
        if check.verdict is Agreement.DIFFERENT:
            key = (*row.place, check.indicator, check.what, check.published, check.computed)
            if (entry := entries.get(key)) is not None:
                used.add(entry)
                explained.append(replace(check, known=entry))
                continue
        explained.append(check)
    stale = [e for e in entries.values() if e.snapshot in snapshots and e not in used]
    return CheckReport(tuple(explained), tuple(bad_rows), tuple(stale))
