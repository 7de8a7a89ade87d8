"""Columns of every open-data file: the data dictionary that the writers follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["PROCEDURES", "SCORES", "STATES", "TRENDS", "TYPES", "Column", "Type"]


class Type(StrEnum):
    """Type of a column. An empty cell is no figure; it is never a zero."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    """exact, two places"""
    MOMENT = "moment"
    """ISO 8601 with the offset from UTC"""
    BOOLEAN = "boolean"


TYPES = {
    Type.TEXT: _("text"),
    Type.INTEGER: _("whole number"),
    Type.DECIMAL: _("decimal number"),
    Type.MOMENT: _("moment"),
    Type.BOOLEAN: _("true or false"),
}


@dataclass(frozen=True)
class Column:
    """A column of a file with its meaning."""

    name: str
    type: Type
    meaning: str | Promise

    @property
    def holds(self) -> str:
        """Describe the column's type in words."""
        return str(TYPES[self.type])

    @property
    def official(self) -> str:
        """Return the meaning in Vietnamese, whatever the reader's language."""
        with translation.override("vi"):
            return str(self.meaning)


STATES = {
    "value": _("a figure"),
    "partial": _("a lower bound: some components are not provided"),
    "by_rule": _("nothing to divide by, or nobody gave a figure: the rule decides"),
    "not_provided": _("nobody gave the figure; it is not a zero"),
    "not_applicable": _("the component does not concern the unit"),
    "suppressed": _("hidden, because few dossiers stand behind it"),
}

_UNIT = Column("unit", Type.TEXT, _("the unit’s code"))
_UNIT_NAME = Column("unit_name", Type.TEXT, _("the unit’s name"))
_KIND = Column("unit_kind", Type.TEXT, _("country, ministry, province, department, district, …"))
_PARENT = Column("parent", Type.TEXT, _("the code of the unit above; empty for a root"))
_PERIOD = Column(
    "period", Type.TEXT, _("2026, 2026-H1, 2026-9M, 2026-Q3, 2026-08 or 2010-10..2012-01")
)
_COMPONENT = Column("component", Type.TEXT, _("the component’s id, such as 2.1"))
_NUMERATOR = Column(
    "numerator",
    Type.INTEGER,
    _(
        "the first count behind the ratio; of 2.2 a sum of milliseconds; empty where a share of "
        "another unit's is in it (flag SHARE_OF_PREDECESSOR)"
    ),
)
_DENOMINATOR = Column(
    "denominator", Type.INTEGER, _("the second count behind the ratio; empty as the first")
)
_RATIO = Column("ratio", Type.DECIMAL, _("per cent; of 2.2 days"))
_POINTS = Column("points", Type.DECIMAL, _("points earned"))
_STATE = Column(
    "state",
    Type.TEXT,
    _("value, partial, by_rule, not_provided, not_applicable or suppressed: what the cell is"),
)
_AS_OF = Column("as_of", Type.MOMENT, _("the moment the figure is of"))
_SIMULATED = Column("simulated", Type.BOOLEAN, _("made up for a demonstration"))
_EDITION = Column("edition", Type.TEXT, _("the edition of the scorecard"))
_DIGEST = Column(
    "edition_digest", Type.TEXT, _("SHA-256 of the edition’s text: the exact rule behind the row")
)

SCORES: Sequence[Column] = (
    _UNIT,
    _UNIT_NAME,
    _KIND,
    _PARENT,
    _PERIOD,
    Column("level", Type.TEXT, _("total, group or component: what the row is about")),
    Column("group", Type.TEXT, _("the group’s code, such as TDGQ; empty for the total")),
    _COMPONENT,
    _NUMERATOR,
    _DENOMINATOR,
    _RATIO,
    _POINTS,
    Column("maximum", Type.DECIMAL, _("full marks")),
    Column("band", Type.TEXT, _("the band of a total that lacks nothing, by its official name")),
    Column(
        "rank",
        Type.INTEGER,
        _(
            "rank of the total among units of the same kind and parent; where a file has all "
            "communes of a country, among these"
        ),
    ),
    Column("change", Type.DECIMAL, _("points of the total gained or lost since `compared_with`")),
    Column("compared_with", Type.TEXT, _("the period or the moment the change is measured from")),
    _STATE,
    Column(
        "source", Type.TEXT, _("counted, published or typed; of totals and groups also computed")
    ),
    Column("how", Type.TEXT, _("own, pooled, inherited or distinct: whose figure it is")),
    Column("from_unit", Type.TEXT, _("the code of the unit an inherited figure comes from")),
    _AS_OF,
    Column("flags", Type.TEXT, _("quality flags, separated by |")),
    _SIMULATED,
    _EDITION,
    _DIGEST,
)

PROCEDURES: Sequence[Column] = (
    _UNIT,
    _UNIT_NAME,
    _PERIOD,
    Column("procedure", Type.TEXT, _("the code of the administrative procedure")),
    Column("procedure_name", Type.TEXT, _("the procedure’s name")),
    _COMPONENT,
    _NUMERATOR,
    _DENOMINATOR,
    _RATIO,
    _STATE,
    _SIMULATED,
    _EDITION,
    _DIGEST,
)

TRENDS: Sequence[Column] = (
    _UNIT,
    _UNIT_NAME,
    _PERIOD,
    Column("level", Type.TEXT, _("total, group or component: what the row is about")),
    Column("group", Type.TEXT, _("the group’s code, such as TDGQ; empty for the total")),
    _COMPONENT,
    _RATIO,
    _POINTS,
    _AS_OF,
    _SIMULATED,
    _EDITION,
    _DIGEST,
)
