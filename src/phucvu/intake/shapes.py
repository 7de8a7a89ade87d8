"""Shapes of values that may be shown and stored of a refused record; others are stored as their
look.

A name or a telephone number typed into the wrong field must not stay anywhere. A value that cannot
be one (a short number, a day, a code with digits in it) is stored, so that the row can be mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

__all__ = [
    "SHAPES",
    "choice_of",
    "is_placeholder",
    "is_shape",
    "placeholder",
    "safe",
    "shown",
]

_SHORT = re.compile(r"[0-9]{1,3}|[A-Za-z]")
_DAY = re.compile(
    r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}"
    r"(?:[ T,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?|(?:19|20|21)[0-9]{6}(?:[0-9]{6})?|[0-9]{5}(?:[.,][0-9]{1,9})?"
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:[.,][0-9]{1,4})?")
_CODE = re.compile(r"(?=.*[0-9])[0-9A-Za-zĐđ._/-]{1,64}|[A-Z]{1,6}")
_LONG_NUMBER = re.compile(r"\+?[0-9](?:[ ._/()-]?[0-9]){8,11}")
_SHAPE = re.compile(r"\((?:text|number|object|list|value)[^()]*\)")
_PERSONAL = re.compile(r"[0-9](?:[ .-]?[0-9]){6,}|@")


def _is_code(text: str) -> bool:
    """Tell whether a text is a code with a digit, or a few capitals, and no personal number
    alone.
    """
    if not _CODE.fullmatch(text):
        return False
    if not _LONG_NUMBER.fullmatch(text):
        return True
    # 9 to 12 digits: only with separators, and not as a telephone number begins.
    return not text.isdigit() and not text.startswith(("0", "84", "+"))


def _is_title(text: str) -> bool:
    """Tell whether a text is the name of a procedure or field: a phrase, and no person's name."""
    words = text.split()
    return not _PERSONAL.search(text) and any(word[0].islower() for word in words)


SHAPES: dict[str, Callable[[str], bool]] = {
    "code": _is_code,
    "choice": lambda text: _SHORT.fullmatch(text) is not None,
    "moment": lambda text: _DAY.fullmatch(text) is not None,
    "number": lambda text: _NUMBER.fullmatch(text) is not None,
    "money": lambda text: _NUMBER.fullmatch(text) is not None,
    "decimal": lambda text: _NUMBER.fullmatch(text) is not None,
    "name": lambda text: not text,
    "title": _is_title,
}
"""By the kind of a column: whether a text has its shape. Of a `name` nothing is kept; `title`
takes the phrases among them."""


def choice_of(texts: Collection[str]) -> Callable[[str], bool]:
    """Make a test whether a text is one of these, or a short code."""
    return lambda text: text in texts or _SHORT.fullmatch(text) is not None


def safe(value: object, fits: Callable[[str], bool]) -> object:
    """Return the value where its text has the shape, else its look."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime | date | time | timedelta):
        return value
    if isinstance(value, str | int | float):
        text = str(value).strip()
        return value if not text or is_shape(text) or fits(text) else _look_of(value)
    return _look_of(value)


def shown(value: object) -> str:
    """Write a value in a reason: quoted where it cannot be personal, else its look."""
    text = str(value).strip()
    if isinstance(value, datetime | date | time | timedelta):
        return f"“{text}”"
    for pattern in (_SHORT, _DAY, _NUMBER):
        if pattern.fullmatch(text):
            return f"“{text}”"
    if text.isdigit():
        return _("a number of %(length)d digits") % {"length": len(text)}
    return _("text of %(length)d characters") % {"length": len(text)}


def is_shape(value: object) -> bool:
    """Tell whether it is the look of a value, and not a value."""
    return isinstance(value, str) and _SHAPE.fullmatch(value) is not None


def placeholder(value: object) -> str:
    """Return what stands in a sheet of refused rows in place of a value that is not shown."""
    return f"⟨{shown(value)}⟩"


def is_placeholder(text: str) -> bool:
    """Tell whether it is a placeholder, so that nobody wrote the value in its place."""
    return text.startswith("⟨") and text.endswith("⟩")


def _look_of(value: object) -> str:
    """Describe a value's look for the store, independent of the language."""
    if isinstance(value, dict | list):
        return "(object)" if isinstance(value, dict) else "(list)"
    text = str(value).strip()
    return f"(number, {len(text)})" if text.isdigit() else f"(text, {len(text)})"
