"""View model of a unit's history on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from phucvu.scoring import Kind as PeriodKind
from phucvu.scoring import Period
from phucvu.units.history import Chapter, Relative, UnitHistory, share_in_words
from phucvu.units.models import Reorganisation, Unit

__all__ = ["UnitHistoryViewModel", "show_history"]


@dataclass(frozen=True)
class RelativeViewModel:
    """A unit before or after this one, with its page's address and the share that passed."""

    relative: Relative
    address: str
    share: str


@dataclass(frozen=True)
class UnitHistoryViewModel:
    """View model of a unit's history: its states, origins and successors."""

    history: UnitHistory
    origins: Sequence[RelativeViewModel]
    successors: Sequence[RelativeViewModel]

    @property
    def chapters(self) -> Sequence[Chapter]:
        return self.history.chapters

    @property
    def ended_by(self) -> Sequence[Reorganisation]:
        """Return the reorganisations that ended the unit, where it has no successor."""
        return () if self.successors else self.history.ended_by


def show_history(history: UnitHistory) -> UnitHistoryViewModel | None:
    """Lay out a unit's history; None for a unit that never changed."""
    if not history.eventful:
        return None
    return UnitHistoryViewModel(history, _shown(history.origins), _shown(history.successors))


def _shown(relatives: Sequence[Relative]) -> list[RelativeViewModel]:
    return [RelativeViewModel(r, _address(r.unit), share_in_words(r.share)) for r in relatives]


def _address(unit: Unit) -> str:
    """Return the address of a unit's page; an ended unit's is of its last whole month.

    Its code may have been used again since.
    """
    address = reverse("web:unit", args=[unit.code])
    return address if unit.valid_to is None else f"{address}?ky={_last_month(unit.valid_to)}"


def _last_month(end: date) -> Period:
    return Period.containing(end.replace(day=1) - timedelta(days=1), PeriodKind.MONTH)
