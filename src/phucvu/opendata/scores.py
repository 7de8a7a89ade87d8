"""Rows of scores in long form: one for the total, each group and each component of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils import timezone

from phucvu.opendata.tables import Row
from phucvu.results.figures import How
from phucvu.results.scores import UnitScore
from phucvu.scoring import (
    NOT_APPLICABLE,
    Count,
    Counted,
    GroupResult,
    GroupSource,
    IndicatorResult,
)
from phucvu.units.tree import UnitTree

__all__ = ["GROUP_STATES", "score_rows", "state_of", "total_state", "whole"]

GROUP_STATES = {
    GroupSource.COMPUTED: "value",
    GroupSource.PUBLISHED: "value",
    GroupSource.PARTIAL: "partial",
    GroupSource.MISSING: "not_provided",
}


def score_rows(scores: Iterable[UnitScore], tree: UnitTree, component: str = "") -> Iterator[Row]:
    """Yield rows of the columns `SCORES`; with `component`, only those of this component."""
    for score in scores:
        for level, cells in _cells(score, component):
            yield (*_head(score, tree), level, *cells, *_tail(score))


def _cells(score: UnitScore, component: str) -> Iterator[tuple[str, Row]]:
    if not component:
        yield "total", _total(score)
        for group in score.result.groups.values():
            yield "group", _group(score, group)
    for id_, found in score.result.indicators.items():
        if component in ("", id_):
            yield "component", _component(score, found)


def _head(score: UnitScore, tree: UnitTree) -> Row:
    unit = score.unit
    parent = tree.get(unit.parent_id) if unit.parent_id is not None else None
    return unit.code, unit.name, unit.kind, parent.code if parent else None, str(score.period)


def _tail(score: UnitScore) -> Row:
    scored = score.scored
    return score.unit.simulated, scored.edition.id, scored.edition.digest, str(scored.basis)


def _total(score: UnitScore) -> Row:
    source = "published" if score.total_is_published else "computed"
    compared = score.compared
    since = None
    if compared is not None:
        since = (
            timezone.localtime(compared.as_of).isoformat(timespec="seconds")
            if compared.as_of
            else str(compared.period)
        )
    return (
        None, None, None, None, None,
        score.total,
        score.edition.scorecard.points,
        None if score.band is None else score.band.name.vi,
        score.rank,
        score.change,
        since,
        total_state(score),
        None if score.total is None else source,
        None, None,
        score.published_at if score.total_is_published else score.as_of,
        None,
    )  # fmt: skip


def _group(score: UnitScore, found: GroupResult) -> Row:
    published = found.source is GroupSource.PUBLISHED
    source = "published" if published else "computed"
    return (
        found.group.code, None, None, None,
        found.ratio,
        found.points,
        found.maximum,
        None, None, None, None,
        GROUP_STATES[found.source],
        None if found.points is None else source,
        None, None,
        score.published_at if published else score.as_of,
        None,
    )  # fmt: skip


def _component(score: UnitScore, found: IndicatorResult) -> Row:
    rule = found.indicator
    counts = found.figure if isinstance(found.figure, Counted) else None
    provenance = score.provenance.get(rule.id)
    lender = provenance.from_unit if provenance else None
    return (
        rule.group,
        rule.id,
        whole(counts.numerator) if counts else None,
        whole(counts.denominator) if counts else None,
        found.ratio,
        found.points,
        found.maximum if rule.scored else Decimal(0),
        None, None, None, None,
        state_of(found),
        str(provenance.source) if provenance else None,
        str(provenance.how) if provenance else None,
        lender.code if lender and provenance and provenance.how is How.INHERITED else None,
        provenance.as_of if provenance else None,
        "|".join(provenance.flags) if provenance and provenance.flags else None,
    )  # fmt: skip


def whole(count: Count) -> int | None:
    """Return a count for a column of whole numbers; None where it holds a share of a split unit."""
    return count if isinstance(count, int) else None


def total_state(score: UnitScore) -> str:
    """Return the state of a total, a key of `STATES`."""
    if score.total is None:
        return "not_provided"
    return "partial" if score.missing else "value"


def state_of(found: IndicatorResult) -> str:
    """Return the state of a component's figure, a key of `STATES`."""
    if found.figure is NOT_APPLICABLE:
        return "not_applicable"
    if found.decided_by in ("empty", "not_provided"):
        return "by_rule"
    return "value" if found.known else "not_provided"
