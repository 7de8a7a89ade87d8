"""Course of a fact: which of its versions stands, as they come one after the other.

The rule
    Of two versions the later stands: the one whose own clock (`FactKind.clock`) is later; at the
    same clock, the one that is further (`FactKind.stage`): a dossier in process is further than one
    received. Of versions that neither tells apart, the one that came last.

Content that was brought before is no news: a message repeated late undoes nothing.

    A correction stands whatever its clock says. What undoes it is another correction, or a version
    that is later and was not known before.

    Facts that are corrected by sending them again (`Fact.restated`) know no repeats: of those of
    one clock the last to come stands.

So, but for corrections, it does not matter in which order versions come, nor how often, as far as
clock and stage tell them apart. Corrections count in the order they come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Course", "Place"]

_NO_STAGE = -1  # of versions from before stages were kept
_Order = tuple[int, int]


class Place(NamedTuple):
    """Place of a version in the journal."""

    batch: int
    position: int


@dataclass(slots=True)
class Course:
    """Versions of one fact so far, with the place of the one that stands.

    `restated` tells that the fact is corrected by sending it again.
    """

    restated: bool = False
    place: Place | None = None
    _order: _Order | None = None
    _mark: int | None = None
    _corrected: bool = False
    _seen: set[int] = field(default_factory=set)

    def take(
        self, place: Place, clock: int, stage: int | None, mark: int | None, *, correction: bool
    ) -> bool:
        """Take the next version; tell whether it stands now.

        `mark` tells contents apart (`record.mark_of`); None where it is not known.
        """
        order = (clock, _NO_STAGE if stage is None else stage)
        stands = correction or self._is_news(order, mark)
        if stands:
            self._order, self._mark, self._corrected = order, mark, correction
        if stands or (mark is not None and mark == self._mark):
            self.place = place  # what stands is said by the last that says it
        if mark is not None:
            self._seen.add(mark)
        return stands

    def _is_news(self, order: _Order, mark: int | None) -> bool:
        if self._order is None:
            return True
        if self.restated:
            return order >= self._order
        if mark in self._seen:
            return False
        return order > self._order or (order == self._order and not self._corrected)
