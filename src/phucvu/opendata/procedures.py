"""A unit's components by procedure, small cells hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phucvu.opendata.tables import Row
from phucvu.results.by_procedure import ProcedureFigure
from phucvu.scorecards import Edition
from phucvu.scoring import Period
from phucvu.units.tree import UnitNode

__all__ = ["procedure_rows"]


def procedure_rows(
    unit: UnitNode, period: Period, edition: Edition, figures: Iterable[ProcedureFigure]
) -> Iterator[Row]:
    """Rows of the columns `PROCEDURES`."""
    for figure in figures:
        counts = figure.counts
        yield (
            unit.code, unit.name, str(period),
            figure.code,
            figure.name or None,
            figure.indicator.id,
            counts.numerator if counts else None,
            counts.denominator if counts else None,
            figure.ratio,
            "suppressed" if counts is None else "value",
            unit.simulated, edition.id, edition.digest,
        )  # fmt: skip
