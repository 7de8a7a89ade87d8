"""Rows of a unit's components by procedure, small cells hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phucvu.editions.finding import PeriodEdition
from phucvu.opendata.scores import whole
from phucvu.opendata.tables import Row
from phucvu.results.handling import Handled, ProcedureName, rules
from phucvu.scoring import Counted, Period
from phucvu.units.tree import UnitNode

__all__ = ["procedure_rows"]


def procedure_rows(
    unit: UnitNode,
    period: Period,
    scored: PeriodEdition,
    procedures: Iterable[tuple[ProcedureName, Handled]],
) -> Iterator[Row]:
    """Yield rows of the columns `PROCEDURES`, in the order of the procedures' codes."""
    edition = scored.edition
    every = rules(edition)
    for procedure, handled in sorted(procedures, key=lambda pair: pair[0].code):
        for rule in every:
            result = handled.components.get(rule.id)
            counts = result.figure if result and isinstance(result.figure, Counted) else None
            if counts is not None and not counts.denominator:
                continue
            yield (
                unit.code, unit.name, str(period),
                procedure.code,
                procedure.name or None,
                rule.id,
                whole(counts.numerator) if counts else None,
                whole(counts.denominator) if counts else None,
                result.ratio if result else None,
                "suppressed" if counts is None else "value",
                unit.simulated, edition.id, edition.digest, str(scored.basis),
            )  # fmt: skip
