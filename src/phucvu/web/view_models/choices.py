"""The choices of an edition for single periods, as the page of the scorecard lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from phucvu.editions.finding import Editions
from phucvu.editions.models import EditionChoice
from phucvu.scoring import Period
from phucvu.units.models import Kind
from phucvu.web.view_models.words import kind_in_plural

__all__ = ["ChoiceViewModel", "show_choices"]


@dataclass(frozen=True)
class ChoiceViewModel:
    """An edition that stands for a period by choice. `kind`: of unit in words; '' is all."""

    period: Period
    kind: str
    edition: str
    reason: str
    at: datetime


def show_choices(editions: Editions) -> Sequence[ChoiceViewModel]:
    """Lay out the choices that stand, the newest period first."""
    newest: dict[tuple[str, str], EditionChoice] = {
        (each.period, each.kind): each for each in editions.choices
    }
    found = [
        ChoiceViewModel(
            Period.parse(each.period),
            str(kind_in_plural(Kind(each.kind))) if each.kind else "",
            each.edition,
            each.reason,
            each.at,
        )
        for each in newest.values()
        if each.edition
    ]
    return sorted(found, key=lambda each: (each.period.last, each.period.first), reverse=True)
