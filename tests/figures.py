"""Figures for tests: stated ones taken in as a command would, and what scores are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from phucvu.intake.actions import receive
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import StatedFigure
from phucvu.results.boards import unit_score
from phucvu.scoring import Counted, Period
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree

__all__ = ["counts_of_components", "stated"]


def stated(unit: Unit, as_of: datetime | str, **columns: Any) -> StatedFigure:
    """A figure of the unit that somebody stated."""
    at = as_of if isinstance(as_of, str) else as_of.isoformat()
    numbers = {
        name: str(columns[name])
        for name in ("ratio", "points")
        if columns.get(name) is not None
    }  # fmt: skip
    sent = {"unit_code": unit.code, "as_of": at, **columns, **numbers}
    (answer,) = receive([sent], kind=FIGURES).results
    assert answer.result == "accepted", answer
    return StatedFigure.objects.get(code=answer.code)


def counts_of_components(
    unit_code: str, period: str, components: Sequence[str], now: datetime
) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of these components of a unit, of those that have them."""
    tree = load_tree()
    unit = tree.by_code(unit_code)
    assert unit is not None
    found = unit_score(unit, Period.parse(period), tree=tree, now=now)
    told = {id_: found.result.indicators[id_].figure for id_ in components}
    return {
        id_: (figure.numerator, figure.denominator)
        for id_, figure in told.items()
        if isinstance(figure, Counted)
    }
