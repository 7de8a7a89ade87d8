"""Serializers of scores, trends and editions. Decimals stay exact; null is no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phucvu.editions.finding import PeriodEdition
from phucvu.editions.words import in_both
from phucvu.opendata.scores import GROUP_STATES, state_of, total_state
from phucvu.results.boards import Scoreboard
from phucvu.results.maps import View
from phucvu.results.scores import UnitScore
from phucvu.results.trends import Point, Trend
from phucvu.scorecards import Edition
from phucvu.scoring import Band, Count, Counted, Indicator, IndicatorResult, Period, Text
from phucvu.units.tree import UnitNode

__all__ = ["board_told", "edition_told", "period_told", "score_told", "trend_told"]

Told = dict[str, Any]


def period_told(period: Period) -> Told:
    return {
        "period": str(period),
        "kind": str(period.kind),
        "first_day": period.first_day,
        "last_day": period.last_day,
        "label": {"vi": period.label("vi"), "en": period.label("en")},
    }


def board_told(board: Scoreboard, view: View) -> Told:
    return {
        "parent": board.parent.code,
        "kind": str(board.kind),
        "period": str(board.period),
        "map": str(view),
        "edition": _scored(board.scored),
        "entries": [_summary(entry) for entry in board.entries],
    }


def score_told(score: UnitScore, view: View) -> Told:
    return {
        **_summary(score),
        "period": str(score.period),
        "map": str(view),
        "edition": _scored(score.scored),
        "components": [_component(score, found) for found in score.result.indicators.values()],
    }


def trend_told(unit: UnitNode, trend: Trend, view: View) -> Told:
    return {
        "unit": unit.code,
        "period": str(trend.scored.period),
        "map": str(view),
        "edition": _scored(trend.scored),
        "total": _points(trend.total),
        "groups": _lines(trend.groups),
        "components": _lines(trend.indicators),
    }


def edition_told(edition: Edition) -> Told:
    card = edition.scorecard
    return {
        **_edition(edition),
        "title": _text(card.title),
        "in_force_from": card.in_force_from,
        "in_force_to": card.in_force_to,
        "points": card.points,
        "arithmetic": card.arithmetic_name,
        "bands": [_band(band) for band in card.bands],
        "groups": [
            {
                "code": group.code,
                "number": group.number,
                "name": _text(group.name),
                "points": group.points,
                "components": [_rule(rule) for rule in card.components(code)],
            }
            for code, group in card.groups.items()
        ],
    }


def _summary(score: UnitScore) -> Told:
    compared = score.compared
    return {
        "unit": score.unit.code,
        "name": score.unit.name,
        "kind": score.unit.kind,
        "simulated": score.unit.simulated,
        "total": score.total,
        "state": total_state(score),
        "published": score.total_is_published,
        "missing": [] if score.total_is_published else list(score.result.missing),
        "band": None if score.band is None else _band(score.band),
        "rank": score.rank,
        "of": score.of,
        "change": score.change,
        "compared_with": None
        if compared is None
        else {"period": str(compared.period), "as_of": compared.as_of},
        "not_compared_with": None
        if score.not_compared is None
        else {
            "period": str(score.not_compared.period),
            "edition": _edition(score.not_compared.edition),
        },
        "as_of": score.published_at if score.total_is_published else score.as_of,
        "groups": [
            {
                "code": code,
                "points": group.points,
                "maximum": group.maximum,
                "ratio": group.ratio,
                "state": GROUP_STATES[group.source],
                "missing": list(group.missing),
            }
            for code, group in score.result.groups.items()
        ],
    }


def _component(score: UnitScore, found: IndicatorResult) -> Told:
    rule = found.indicator
    told = score.provenance.get(rule.id)
    counts = found.figure if isinstance(found.figure, Counted) else None
    return {
        "id": rule.id,
        "group": rule.group,
        "name": _text(rule.name),
        "numerator": _exactly(counts.numerator) if counts else None,
        "denominator": _exactly(counts.denominator) if counts else None,
        "ratio": found.ratio,
        "points": found.points,
        "maximum": found.maximum,
        "target": found.target,
        "state": state_of(found),
        "source": str(told.source) if told else None,
        "how": str(told.how) if told else None,
        "from_unit": told.from_unit.code if told and told.from_unit else None,
        "as_of": told.as_of if told else None,
        "flags": list(told.flags) if told else [],
        "reason": {"vi": found.explain("vi"), "en": found.explain("en")},
        "to_gain": found.to_gain,
        "facts_to_full_marks": found.facts_to_full_marks,
    }


def _exactly(count: Count) -> int | str:
    """Return a count; a fraction, of which JSON has none, as text such as 37/3."""
    return count if isinstance(count, int) else str(count)


def _rule(rule: Indicator) -> Told:
    return {
        "id": rule.id,
        "portal_code": rule.portal_code,
        "name": _text(rule.name),
        "meaning": _text(rule.meaning),
        "points": rule.points,
        "target": rule.target,
        "unit": rule.unit,
        "numerator": _text(rule.numerator.text),
        "denominator": _text(rule.denominator.text),
        "dated_by": _text(rule.dated_by),
        "levels": list(rule.levels),
        "parent": rule.parent,
        "empty": {"ratio": rule.empty.ratio, "points": rule.empty.points},
        "clause": rule.source.clause,
        "sources": list(rule.source.sources),
        "confidence": rule.source.confidence,
    }


def _lines(lines: Mapping[str, Sequence[Point]]) -> dict[str, list[Told]]:
    return {name: _points(points) for name, points in lines.items()}


def _points(points: Sequence[Point]) -> list[Told]:
    return [
        {
            "period": str(point.period),
            "as_of": point.as_of,
            "ratio": point.ratio,
            "points": point.points,
            "edition": point.edition.id,
            "component": point.component or None,
        }
        for point in points
    ]


def _edition(edition: Edition) -> Told:
    return {"id": edition.id, "digest": edition.digest}


def _scored(scored: PeriodEdition) -> Told:
    return {
        **_edition(scored.edition),
        "basis": str(scored.basis),
        "stands": _edition(scored.standing),
        "notes": in_both(scored),
    }


def _band(band: Band) -> Told:
    return {"code": band.code, "name": _text(band.name), "start": band.start, "colour": band.colour}


def _text(text: Text) -> Told:
    return {"vi": text.vi, "en": text.en}
