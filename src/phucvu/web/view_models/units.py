"""View model of a unit's page: its groups and components, with the source of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.results.boundaries import Boundary
from phucvu.results.figures import Provenance
from phucvu.results.scores import UnitScore
from phucvu.results.trends import Point, Trend
from phucvu.scoring import (
    NOT_APPLICABLE,
    Count,
    Counted,
    GroupResult,
    GroupSource,
    Indicator,
    IndicatorResult,
)
from phucvu.web import formatting
from phucvu.web.view_models.charts import History, is_drawn, points_history, radar
from phucvu.web.view_models.sparkline import Sparkline, draw
from phucvu.web.view_models.words import FlagWords, flag_words, source_words, whose_words

__all__ = ["ComponentViewModel", "GroupViewModel", "UnitViewModel", "show_component", "show_unit"]

MOST_GAINS = 5


@dataclass(frozen=True)
class ComponentViewModel:
    """View model of a unit's component."""

    result: IndicatorResult
    provenance: Provenance | None
    source: str
    whose: str
    flags: Sequence[FlagWords]
    sparkline: Sparkline | None

    @property
    def rule(self) -> Indicator:
        return self.result.indicator

    @property
    def counts(self) -> Counted | None:
        """Return the two counts, where they are known and count facts (not time)."""
        figure = self.result.figure
        return figure if isinstance(figure, Counted) and not self.in_days else None

    @property
    def in_days(self) -> bool:
        return self.rule.unit == "days"

    @property
    def finished(self) -> Count | None:
        """Return the number of dossiers over which an average of days is taken."""
        figure = self.result.figure
        return figure.denominator if isinstance(figure, Counted) and self.in_days else None

    @property
    def not_applicable(self) -> bool:
        return self.result.figure is NOT_APPLICABLE

    @property
    def not_provided(self) -> bool:
        return not self.result.known and not self.not_applicable

    @property
    def by_rule(self) -> bool:
        """Tell whether the rule decided, without a denominator or a figure."""
        return self.result.decided_by in ("empty", "not_provided")

    @property
    def earned(self) -> Decimal | None:
        """Return the points as per cent of the maximum, for the bar."""
        if self.result.points is None or not self.rule.scored:
            return None
        return self.result.points * 100 / self.result.maximum

    @property
    def working(self) -> Sequence[str]:
        """Return the steps of the computation; none for days, which the page says in words."""
        if self.in_days:
            return []
        return [step.text(formatting.language()) for step in self.result.working]


@dataclass(frozen=True)
class GroupViewModel:
    """View model of a unit's group with its components."""

    result: GroupResult
    components: Sequence[ComponentViewModel]

    @property
    def partial(self) -> bool:
        return self.result.source is GroupSource.PARTIAL

    @property
    def published(self) -> bool:
        return self.result.source is GroupSource.PUBLISHED


@dataclass(frozen=True)
class UnitViewModel:
    """View model of a unit's page."""

    score: UnitScore
    groups: Sequence[GroupViewModel]
    gains: Sequence[ComponentViewModel]
    radar: str
    not_drawn: Sequence[str]
    history: History | None


def show_unit(score: UnitScore, trend: Trend, breaks: Sequence[Boundary] = ()) -> UnitViewModel:
    """Lay out a unit's score; `breaks` are the boundaries at which its lines over time break."""
    scorecard = score.edition.scorecard
    components = {
        id_: show_component(score, id_, trend.indicators.get(id_, ()))
        for id_ in score.result.indicators
    }
    return UnitViewModel(
        score=score,
        groups=[
            GroupViewModel(result, [components[each.id] for each in scorecard.components(code)])
            for code, result in score.result.groups.items()
        ],
        gains=[components[each.indicator.id] for each in score.result.to_gain[:MOST_GAINS]],
        radar=radar(list(score.result.groups.values()), score.unit.name),
        not_drawn=[
            formatting.said(group.group.name)
            for group in score.result.groups.values()
            if not is_drawn(group)
        ],
        history=points_history(trend.total, breaks),
    )


def show_component(score: UnitScore, id_: str, points: Sequence[Point] = ()) -> ComponentViewModel:
    """Lay out one component of a unit."""
    result, provenance = score.result.indicators[id_], score.provenance.get(id_)
    return ComponentViewModel(
        result=result,
        provenance=provenance,
        source="" if provenance is None else source_words(provenance),
        whose="" if provenance is None else whose_words(provenance),
        flags=[] if provenance is None else [flag_words(code) for code in provenance.flags],
        sparkline=draw(points, days=result.indicator.unit == "days"),
    )
