"""View model of a unit's history on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from phucvu.scoring import Kind as PeriodKind
from phucvu.scoring import Period
from phucvu.units.life import Chapter, Life, Relative, share_in_words
from phucvu.units.models import Reorganisation, Unit

__all__ = ["ShownLife", "show_life"]


@dataclass(frozen=True)
class ShownRelative:
    """A unit before or after this one, with its page's address and the share that passed."""

    relative: Relative
    address: str
    share: str


@dataclass(frozen=True)
class ShownLife:
    """View model of a unit's history: its states, origins and successors."""

    life: Life
    origins: Sequence[ShownRelative]
    successors: Sequence[ShownRelative]

    @property
    def chapters(self) -> Sequence[Chapter]:
        return self.life.chapters

    @property
    def ended_by(self) -> Sequence[Reorganisation]:
        """Return the reorganisations that ended the unit, where it has no successor."""
        return () if self.successors else self.life.ended_by


def show_life(life: Life) -> ShownLife | None:
    """Lay out a unit's history; None for a unit that never changed."""
    if not life.eventful:
        return None
    return ShownLife(life, _shown(life.origins), _shown(life.successors))


def _shown(relatives: Sequence[Relative]) -> list[ShownRelative]:
    return [ShownRelative(r, _address(r.unit), share_in_words(r.share)) for r in relatives]


def _address(unit: Unit) -> str:
    """Return the address of a unit's page; an ended unit's is of its last whole month.

    Its code may have been used again since.
    """
    address = reverse("web:unit", args=[unit.code])
    return address if unit.valid_to is None else f"{address}?ky={_last_month(unit.valid_to)}"


def _last_month(end: date) -> Period:
    return Period.containing(end.replace(day=1) - timedelta(days=1), PeriodKind.MONTH)
