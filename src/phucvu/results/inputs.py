"""Inputs: typed quantities that an indicator's count needs beside counted ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from phucvu.counters.reading import units_with
from phucvu.register.facts import DOSSIERS
from phucvu.register.models import StatedFigure
from phucvu.scoring import Period
from phucvu.units.tree import UnitTree

__all__ = ["IN_PART", "NATIONAL_REPORT", "NationalReports", "Report", "national_reports"]

NATIONAL_REPORT = "national_report"
NO_DATA = "NO_NATIONAL_REPORT_DATA"
LAST_YEAR = "NATIONAL_REPORT_OF_LAST_YEAR"
IN_PART = "NATIONAL_REPORT_IN_PART"


@dataclass(frozen=True)
class Report:
    """The national report's figure for 1.4, with its flags."""

    received: int | None
    flags: tuple[str, ...] = ()


_Stated = Mapping[int, tuple[int, tuple[str, ...]]]


@dataclass(frozen=True)
class NationalReports:
    """Figures of the national report (dossiers received), by period as written, then by unit."""

    tree: UnitTree
    by_period: Mapping[str, _Stated]
    counting: Collection[int] = ()
    """the units that ever had a dossier"""

    def of(self, unit: int, period: Period, received: int) -> Report:
        """Return the figure of a unit: its own, else the sum of those below it.

        Where some of those that have dossiers reported and others did not, the sum is of part of
        them only, which a flag says.

        Where there is none and nothing was received either, last year's figure stands in: a twelfth
        for a month, a quarter for a quarter, the whole for a year (1.4's rule).
        """
        now = self._own_or_below(unit, self.by_period.get(str(period), {}))
        if now is not None:
            return Report(*now)
        if received == 0:
            before = self._own_or_below(unit, self.by_period.get(_year_before(period), {}))
            if before is not None:
                whole, flags = before
                return Report(round(whole * period.share_of_year), (*flags, LAST_YEAR))
        return Report(None, (NO_DATA,))

    def _own_or_below(self, unit: int, reports: _Stated) -> tuple[int, tuple[str, ...]] | None:
        if unit in reports or not reports:
            return reports.get(unit)
        below = [
            found
            for child in self.tree.branches(unit)
            if (found := self._own_or_below(child.id, reports)) is not None
        ]
        if not below:
            return None
        flags = dict.fromkeys(flag for _, flags in below for flag in flags)
        if not self._is_whole(unit, reports):
            flags[IN_PART] = None
        return sum(received for received, _ in below), tuple(flags)

    def _is_whole(self, unit: int, reports: _Stated) -> bool:
        """Tell whether a report covers each that has dossiers, the unit itself and those below
        it.
        """
        if unit in reports:
            return True
        return unit not in self.counting and all(
            self._is_whole(child.id, reports) for child in self.tree.branches(unit)
        )


def national_reports(
    tree: UnitTree, scope: Collection[int], periods: Iterable[Period]
) -> NationalReports:
    """Read the national report's figures of these periods for the units in `scope`."""
    wanted = {text for period in periods for text in (str(period), _year_before(period))}
    reports = StatedFigure.objects.of_national_report()
    rows = reports.filter(unit_id__in=scope, period__in=wanted).order_by("as_of", "pk")
    found: dict[str, dict[int, tuple[int, tuple[str, ...]]]] = {}
    # A later one supersedes an earlier one.
    for unit, period, received, flags in rows.values_list(
        "unit_id", "period", "denominator", "flags"
    ):
        if received is not None:
            found.setdefault(period, {})[unit] = (received, tuple(filter(None, flags.split("|"))))
    return NationalReports(tree, found, units_with(scope, DOSSIERS) if found else ())


def _year_before(period: Period) -> str:
    return str(period.first // 100 - 1)
