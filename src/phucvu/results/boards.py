"""Scores of units side by side, and of one unit among its peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from phucvu import clock, scorecards
from phucvu.register.models import StatedFigure
from phucvu.results.maps import Atlas
from phucvu.results.ranking import By, order
from phucvu.results.scores import Comparison, UnitScore, score_units
from phucvu.results.stated import TOTAL
from phucvu.scorecards import Edition
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = [
    "Scoreboard",
    "communes_further_below",
    "current_edition",
    "scoreboard",
    "unit_score",
    "units_of_kind",
]


@dataclass(frozen=True)
class Scoreboard:
    """Units of one kind under one parent, ranked for a period."""

    parent: UnitNode
    kind: Kind
    period: Period
    edition: Edition
    entries: Sequence[UnitScore]
    moment: datetime
    kinds: Sequence[Kind]
    """the kinds present under the parent"""
    by: By = By.TOTAL

    @property
    def simulated(self) -> bool:
        """Tell whether any of its units is simulated."""
        return any(entry.unit.simulated for entry in self.entries)


def current_edition(edition: Edition | None = None) -> Edition:
    """Return the edition asked for, or the one this installation scores by."""
    if edition is not None:
        return edition
    return scorecards.load(settings.PHUCVU_SCORECARD, settings.PHUCVU_SCORECARDS)


def scoreboard(
    parent: UnitNode,
    kind: Kind,
    period: Period,
    edition: Edition | None = None,
    *,
    tree: UnitTree | None = None,
    earlier: UnitTree | None = None,
    now: datetime | None = None,
    as_of: datetime | None = None,
    by: By = By.TOTAL,
) -> Scoreboard:
    """Rank the units of `kind` directly under `parent`, or of the whole subtree: `units_of_kind`.

    Equal totals share a rank, a total of 0 is ranked like any other, and units nobody gave a
    figure for stand at the end without a rank. `tree`: the units, those of the period as it was
    by default (`phucvu.results.maps`); `earlier`: those of the period before, the same by default.
    `as_of` leaves out what was stated later.
    """
    edition, now = current_edition(edition), now or clock.now()
    tree = tree or Atlas.open().tree(period)
    children = tree.children(parent.id)
    units = units_of_kind(tree, parent, kind)
    scores = score_units(edition, tree, units, period, now, as_of)
    scores = _with_comparison(edition, earlier or tree, scores, period, now)
    return Scoreboard(
        parent,
        kind,
        period,
        edition,
        order(scores, by),
        now,
        [k for k in Kind if any(child.kind == k for child in children)],
        by,
    )


def units_of_kind(tree: UnitTree, parent: UnitNode, kind: Kind) -> list[UnitNode]:
    """Return the units of a kind directly below one; where there is none, those further below."""
    direct = [child for child in tree.children(parent.id) if child.kind == kind]
    return direct or [node for node in tree.descendants(parent.id) if node.kind == kind]


def communes_further_below(tree: UnitTree, unit: UnitNode) -> bool:
    """Tell whether communes are below a unit, but none directly: a country's are its provinces'."""
    if any(child.kind == Kind.COMMUNE for child in tree.children(unit.id)):
        return False
    return any(node.kind == Kind.COMMUNE for node in tree.descendants(unit.id))


def unit_score(
    unit: UnitNode,
    period: Period,
    edition: Edition | None = None,
    *,
    tree: UnitTree | None = None,
    earlier: UnitTree | None = None,
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> UnitScore:
    """Score one unit, with its rank among the units of its kind and parent.

    `tree`, `earlier` and `as_of` are those of `scoreboard`.
    """
    edition, now = current_edition(edition), now or clock.now()
    tree = tree or Atlas.open().tree(period)
    peers = [unit]
    if unit.parent_id is not None:
        peers = [node for node in tree.children(unit.parent_id) if node.kind == unit.kind]
    ranked = order(score_units(edition, tree, peers, period, now, as_of))
    own = next(peer for peer in ranked if peer.unit.id == unit.id)
    return _with_comparison(edition, earlier or tree, [own], period, now)[0]


# --- change ---------------------------------------------------------------------------------


def _with_comparison(
    edition: Edition,
    tree: UnitTree,
    scores: Sequence[UnitScore],
    period: Period,
    now: datetime,
) -> list[UnitScore]:
    """Compare each score: with the previous publication, else with the period before.

    Only scores that lack nothing on either side are compared: a component that one side lacks would
    show as a gain or loss that never happened. A reported total that does not stand, because the
    score is computed, is not compared.
    """
    published = _published_before(scores, period)
    others = [item.unit for item in scores if not item.is_published and not item.missing]
    earlier: dict[int, Comparison] = {}
    previous = _before(period)
    if others and previous is not None:
        for item in score_units(edition, tree, others, previous, now):
            if item.total is not None and not item.missing:
                earlier[item.unit.id] = Comparison(previous, None, item.total)
    return [
        replace(item, compared=published.get(item.unit.id) or earlier.get(item.unit.id))
        if not item.missing
        else item
        for item in scores
    ]


def _before(period: Period) -> Period | None:
    """Return the period before; None before the first possible one."""
    try:
        return period.previous()
    except PeriodError:
        return None


def _published_before(scores: Sequence[UnitScore], period: Period) -> dict[int, Comparison]:
    """Return the total published last before the one that stands, of the same period."""
    standing = {
        s.unit.id: s.published_at for s in scores if s.published_at is not None and s.is_published
    }
    rows = StatedFigure.objects.filter(
        unit_id__in=standing, period=str(period), indicator=TOTAL, points__isnull=False
    ).order_by("as_of")
    return {
        row.unit_id: Comparison(period, row.as_of, row.points)
        for row in rows
        if row.points is not None and row.as_of < standing[row.unit_id]
    }
