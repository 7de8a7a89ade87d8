"""Quantities that people type in and an indicator's count needs beside what is counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from phucvu.register.models import NationalReport
from phucvu.scoring import Period
from phucvu.units.tree import UnitTree

__all__ = ["NATIONAL_REPORT", "NationalReports", "Report", "national_reports"]

NATIONAL_REPORT = "national_report"
NO_DATA = "NO_NATIONAL_REPORT_DATA"
LAST_YEAR = "NATIONAL_REPORT_OF_LAST_YEAR"


@dataclass(frozen=True)
class Report:
    """The national report's figure for 1.4 and what to bear in mind about it."""

    received: int | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class NationalReports:
    """The national report's figures (dossiers received) of a period and of the year before."""

    tree: UnitTree
    period: Period
    this_period: dict[int, tuple[int, tuple[str, ...]]]
    last_year: dict[int, tuple[int, tuple[str, ...]]]

    def of(self, unit: int, received: int) -> Report:
        """The figure of a unit: its own, else the sum of those below it.

        Where there is none and nothing was received either, last year's figure stands in:
        a twelfth for a month, a quarter for a quarter, the whole for a year (1.4's rule).
        """
        now = self._own_or_below(unit, self.this_period)
        if now is not None:
            return Report(*now)
        if received == 0:
            before = self._own_or_below(unit, self.last_year)
            if before is not None:
                whole, flags = before
                return Report(round(whole * self.period.share_of_year), (*flags, LAST_YEAR))
        return Report(None, (NO_DATA,))

    def _own_or_below(
        self, unit: int, reports: dict[int, tuple[int, tuple[str, ...]]]
    ) -> tuple[int, tuple[str, ...]] | None:
        if unit in reports:
            return reports[unit]
        below = [
            found
            for child in self.tree.children(unit)
            if (found := self._own_or_below(child.id, reports)) is not None
        ]
        if not below:
            return None
        flags = tuple(dict.fromkeys(flag for _, flags in below for flag in flags))
        return sum(received for received, _ in below), flags


def national_reports(tree: UnitTree, scope: Collection[int], period: Period) -> NationalReports:
    """Read the national report's figures for the units in `scope`."""
    last_year = Period.parse(str(period.first // 100 - 1))
    rows = NationalReport.objects.filter(
        unit_id__in=scope, period__in=[str(period), str(last_year)]
    ).order_by("as_of")
    found: dict[str, dict[int, tuple[int, tuple[str, ...]]]] = {}
    for row in rows:  # a later one supersedes an earlier one
        flags = tuple(filter(None, row.flags.split("|")))
        found.setdefault(row.period, {})[row.unit_id] = (row.received, flags)
    return NationalReports(
        tree,
        period,
        found.get(str(period), {}),
        found.get(str(last_year), {}),
    )
