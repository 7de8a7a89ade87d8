"""The scorecard as values: the content of a YAML edition that was read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .arithmetic import ARITHMETICS, Arithmetic
from .counts import CountExpression
from .specs import AnnouncementSpec, EditionProvenance, LeadSpec, SourceNote, TermSpec, Text


@dataclass(frozen=True, slots=True)
class Band:
    """A named class of totals: from `start` points (included) up to the band above.

    `colour` and `fill` are `#RRGGBB`; colour is never the only sign, so `name` goes with it.
    """

    start: Decimal
    code: str
    name: Text
    colour: str
    fill: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch the sources name. `available` is false where we lack the facts to follow it."""

    name: str
    label: Text
    default: str | bool
    reason: str
    available: bool
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indicators as the portal shows it. Points are its maximum."""

    code: str
    number: str
    name: Text
    short: Text
    points: Decimal
    colour: str
    points_from_rounded: bool = False
    """Components are scored from the ratio already rounded to two places."""
    ratio_from: str = "points"
    """`points`: group ÷ maximum; `component`: its single scored component's ratio, as shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A numerator or denominator: in words, and as a count where it can be counted."""

    text: Text
    count: CountExpression | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """Result of a rule where there is nothing to divide: a ratio and points, either may be null."""

    ratio: Decimal | None
    points: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """Facts counted apart from a figure: the measure that counts them, and the figure's flag."""

    count: str
    flag: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A component: its rule, where it applies and where the rule comes from.

    `points` 0 means it is for analysis only. `target` is the per cent that earns full points.
    `window` is how counts are laid over a period (received, in_period, now, none); `parent` how a
    parent gets its figure (pooled, distinct, inherited, own); `unit` percent or days.
    """

    id: str
    group: str
    portal_code: str
    name: Text
    meaning: Text
    points: Decimal
    target: Decimal
    numerator: Part
    denominator: Part
    empty: Empty
    not_provided: Empty | None
    window: str
    dated_by: Text
    levels: tuple[str, ...]
    parent: str
    unit: str
    source: SourceNote
    per_procedure: bool = True
    """False: the component does not exist when a single procedure is selected."""
    needs: tuple[str, ...] = ()
    """Kinds of fact of which one at least has to be known, for it to be counted."""
    apart: Apart | None = None
    """Of the same window, what is counted apart: its figure bears the flag where there is any."""
    published: str = "scores"
    """What the portal publishes of it: `scores` (ratio and points) or `counts` only."""
    short: Text | None = None
    """The heading of a narrow column; its number where there is none."""

    @property
    def scored(self) -> bool:
        """Tell whether the indicator earns points."""
        return self.points > 0


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A measure as written: SQL texts, not yet checked. `clock`: read at query time."""

    label: Text
    when: str
    sum: str | None = None
    clock: bool = False


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """A measure of the catalogue as written: a condition on a procedure at a unit."""

    label: Text
    when: str


@dataclass(frozen=True, slots=True)
class CatalogueSpec:
    """Measures an edition takes from the catalogue of procedures: SQL texts, not yet checked."""

    definitions: Mapping[str, str]
    measures: Mapping[str, ConditionSpec]


@dataclass(frozen=True, slots=True)
class ExplainSpec:
    """Definitions with which an edition explains the verdict on one dossier.

    `verdict` is the indicator whose numerator says whether it is on time; `due`, `judged` and
    `waited` are the definitions of when it is due, of the moment compared with that, and of the
    time taken off before. `words` says definitions in words.
    """

    verdict: str
    due: str
    judged: str
    waited: str | None
    words: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Measures an edition counts of one kind of fact: SQL texts, not yet checked.

    `calendar` names the definitions that put a fact in its months (`placed`, `ended`).
    `terms`: by the column that keeps it, how a deadline follows from the fact's moments.
    """

    definitions: Mapping[str, str]
    calendar: Mapping[str, str]
    measures: Mapping[str, MeasureSpec]
    terms: Mapping[str, TermSpec] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """One edition of the scorecard, in force from `in_force_from` to `in_force_to` (included).

    `definitions`, `calendar` and `measures` are those of dossiers, `facts` those of the other kinds
    of fact by the kind's name. Mappings have the order of the file and must not be changed. Two
    scorecards are never equal, so that a scorecard can be the key of a cache.
    """

    id: str
    title: Text
    provenance: EditionProvenance
    in_force_from: date
    in_force_to: date | None
    arithmetic_name: str
    bands: tuple[Band, ...]
    settings: Mapping[str, Setting]
    groups: Mapping[str, Group]
    definitions: Mapping[str, str]
    calendar: Mapping[str, str]
    measures: Mapping[str, MeasureSpec]
    inputs: Mapping[str, Text]
    catalogue: CatalogueSpec
    facts: Mapping[str, FactSpec]
    indicators: Mapping[str, Indicator]
    explain: ExplainSpec | None = None
    announcements: AnnouncementSpec | None = None
    leads: Mapping[str, LeadSpec] = field(default_factory=dict)
    """By the leading role, what it leads."""
    headline: tuple[str, ...] = ()
    """The indicators that a table of procedures has room for, in order."""
    evidence: Mapping[str, Text] = field(default_factory=dict)
    """What the portal publishes beside the scored ones: stated and kept, never scored."""
    kinds: tuple[str, ...] = ()
    """The kinds of unit it is for; empty for all."""

    @property
    def arithmetic(self) -> Arithmetic:
        """Return the arithmetic this edition is computed with."""
        return ARITHMETICS[self.arithmetic_name]

    def led_by(self, role: str) -> frozenset[str]:
        """Return the ids of the indicators that a role leads; empty where it leads none."""
        lead = self.leads.get(role)
        codes = lead.portal_codes if lead is not None else ()
        return frozenset(i.id for i in self.indicators.values() if i.portal_code in codes)

    @property
    def points(self) -> Decimal:
        """Return the points of a perfect unit."""
        return sum((g.points for g in self.groups.values()), Decimal(0))

    def components(self, group: str) -> tuple[Indicator, ...]:
        """Return the indicators of a group, in order, analysis-only ones included."""
        return tuple(i for i in self.indicators.values() if i.group == group)

    def band_of(self, points: Decimal) -> Band:
        """Return the band of a total (0 to 100 points). Bands go from the highest down."""
        return next((b for b in self.bands if points >= b.start), self.bands[-1])

    def is_in_force(self, day: date) -> bool:
        """Tell whether `day` lies in the edition's interval."""
        after_start = self.in_force_from <= day
        return after_start and (self.in_force_to is None or day <= self.in_force_to)

    def is_for(self, kind: str) -> bool:
        """Tell whether units of a kind are scored by it; '' asks for an edition for all kinds."""
        return not self.kinds or kind in self.kinds
