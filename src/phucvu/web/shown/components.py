"""A component's page: its rule in words, and how units spread on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from phucvu.results.boards import Scoreboard, UnitScore
from phucvu.scoring import Indicator
from phucvu.units.models import Kind
from phucvu.web.shown.units import ShownComponent, show_component

__all__ = ["Bar", "RuleWords", "bars", "rule_words"]

_SOURCES = {
    "P": _("the national portal's published answers"),
    "D": _("the description of the portal's formulas"),
    "M": _("the metric sheet of the same origin"),
    "L": _("legal and press texts"),
}
_CONFIDENCE = {
    "high": _("high confidence"),
    "medium": _("medium confidence"),
    "low": _("low confidence"),
}
_PARENT = {
    "pooled": _("The counts of the units below are added up; ratios are never averaged."),
    "distinct": _("Procedures are counted once in the parent, not added up from the units below."),
    "inherited": _("The figure belongs to the province; the units below inherit it."),
    "own": _("Each unit has its own figure; nothing is added up from the units below."),
}
_WINDOW = {
    "received": _("Dossiers received in the period."),
    "in_period": _("Dossiers received in the period or carried over into it."),
    "now": _("As things stand now, whatever the period."),
    "at_end": _("As things stood at the end of the period, or stand now."),
    "none": _("Not counted from dossiers."),
}


@dataclass(frozen=True)
class RuleWords:
    """The coded parts of a rule in words."""

    sources: Sequence[str | Promise]
    confidence: str | Promise
    parent: str | Promise
    window: str | Promise
    levels: Sequence[str]


def rule_words(rule: Indicator) -> RuleWords:
    """Say a rule's codes; one we have no words for is shown as it is."""
    return RuleWords(
        sources=[_SOURCES.get(code, code) for code in rule.source.sources],
        confidence=_CONFIDENCE.get(rule.source.confidence, rule.source.confidence),
        parent=_PARENT.get(rule.parent, rule.parent),
        window=_WINDOW.get(rule.window, rule.window),
        levels=[str(Kind(level).label) for level in rule.levels],
    )


@dataclass(frozen=True)
class Bar:
    """A unit's place on a component. `place` is None where nobody gave a figure."""

    score: UnitScore
    component: ShownComponent
    place: int | None
    width: str


def bars(board: Scoreboard, id_: str) -> list[Bar]:
    """The units by their ratio, the best first; of days, the shortest first.

    Equal ratios share a place. Units without a figure stand at the end, without a place.
    """
    shown = [(score, show_component(score, id_)) for score in board.entries]
    known = [(ratio, pair) for pair in shown if (ratio := pair[1].result.ratio) is not None]
    in_days = board.edition.scorecard.indicators[id_].unit == "days"
    known.sort(key=lambda each: each[0], reverse=not in_days)
    longest = max((ratio for ratio, _ in known), default=Decimal(0))
    full = longest if in_days and longest else Decimal(100)
    result: list[Bar] = []
    before: tuple[Decimal, int] | None = None
    for position, (ratio, (score, component)) in enumerate(known, start=1):
        place = before[1] if before is not None and before[0] == ratio else position
        before = (ratio, place)
        result.append(Bar(score, component, place, f"{min(100, ratio * 100 / full):.1f}%"))
    result += [
        Bar(score, shown_, None, "0%") for score, shown_ in shown if shown_.result.ratio is None
    ]
    return result
