"""Rows of the CSV tables that people fill in: their faults, and safe texts."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

__all__ = ["EXTRA", "Fault", "guard", "unguard"]

# Where a reader puts the cells a row has too many.
EXTRA = "(beyond the last column)"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Fault(NamedTuple):
    """Fault of one field: what was found, what was expected, and what to do."""

    field: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return _("%(field)s is “%(found)s”: expected %(expected)s. %(remedy)s") % self._asdict()


def guard(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula. `unguard` undoes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
