"""View model of a component's page: its rule in words, and the spread of the units on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from phucvu.results.boards import Scoreboard
from phucvu.results.component_changes import ComponentChange
from phucvu.results.scores import UnitScore
from phucvu.scoring import Indicator
from phucvu.units.models import Kind
from phucvu.web.view_models.units import ComponentViewModel, show_component

__all__ = ["Bar", "Ends", "RatioSpread", "RuleWords", "bars", "ends_of", "rule_words", "spread_of"]

_BINS = 20
_FEWEST = 5  # units: fewer are read faster from the list
_AT_AN_END = 3

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
    """Coded parts of a rule, in words."""

    sources: Sequence[str | Promise]
    confidence: str | Promise
    parent: str | Promise
    window: str | Promise
    levels: Sequence[str]


def rule_words(rule: Indicator) -> RuleWords:
    """Write a rule's codes in words; a code without words is shown as it is."""
    return RuleWords(
        sources=[_SOURCES.get(code, code) for code in rule.source.sources],
        confidence=_CONFIDENCE.get(rule.source.confidence, rule.source.confidence),
        parent=_PARENT.get(rule.parent, rule.parent),
        window=_WINDOW.get(rule.window, rule.window),
        levels=[str(Kind(level).label) for level in rule.levels],
    )


@dataclass(frozen=True)
class Bar:
    """Place of a unit on a component; `place` is None where nobody gave a figure."""

    score: UnitScore
    component: ComponentViewModel
    place: int | None
    width: str
    change: ComponentChange | None = None


@dataclass(frozen=True)
class Bin:
    """Bar of the histogram: the ratios from `start` to `end`, the number of units, the bar's
    height.
    """

    start: Decimal
    end: Decimal
    units: int
    height: str
    own: bool


@dataclass(frozen=True)
class RatioSpread:
    """Spread of the units with a figure: bins, median, and the number that reach the target."""

    bins: Sequence[Bin]
    units: int
    middle: Decimal
    low: Decimal
    high: Decimal
    lower: Decimal
    upper: Decimal
    at_target: int


def spread_of(found: Sequence[Bar], rule: Indicator, own: int | None) -> RatioSpread | None:
    """Compute the spread of these units, the one with the id `own` marked; None for fewer than
    five.
    """
    known = [(bar.component.result.ratio, bar.score.unit.id) for bar in found]
    values = sorted(ratio for ratio, _ in known if ratio is not None)
    if len(values) < _FEWEST:
        return None
    in_days = rule.unit == "days"
    top = max(values) if in_days else max(Decimal(100), *values)
    step = (top / _BINS) or Decimal(1)

    def of(ratio: Decimal) -> int:
        return min(_BINS - 1, int(ratio / step))

    numbers = Counter(of(ratio) for ratio in values)
    own_bin = next((of(ratio) for ratio, id_ in known if id_ == own and ratio is not None), None)
    most = max(numbers.values())
    return RatioSpread(
        bins=[
            Bin(step * at, step * (at + 1), numbers[at], f"{numbers[at] * 100 / most:.1f}%",
                at == own_bin)
            for at in range(_BINS)
        ],
        units=len(values),
        middle=Decimal(median(values)),
        low=values[0],
        high=values[-1],
        lower=values[len(values) // 4],
        upper=values[-1 - len(values) // 4],
        at_target=sum(ratio >= rule.target for ratio in values) if not in_days else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Ends:
    """Units at the ends of a component's order, and those that improved most."""

    best: Sequence[Bar]
    worst: Sequence[Bar]
    improved: Sequence[Bar]


def ends_of(found: Sequence[Bar], rule: Indicator) -> Ends:
    """Return the first and the last three of the units with a figure, and the three most
    improved.
    """
    known = [bar for bar in found if bar.place is not None]
    better = -1 if rule.unit == "days" else 1
    gains = [(bar.change.by * better, bar) for bar in known if bar.change is not None]
    rising = sorted((pair for pair in gains if pair[0] > 0), key=lambda pair: -pair[0])
    few = min(_AT_AN_END, len(known) // 2)
    return Ends(known[:few], known[::-1][:few], [bar for _, bar in rising[:_AT_AN_END]])


def bars(
    board: Scoreboard, id_: str, changes: Mapping[int, ComponentChange] = MappingProxyType({})
) -> list[Bar]:
    """Order the units by ratio, the best first; for a ratio in days, the shortest first.

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
        width = f"{min(100, ratio * 100 / full):.1f}%"
        result.append(Bar(score, component, place, width, changes.get(score.unit.id)))
    result += [
        Bar(score, shown_, None, "0%") for score, shown_ in shown if shown_.result.ratio is None
    ]
    return result
