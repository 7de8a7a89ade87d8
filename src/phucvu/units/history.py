"""History of one unit: its states, origins and successors, with the decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q
from django.utils.translation import gettext as _

from phucvu.units.models import Kind, PastState, Reorganisation, Succession, Unit

__all__ = ["Chapter", "Relative", "UnitHistory", "history_of"]


@dataclass(frozen=True)
class Chapter:
    """State of a unit from `first` up to but not including `end`, with the changes that began
    it.
    """

    code: str
    name: str
    kind: Kind
    parent: Unit | None
    first: date | None
    end: date | None
    begun_by: Sequence[Reorganisation]


@dataclass(frozen=True)
class Relative:
    """A unit before or after this one, with the share of the earlier that went to the later."""

    unit: Unit
    share: Fraction
    reorganisation: Reorganisation

    @property
    def whole(self) -> bool:
        """Tell whether the later unit took over the earlier one as a whole."""
        return self.share == 1


@dataclass(frozen=True)
class UnitHistory:
    """History of a unit: its states, oldest first, its origins and its successors."""

    unit: Unit
    chapters: Sequence[Chapter]
    origins: Sequence[Relative]
    successors: Sequence[Relative]
    ended_by: Sequence[Reorganisation]

    @property
    def eventful(self) -> bool:
        """Tell whether the unit ever changed, took over another, or ended."""
        return bool(len(self.chapters) > 1 or self.origins or self.successors or self.unit.valid_to)


def history_of(unit_id: int) -> UnitHistory:
    """Read the history of a unit by its id. Raises Unit.DoesNotExist."""
    unit = Unit.objects.select_related("parent").get(pk=unit_id)
    changes: dict[date, list[Reorganisation]] = {}
    for row in unit.reorganisations.select_related("decision").order_by("effective", "id"):
        changes.setdefault(row.effective, []).append(row)
    chapters: list[Chapter] = []
    first = unit.valid_from
    states: list[Unit | PastState] = [
        *unit.past.select_related("parent").order_by("valid_to"),
        unit,
    ]
    for state in states:
        begun = changes.get(first, []) if first else []
        chapters.append(
            Chapter(
                state.code, state.name, Kind(state.kind), state.parent, first, state.valid_to, begun
            )
        )
        first = state.valid_to
    links = Succession.objects.filter(Q(before=unit) | Q(after=unit)).select_related(
        "before", "after", "reorganisation__decision"
    )
    origins, successors = [], []
    for link in links.order_by("before__code", "after__code"):
        share = Fraction(link.share, link.share_of)
        if link.after_id == unit.pk:
            origins.append(Relative(link.before, share, link.reorganisation))
        else:
            successors.append(Relative(link.after, share, link.reorganisation))
    ended = changes.get(unit.valid_to, []) if unit.valid_to else []
    return UnitHistory(unit, chapters, origins, successors, ended)


def share_in_words(share: Fraction) -> str:
    """Write a share as `all of it`, or as an exact fraction such as `1/3`."""
    return _("all of it") if share == 1 else f"{share.numerator}/{share.denominator}"
