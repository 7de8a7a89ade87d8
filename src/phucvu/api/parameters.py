"""Parameters of addresses, read as they are described and no other way.

Left to itself the framework takes `on=0` for 1 January 1970 and `correction=t` for true.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

__all__ = ["MOST_SKIPPED", "Correction", "Day", "Moment", "Start", "described_reason"]

MOST_SKIPPED = 10_000_000
"""rows that may be passed over before the first one listed"""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_TRUTH = {"true": True, "false": False}


def _only(
    pattern: re.Pattern[str], read: Callable[[str], Any], wanted: Callable[[], str]
) -> BeforeValidator:
    """Read a parameter only where it is written so; `wanted` says how to write it."""

    def check(given: Any) -> Any:
        if not isinstance(given, str):
            return given
        try:
            if pattern.fullmatch(given):
                return read(given)
        except ValueError:
            pass  # the 31st of February
        raise PydanticCustomError("written", "{wanted}", {"wanted": wanted()})

    return BeforeValidator(check)


def _day_wanted() -> str:
    return _("write a day as 2026-06-30")


def _moment_wanted() -> str:
    return _("write a moment as 2026-06-30T17:00:00+07:00")


def _truth_wanted() -> str:
    return _("write true or false")


Day = Annotated[date, _only(_DAY, date.fromisoformat, _day_wanted)]
"""a day, as 2026-06-30"""
Moment = Annotated[datetime, _only(_MOMENT, datetime.fromisoformat, _moment_wanted)]
"""a moment, as 2026-06-30T17:00:00+07:00; without an offset on the server's own clock"""
Correction = Annotated[
    bool,
    Query(description="true: a correction, which stands even beside a version with later moments"),
    _only(re.compile("true|false"), _TRUTH.__getitem__, _truth_wanted),
]
Start = Annotated[int, Query(ge=0, le=MOST_SKIPPED, description="Rows to pass over")]


def described_reason(error: dict[str, Any]) -> str:
    """Say what is wrong with a parameter and what would be right."""
    context = error.get("ctx") or {}
    match error["type"]:
        case "missing":
            return _("it is missing")
        case "int_parsing" | "int_type" | "int_parsing_size" | "int_from_float":
            return _("write a whole number")
        case "greater_than_equal":
            return _("at least %(bound)s") % {"bound": context["ge"]}
        case "less_than_equal":
            return _("at most %(bound)s") % {"bound": context["le"]}
        case "enum" | "literal_error":
            return _("one of %(choices)s") % {"choices": context["expected"]}
        case _:
            return str(error["msg"])
