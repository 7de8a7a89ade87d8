"""Columns of every open-data file: the data dictionary that the writers follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["PROCEDURES", "SCORES", "STATES", "TRENDS", "TYPES", "CellType", "FileColumn"]


class CellType(StrEnum):
    """Type of a column. An empty cell is no figure; it is never a zero."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    """exact, two places"""
    MOMENT = "moment"
    """ISO 8601 with the offset from UTC"""
    BOOLEAN = "boolean"


TYPES = {
    CellType.TEXT: _("text"),
    CellType.INTEGER: _("whole number"),
    CellType.DECIMAL: _("decimal number"),
    CellType.MOMENT: _("moment"),
    CellType.BOOLEAN: _("true or false"),
}


@dataclass(frozen=True)
class FileColumn:
    """A column of a file with its meaning."""

    name: str
    type: CellType
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

_UNIT = FileColumn("unit", CellType.TEXT, _("the unit’s code"))
_UNIT_NAME = FileColumn("unit_name", CellType.TEXT, _("the unit’s name"))
_KIND = FileColumn(
    "unit_kind", CellType.TEXT, _("country, ministry, province, department, district, …")
)
_PARENT = FileColumn("parent", CellType.TEXT, _("the code of the unit above; empty for a root"))
_PERIOD = FileColumn(
    "period", CellType.TEXT, _("2026, 2026-H1, 2026-9M, 2026-Q3, 2026-08 or 2010-10..2012-01")
)
_COMPONENT = FileColumn("component", CellType.TEXT, _("the component’s id, such as 2.1"))
_NUMERATOR = FileColumn(
    "numerator",
    CellType.INTEGER,
    _(
        "the first count behind the ratio; of 2.2 a sum of milliseconds; empty where a share of "
        "another unit's is in it (flag SHARE_OF_PREDECESSOR)"
    ),
)
_DENOMINATOR = FileColumn(
    "denominator", CellType.INTEGER, _("the second count behind the ratio; empty as the first")
)
_RATIO = FileColumn("ratio", CellType.DECIMAL, _("per cent; of 2.2 days"))
_POINTS = FileColumn("points", CellType.DECIMAL, _("points earned"))
_STATE = FileColumn(
    "state",
    CellType.TEXT,
    _("value, partial, by_rule, not_provided, not_applicable or suppressed: what the cell is"),
)
_AS_OF = FileColumn("as_of", CellType.MOMENT, _("the moment the figure is of"))
_SIMULATED = FileColumn("simulated", CellType.BOOLEAN, _("made up for a demonstration"))
_EDITION = FileColumn("edition", CellType.TEXT, _("the edition of the scorecard"))
_DIGEST = FileColumn(
    "edition_digest",
    CellType.TEXT,
    _("SHA-256 of the edition’s text: the exact rule behind the row"),
)
_BASIS = FileColumn(
    "edition_basis",
    CellType.TEXT,
    _(
        "why this edition: in_force, chosen for the period, setting, none_in_force (the nearest), "
        "or compared (another one that was asked for)"
    ),
)

SCORES: Sequence[FileColumn] = (
    _UNIT,
    _UNIT_NAME,
    _KIND,
    _PARENT,
    _PERIOD,
    FileColumn("level", CellType.TEXT, _("total, group or component: what the row is about")),
    FileColumn("group", CellType.TEXT, _("the group’s code, such as TDGQ; empty for the total")),
    _COMPONENT,
    _NUMERATOR,
    _DENOMINATOR,
    _RATIO,
    _POINTS,
    FileColumn("maximum", CellType.DECIMAL, _("full marks")),
    FileColumn(
        "band", CellType.TEXT, _("the band of a total that lacks nothing, by its official name")
    ),
    FileColumn(
        "rank",
        CellType.INTEGER,
        _(
            "rank of the total among units of the same kind and parent; where a file has all "
            "communes of a country, among these"
        ),
    ),
    FileColumn(
        "change", CellType.DECIMAL, _("points of the total gained or lost since `compared_with`")
    ),
    FileColumn(
        "compared_with", CellType.TEXT, _("the period or the moment the change is measured from")
    ),
    _STATE,
    FileColumn(
        "source",
        CellType.TEXT,
        _("counted, published or typed; of totals and groups also computed"),
    ),
    FileColumn("how", CellType.TEXT, _("own, pooled, inherited or distinct: whose figure it is")),
    FileColumn(
        "from_unit", CellType.TEXT, _("the code of the unit an inherited figure comes from")
    ),
    _AS_OF,
    FileColumn("flags", CellType.TEXT, _("quality flags, separated by |")),
    _SIMULATED,
    _EDITION,
    _DIGEST,
    _BASIS,
)

PROCEDURES: Sequence[FileColumn] = (
    _UNIT,
    _UNIT_NAME,
    _PERIOD,
    FileColumn("procedure", CellType.TEXT, _("the code of the administrative procedure")),
    FileColumn("procedure_name", CellType.TEXT, _("the procedure’s name")),
    _COMPONENT,
    _NUMERATOR,
    _DENOMINATOR,
    _RATIO,
    _STATE,
    _SIMULATED,
    _EDITION,
    _DIGEST,
    _BASIS,
)

TRENDS: Sequence[FileColumn] = (
    _UNIT,
    _UNIT_NAME,
    _PERIOD,
    FileColumn("level", CellType.TEXT, _("total, group or component: what the row is about")),
    FileColumn("group", CellType.TEXT, _("the group’s code, such as TDGQ; empty for the total")),
    _COMPONENT,
    _RATIO,
    _POINTS,
    _AS_OF,
    _SIMULATED,
    _EDITION,
    _DIGEST,
    _BASIS,
)
