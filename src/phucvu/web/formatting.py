"""Formats of numbers, moments and periods on pages, in the active language."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction

from django.utils import formats, timezone
from django.utils.translation import get_language

from phucvu.register.walltime import from_wall
from phucvu.scoring import Count, Period, Text
from phucvu.scoring import number as exactly

__all__ = [
    "count",
    "language",
    "moment",
    "percent",
    "period_label",
    "plain",
    "points",
    "said",
    "signed",
    "time_of_day",
    "wall_moment",
    "whole_percent",
    "whole_points",
]

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def language() -> str:
    """Return the active language; Vietnamese where none is active."""
    return get_language() or "vi"


def said(text: Text) -> str:
    """Return a text of the scorecard in the active language."""
    return text.get(language())


def count(number: Count) -> str:
    """Write a count: 528684 → 528.684; a fraction exactly: 37/3 → 12 1/3."""
    if isinstance(number, Fraction):
        return exactly(number, language())
    return formats.number_format(number, 0, force_grouping=True)


def points(number: Decimal) -> str:
    """Write points, always with two places: 17.69 → 17,69."""
    return formats.number_format(number, 2, force_grouping=True)


def whole_points(number: Decimal) -> str:
    """Write a maximum: 18 → 18, 2.5 → 2,5."""
    return formats.number_format(number.normalize() if number % 1 else int(number))


def percent(number: Decimal) -> str:
    """Write per cent: 88.42 → `88,42 %` (in English 88.42%)."""
    space = _NO_BREAK if language().startswith("vi") else ""
    return f"{points(number)}{space}%"


def whole_percent(number: Decimal) -> str:
    """Write a target: 100 → 100 %."""
    space = _NO_BREAK if language().startswith("vi") else ""
    return f"{whole_points(number)}{space}%"


def signed(number: Decimal) -> str:
    """Write a number with its sign: 1.2 → +1,20; -1.2 → −1,20."""
    sign = "+" if number > 0 else _MINUS if number < 0 else ""
    return f"{sign}{points(abs(number))}"


def moment(when: datetime) -> str:
    """Write 10/10/2026 17:05 by the local clock; 10/10/2026 where only the day was given."""
    local = timezone.localtime(when)
    only_the_day = local.time() == time.min
    return local.strftime("%d/%m/%Y" if only_the_day else "%d/%m/%Y %H:%M")


def wall_moment(wall: int) -> str:
    """Write a wall time as 10/10/2026 17:05."""
    return from_wall(wall).strftime("%d/%m/%Y %H:%M")


def time_of_day(when: datetime) -> str:
    """Write 17:05:09."""
    return timezone.localtime(when).strftime("%H:%M:%S")


def period_label(period: Period) -> str:
    """Write a period as Quý III/2026."""
    return period.label(language())


def plain(name: str) -> str:
    """Return a name without diacritics and capitals, for searching and sorting."""
    marked = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))
