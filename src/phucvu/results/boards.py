"""Scores of units side by side, and of one unit among its peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from phucvu import clock
from phucvu.editions.finding import Editions, PeriodEdition
from phucvu.register.models import StatedFigure
from phucvu.results.maps import Atlas
from phucvu.results.ranking import By, order, unranked
from phucvu.results.scores import Comparison, UnitScore, score_units
from phucvu.results.stated import TOTAL
from phucvu.scorecards import Edition
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = [
    "Scoreboard",
    "before_of",
    "communes_further_below",
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
    scored: PeriodEdition
    entries: Sequence[UnitScore]
    moment: datetime
    kinds: Sequence[Kind]
    """the kinds present under the parent"""
    by: By = By.TOTAL
    not_compared: PeriodEdition | None = None
    """the other edition that scored the period before, for which there are no changes"""

    @property
    def edition(self) -> Edition:
        """Return the edition all of it is scored by."""
        return self.scored.edition

    @property
    def simulated(self) -> bool:
        """Tell whether any of its units is simulated."""
        return any(entry.unit.simulated for entry in self.entries)


def scoreboard(
    parent: UnitNode,
    kind: Kind,
    period: Period,
    edition: Edition | None = None,
    *,
    editions: Editions | None = None,
    tree: UnitTree | None = None,
    earlier: UnitTree | None = None,
    now: datetime | None = None,
    as_of: datetime | None = None,
    by: By = By.TOTAL,
) -> Scoreboard:
    """Rank the units of `kind` directly under `parent`, or of the whole subtree: `units_of_kind`.

    Equal totals share a rank, a total of 0 is ranked like any other, and units nobody gave a
    figure for stand at the end without a rank. `edition`: another than the one that scores the
    period, for a comparison, which has no ranks and no progress. `editions`: those in use, where
    the caller has read them. `tree`: the units, those of the period as it was
    by default (`phucvu.results.maps`); `earlier`: those of the period before, the same by default.
    `as_of` leaves out what was stated later.
    """
    now, editions = now or clock.now(), editions or Editions.open()
    scored = editions.of(period, kind, asked=edition, known_at=as_of)
    tree = tree or Atlas.open().tree(period)
    children = tree.children(parent.id)
    units = units_of_kind(tree, parent, kind)
    scores = score_units(scored, tree, units, now, as_of)
    before = before_of(editions, scored, as_of)
    scores = _with_comparison(scored, before, earlier or tree, scores, now)
    return Scoreboard(
        parent,
        kind,
        period,
        scored,
        unranked(scores) if scored.is_comparison else order(scores, by),
        now,
        [k for k in Kind if any(child.kind == k for child in children)],
        By.TOTAL if scored.is_comparison else by,
        next((each.not_compared for each in scores if each.not_compared), None),
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
    editions: Editions | None = None,
    tree: UnitTree | None = None,
    earlier: UnitTree | None = None,
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> UnitScore:
    """Score one unit, with its rank among the units of its kind and parent.

    `edition`, `editions`, `tree`, `earlier`, `as_of`: as in `scoreboard`.
    """
    now, editions = now or clock.now(), editions or Editions.open()
    scored = editions.of(period, unit.kind, asked=edition, known_at=as_of)
    tree = tree or Atlas.open().tree(period)
    peers = [unit]
    if unit.parent_id is not None and not scored.is_comparison:
        peers = [node for node in tree.children(unit.parent_id) if node.kind == unit.kind]
    scores = score_units(scored, tree, peers, now, as_of)
    ranked = unranked(scores) if scored.is_comparison else order(scores)
    own = next(peer for peer in ranked if peer.unit.id == unit.id)
    before = before_of(editions, scored, as_of)
    return _with_comparison(scored, before, earlier or tree, [own], now)[0]


# --- change ---------------------------------------------------------------------------------


def before_of(
    editions: Editions, scored: PeriodEdition, as_of: datetime | None = None
) -> PeriodEdition | None:
    """Find what scores the period before; None before the first there can be.

    For a comparison it is the same edition that was asked for.
    """
    try:
        period = scored.period.previous()
    except PeriodError:
        return None
    asked = scored.edition if scored.is_comparison else None
    return editions.of(period, scored.kind, asked=asked, known_at=as_of)


def _with_comparison(
    scored: PeriodEdition,
    before: PeriodEdition | None,
    tree: UnitTree,
    scores: Sequence[UnitScore],
    now: datetime,
) -> list[UnitScore]:
    """Compare each score: with the previous publication, else with the period before.

    Where another edition scored the period before, there is no change from it: the scores say so.
    Only scores that lack nothing on either side are compared: a component that one side lacks would
    show as a gain or loss that never happened. A reported total that does not stand, because the
    score is computed, is not compared.
    """
    published = _published_before(scores, scored.period)
    others = [item.unit for item in scores if not item.is_published and not item.missing]
    earlier: dict[int, Comparison] = {}
    other_rule = None
    if others and before is not None:
        found = score_units(before, tree, others, now)
        known = [item for item in found if item.total is not None and not item.missing]
        if scored.is_like(before):
            earlier = {
                item.unit.id: Comparison(before.period, None, item.total)
                for item in known
                if item.total is not None
            }
        elif known:
            other_rule = before
    return [
        replace(
            item,
            compared=(compared := published.get(item.unit.id) or earlier.get(item.unit.id)),
            not_compared=None if compared or item.is_published else other_rule,
        )
        if not item.missing
        else item
        for item in scores
    ]


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
