"""Serializers of figures: the form of the API's answers, for its description.

`float` stands for a JSON number; the answers hold it digit for digit.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema

__all__ = ["BoardOut", "EditionNameOut", "EditionOut", "PeriodOut", "ScoreOut", "TrendOut"]

MapView = Literal["then", "today"]
Amount = Annotated[
    int | str,
    Field(description="A whole number; with a share of a unit that was split, text such as 37/3"),
]
State = Literal["value", "partial", "by_rule", "not_provided", "not_applicable"]


class TextOut(Schema):
    """A text in Vietnamese and in English."""

    vi: str
    en: str


class PeriodOut(Schema):
    """A period with a figure."""

    period: str = Field(examples=["2026-Q3"])
    kind: str = Field(examples=["quarter"])
    first_day: date
    last_day: date
    label: TextOut


class EditionNameOut(Schema):
    """An edition of the scorecard; the digest names its exact text."""

    id: str = Field(examples=["qd766-portal-2026"])
    digest: str


class ScoredByOut(EditionNameOut):
    """The edition that scored, and why: `stands` is what scores the period, whatever was asked.

    `basis`: in force on the period's last day, chosen for the period, named by the installation's
    setting for all periods, the nearest where none is in force, or asked for to compare with.
    `notes` say what is unusual, a rule that changes within the period among it.
    """

    basis: Literal["in_force", "chosen", "setting", "none_in_force", "compared"]
    stands: EditionNameOut
    notes: list[TextOut]


class NotComparedOut(Schema):
    """The period before, where another edition scored it: there is no change from it."""

    period: str
    edition: EditionNameOut


class BandOut(Schema):
    """A band of totals, from `start` points up to the band above."""

    code: str
    name: TextOut
    start: float
    colour: str


class ComparedOut(Schema):
    """Origin of a change: another period, or an earlier moment of this one."""

    period: str
    as_of: datetime | None


class GroupOut(Schema):
    """Points of a group. `missing` names the components nobody gave."""

    code: str = Field(examples=["TDGQ"])
    points: float | None
    maximum: float
    ratio: float | None
    state: State
    missing: list[str]


class SummaryOut(Schema):
    """Total and groups of a unit. A total that lacks components is a lower bound (`partial`)."""

    unit: str = Field(examples=["H20"])
    name: str
    kind: str = Field(examples=["province"])
    simulated: bool
    total: float | None
    state: State
    published: bool
    missing: list[str]
    band: BandOut | None
    rank: int | None
    of: int
    change: float | None
    compared_with: ComparedOut | None
    not_compared_with: NotComparedOut | None
    as_of: datetime | None
    groups: list[GroupOut]


class BoardOut(Schema):
    """Units of a kind below one, ranked."""

    parent: str
    kind: str
    period: str
    map: MapView
    edition: ScoredByOut
    entries: list[SummaryOut]


class ComponentOut(Schema):
    """A component with its counts, its rule at work and the counts needed for full points."""

    id: str = Field(examples=["2.1"])
    group: str
    name: TextOut
    numerator: Amount | None
    denominator: Amount | None
    ratio: float | None
    points: float | None
    maximum: float
    target: float
    state: State
    source: Literal["counted", "published", "typed"] | None
    how: Literal["own", "pooled", "inherited", "distinct"] | None
    from_unit: str | None
    as_of: datetime | None
    flags: list[str]
    reason: TextOut
    to_gain: float | None
    facts_to_full_marks: int | None


class ScoreOut(SummaryOut):
    """A unit with every component."""

    period: str
    map: MapView
    edition: ScoredByOut
    components: list[ComponentOut]


class PointOut(Schema):
    """A value at a period or, of published figures, at a moment.

    `edition` scored it; `component` is its id there, null of a group or total.
    """

    period: str
    as_of: datetime | None
    ratio: float | None
    points: float | None
    edition: str
    component: str | None


class TrendOut(Schema):
    """Trend of a unit, the oldest point first; a line has two points or more."""

    unit: str
    period: str
    map: MapView
    edition: ScoredByOut
    total: list[PointOut]
    groups: dict[str, list[PointOut]]
    components: dict[str, list[PointOut]]


class EmptyOut(Schema):
    """Result of the rule where there is nothing to divide by."""

    ratio: float | None
    points: float | None


class RuleOut(Schema):
    """Rule of a component. `points` 0: for analysis only. `target`: the per cent of full points."""

    id: str
    portal_code: str
    name: TextOut
    meaning: TextOut
    points: float
    target: float
    unit: Literal["percent", "days"]
    numerator: TextOut
    denominator: TextOut
    dated_by: TextOut
    levels: list[str]
    parent: str
    empty: EmptyOut
    clause: str
    sources: list[str]
    confidence: str


class RuleGroupOut(Schema):
    """A group of rules."""

    code: str
    number: str
    name: TextOut
    points: float
    components: list[RuleOut]


class EditionOut(EditionNameOut):
    """An edition of the scorecard as data: the rule by which people are scored."""

    title: TextOut
    in_force_from: date
    in_force_to: date | None
    points: float
    arithmetic: str
    bands: list[BandOut]
    groups: list[RuleGroupOut]
