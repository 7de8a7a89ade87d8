"""View models of a unit's procedures, and of one procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from phucvu.results.handling import Handled, ProcedureName
from phucvu.scoring import Counted, Indicator, IndicatorResult
from phucvu.units.tree import UnitNode
from phucvu.web import formatting

__all__ = ["HandledViewModel", "ValueViewModel", "columns", "show_handled"]


@dataclass(frozen=True)
class ValueViewModel:
    """A component of one procedure. `text` is empty where there is nothing to divide by."""

    rule: Indicator
    text: str
    counts: str
    width: Decimal | None
    """the ratio, for a bar; None of days"""


@dataclass(frozen=True)
class HandledViewModel:
    """Row of a table: a procedure of a unit, or a unit of a procedure."""

    handled: Handled
    values: Sequence[ValueViewModel]
    median: str
    procedure: ProcedureName | None = None
    unit: UnitNode | None = None

    @property
    def few(self) -> bool:
        """Tell whether the dossiers are too few to be shown."""
        return self.handled.dossiers is None


def columns(rules: Sequence[Indicator], headline: Sequence[str]) -> list[Indicator]:
    """Pick the components that a table has room for: those the edition names, in its order."""
    by_code = {rule.portal_code: rule for rule in rules}
    return [by_code[code] for code in headline if code in by_code]


def show_handled(
    handled: Handled,
    rules: Sequence[Indicator],
    *,
    procedure: ProcedureName | None = None,
    unit: UnitNode | None = None,
) -> HandledViewModel:
    """Lay out the components `rules` of a procedure."""
    known = handled.components
    values = [_value(rule, known[rule.id]) for rule in rules if rule.id in known]
    median = "" if handled.median is None else _days(handled.median)
    return HandledViewModel(handled, values, median, procedure, unit)


def _value(rule: Indicator, result: IndicatorResult | None) -> ValueViewModel:
    if result is None:
        return ValueViewModel(rule, gettext("few"), "", None)
    figure = result.figure
    if result.ratio is None or not isinstance(figure, Counted) or not figure.denominator:
        return ValueViewModel(rule, "", "", None)
    if rule.unit == "days":
        return ValueViewModel(rule, _days(result.ratio), "", None)
    counts = f"{formatting.count(figure.numerator)} ÷ {formatting.count(figure.denominator)}"
    return ValueViewModel(rule, formatting.percent(result.ratio), counts, result.ratio)


def _days(number: Decimal) -> str:
    return gettext("%(number)s days") % {"number": formatting.points(number)}
