"""The scorecard as pure values: rules in, figures in, points out.

The room reads no file, database or clock, and imports no other room.
"""

from .arithmetic import ARITHMETICS, Arithmetic
from .counting import figure_of
from .counts import CountError, CountExpression, Procedures, Units
from .document import Problem, Reading, ScorecardError, SourceText, read
from .figures import NOT_APPLICABLE, NOT_PROVIDED, Absent, Count, Counted, Figure, Rated
from .periods import Kind, Period, PeriodError
from .ranking import Ranked, RankEntry, rank
from .rollup import Derived, derive, inherit, pool
from .scorecard import (
    Band,
    CatalogueSpec,
    ConditionSpec,
    Empty,
    ExplainSpec,
    FactSpec,
    Group,
    Indicator,
    MeasureSpec,
    Part,
    Scorecard,
    Setting,
)
from .scoring import GroupResult, GroupSource, IndicatorResult, Result, score, score_indicator
from .specs import AnnouncementSpec, EditionProvenance, LeadSpec, SourceNote, TermSpec, Text
from .working import Step, number

__all__ = [
    "ARITHMETICS",
    "NOT_APPLICABLE",
    "NOT_PROVIDED",
    "Absent",
    "AnnouncementSpec",
    "Arithmetic",
    "Band",
    "CatalogueSpec",
    "ConditionSpec",
    "Count",
    "CountError",
    "CountExpression",
    "Counted",
    "Derived",
    "EditionProvenance",
    "Empty",
    "ExplainSpec",
    "FactSpec",
    "Figure",
    "Group",
    "GroupResult",
    "GroupSource",
    "Indicator",
    "IndicatorResult",
    "Kind",
    "LeadSpec",
    "MeasureSpec",
    "Part",
    "Period",
    "PeriodError",
    "Problem",
    "Procedures",
    "RankEntry",
    "Ranked",
    "Rated",
    "Reading",
    "Result",
    "Scorecard",
    "ScorecardError",
    "Setting",
    "SourceNote",
    "SourceText",
    "Step",
    "TermSpec",
    "Text",
    "Units",
    "derive",
    "figure_of",
    "inherit",
    "number",
    "pool",
    "rank",
    "read",
    "score",
    "score_indicator",
]
