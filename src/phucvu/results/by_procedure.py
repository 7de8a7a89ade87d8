"""A unit's counted components, broken down by procedure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.counters import reading
from phucvu.counters.reading import Window
from phucvu.register.models import Dossier, Procedure
from phucvu.results.boards import current_edition
from phucvu.results.counted import counted_indicators
from phucvu.results.procedures import terms_of
from phucvu.results.small_cells import hidden_cells
from phucvu.scorecards import Edition
from phucvu.scoring import Counted, Indicator, Period, figure_of, score_indicator
from phucvu.units.tree import UnitNode, UnitTree, load_tree

__all__ = ["ProcedureFigure", "broken_down", "figures_by_procedure"]


@dataclass(frozen=True)
class ProcedureFigure:
    """A component's counts over the dossiers of one procedure, the unit's and those below it.

    `counts` and `ratio` are None where the cell is hidden because it is small.
    """

    code: str
    name: str
    indicator: Indicator
    counts: Counted | None
    ratio: Decimal | None


def broken_down(edition: Edition) -> list[Indicator]:
    """The components that can be: counted from dossiers alone, and not by the clock."""
    clock = {measure.name for measure in edition.measures.clock}
    known = set(edition.measures.names)
    return [
        indicator
        for indicator in counted_indicators(edition)
        if indicator.per_procedure
        and not terms_of(indicator)
        and _names(indicator) <= known
        and not _names(indicator) & clock
    ]


def figures_by_procedure(
    unit: UnitNode,
    period: Period,
    edition: Edition | None = None,
    *,
    least: int,
    tree: UnitTree | None = None,
) -> list[ProcedureFigure]:
    """By procedure code, then by component. Cells of fewer than `least` dossiers are hidden.

    Procedures without a dossier in the component's window are left out.
    """
    edition, tree = current_edition(edition), tree or load_tree()
    parts = [unit.id, *(node.id for node in tree.descendants(unit.id))]
    found: list[ProcedureFigure] = []
    sums = {window: reading.by_procedure(edition.measures, period, window, parts)
            for window in Window}  # fmt: skip
    for indicator in broken_down(edition):
        counts: dict[str, Counted] = {}
        for code, counted in sums[Window(indicator.window)].items():
            values: dict[str, int | None] = dict.fromkeys(edition.measures.names, 0)
            figure = figure_of(indicator, values | dict(counted))
            if isinstance(figure, Counted) and figure.denominator:
                counts[code] = figure
        hidden = hidden_cells({code: each.denominator for code, each in counts.items()}, least)
        for code, figure in counts.items():
            shown = None if code in hidden else figure
            ratio = (
                None
                if shown is None
                else score_indicator(edition.scorecard, indicator, shown).ratio
            )
            found.append(ProcedureFigure(code, "", indicator, shown, ratio))
    order = {id_: at for at, id_ in enumerate(edition.scorecard.indicators)}
    found.sort(key=lambda each: (each.code, order[each.indicator.id]))
    return _named(found)


def _named(figures: Sequence[ProcedureFigure]) -> list[ProcedureFigure]:
    """With the catalogue's name of each procedure, else the one its dossiers give."""
    codes = {figure.code for figure in figures}
    names = dict(Procedure.objects.filter(code__in=codes).values_list("code", "name"))
    for code in codes - names.keys():
        given = Dossier.objects.filter(procedure_code=code).exclude(procedure_name="")
        names[code] = given.order_by().values_list("procedure_name", flat=True).first() or ""
    return [
        ProcedureFigure(each.code, names[each.code], each.indicator, each.counts, each.ratio)
        for each in figures
    ]


def _names(indicator: Indicator) -> set[str]:
    parts = (indicator.numerator.count, indicator.denominator.count)
    return {name for count in parts if count is not None for name in count.names}
