"""Strict readers of single values of the synchronisation message.

Senders write everything as strings; plain JSON numbers are taken too. An empty string, a blank one
and null all mean *not given*.
"""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from phucvu.intake.record import Problem
from phucvu.intake.shapes import is_placeholder, shown
from phucvu.register.walltime import DAY_MS, to_wall
from phucvu.units.codes import is_legible

__all__ = ["FIRST_YEAR", "FLAGS", "LAST_YEAR", "MAX_ROWS", "Fields", "flag_of", "quote", "wall_of"]

# A dossier with more components, fees or supplements than this is a sender's mistake.
MAX_ROWS = 100_000
# Systems write the smallest or largest date they know for "none"; such a date is refused.
FIRST_YEAR, LAST_YEAR = 1975, 2100
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MOST_DIGITS = 18  # what fits a 64-bit column
FLAGS = {None: False, "": False, "0": False, 0: False, "1": True, 1: True}


def quote(value: object) -> str:
    """Quote a value as a reason may show it: short, printable."""
    text = str(value)
    shown = "".join(letter if letter.isprintable() else "�" for letter in text[:40])
    return f"“{shown}…”" if len(text) > 40 else f"“{shown}”"


def flag_of(value: Any) -> bool | None:
    """Return True for 1, False for 0 or nothing, None for anything else."""
    try:
        flag = FLAGS.get(value)
    except TypeError:  # a list or an object
        return None
    return flag_of(value.strip()) if flag is None and _has_margin(value) else flag


def _has_margin(value: object) -> bool:
    return isinstance(value, str) and value != value.strip()


# Records of one batch share their days, and there are only so many seconds in a day.
@lru_cache(maxsize=32_768)
def _day_start(digits: str) -> int | None:
    if not (digits.isascii() and digits.isdigit()):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    return (date(year, month, day).toordinal() - _EPOCH_DAY) * DAY_MS


@lru_cache(maxsize=86_400)
def _time_of_day(digits: str) -> int | None:
    if not (digits.isascii() and digits.isdigit()):
        return None
    hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hour > 23 or minute > 59 or second > 59:
        return None
    return (hour * 3600 + minute * 60 + second) * 1000


def wall_of(digits: str) -> int | None:
    """Return the wall time of `yyyyMMddHHmmss` or `yyyyMMdd`; None where there is no such
    moment.
    """
    if len(digits) == 8:
        return _day_start(digits)
    if len(digits) != 14:
        return None
    start, time = _day_start(digits[:8]), _time_of_day(digits[8:])
    return None if start is None or time is None else start + time


class Fields:
    """Fields of one record (or of a row in one of its lists), read one by one.

    A fault is added to `problems`; the method then returns a harmless value, so that reading goes
    on and every problem is found.
    """

    __slots__ = ("_place", "_record", "problems")

    def __init__(self, record: Mapping[str, Any], problems: list[Problem], place: str = "") -> None:
        self._record = record
        self._place = place
        self.problems = problems

    def refuse(self, name: str, reason: str) -> None:
        """Note a problem of the field."""
        self.problems.append(Problem(self._place + name, reason))

    def code(self, name: str, longest: int, *, required: bool = False) -> str:
        """Read a code: no control characters, at most `longest` characters."""
        text = self._text(name)
        if not text:
            if required and text is not None:
                self.refuse(name, _("is required"))
            return ""
        if len(text) > longest:
            self.refuse(
                name,
                _("is too long: %(length)d characters, at most %(longest)d")
                % {"length": len(text), "longest": longest},
            )
        if not is_legible(text):
            self.refuse(name, _("contains a control character"))
        return text

    def name(self, name: str, longest: int) -> str:
        """Read a name for people. It is shortened rather than refused: nothing depends on it."""
        text = self._text(name) or ""
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def choice(self, name: str, choices: Mapping[str, Any], reason: str) -> Any:
        """Return what `choices` has for the field; `reason` (a message id) says what the value is
        not.
        """
        value = self._record.get(name)
        if isinstance(value, str) and value in choices:
            return choices[value]
        text = self._text(name)
        if text is not None:
            if text in choices:
                return choices[text]
            self.refuse(name, f"{_(reason)}: {shown(text)}" if text else _("is required"))
        return next(iter(choices.values()))

    def flag(self, name: str) -> bool:
        """Read a field of `0` or `1`; not given is `0`."""
        flag = flag_of(self._record.get(name))
        if flag is None:
            self.refuse(name, _("must be 0 or 1"))
        return bool(flag)

    def amount(self, name: str) -> int:
        """Read an amount of money in VND, whole and not negative; not given is 0."""
        value = self._record.get(name)
        if value is None or value == "":
            return 0
        text = str(value).strip() if isinstance(value, str | int | float) else "?"
        whole, point, rest = text.partition(".")
        if point and not rest.strip("0"):
            text = whole
        if not text:
            return 0
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or isinstance(value, bool):
            self.refuse(
                name, _("is not a whole number of đồng: %(value)s") % {"value": shown(text)}
            )
        elif len(digits) > _MOST_DIGITS - 3:
            self.refuse(name, _("is too large"))
        elif digits != text and digits.strip("0"):
            self.refuse(name, _("is negative: %(value)s") % {"value": shown(text)})
        else:
            return int(digits)
        return 0

    def moment(self, name: str) -> int | None:
        """Read a date, or a date and time, as wall time; None where it is not given."""
        value = self._record.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            text = value.strip()
            if not text:
                return None
        elif isinstance(value, datetime):
            return to_wall(value)
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**14:
            text = str(value)
        else:
            text = ""
        wall = wall_of(text)
        if wall is None:
            self._refuse_moment(name, value, text)
        return wall

    def _refuse_moment(self, name: str, value: object, text: str) -> None:
        if len(text) in (8, 14) and text.isascii() and text.isdigit():
            reason = _("there is no such date and time: %(value)s")
        else:
            reason = _("is not a date as yyyyMMddHHmmss or yyyyMMdd: %(value)s")
        found = value if isinstance(value, str | int) else type(value).__name__
        self.refuse(name, reason % {"value": shown(found)})

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Read a list of objects; not given is an empty one."""
        value = self._record.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.refuse(name, _("must be a list"))
        elif len(value) > MAX_ROWS:
            self.refuse(
                name,
                _("has %(rows)d rows, at most %(most)d are taken")
                % {"rows": len(value), "most": MAX_ROWS},
            )
        else:
            for index, row in enumerate(value):
                if not isinstance(row, dict):
                    self.refuse(f"{name}[{index}]", _("must be an object"))
                    break
            else:
                return value
        return []

    def _text(self, name: str) -> str | None:
        """Read the field as text in Unicode's composed form, without space around it.

        "" where it is not given, None where it cannot be read (which is then noted).
        """
        value = self._record.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            if isinstance(value, int) and not isinstance(value, bool):
                # Beyond this Python refuses to write the number out, and no code is so long.
                if abs(value) < 10**_MOST_DIGITS:
                    return str(value)
                self.refuse(name, _("is too large"))
            elif isinstance(value, float):
                self.refuse(name, _("must be text: as a number, 1.010 would become 1.01"))
            else:
                self.refuse(name, _("must be text"))
            return None
        if is_placeholder(value.strip()):
            self.refuse(name, _("stands for a value that was not shown: write the value itself"))
            return None
        if "\x00" in value:
            self.refuse(name, _("contains a NUL character"))
            return None
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
            try:
                value.encode()
            except UnicodeEncodeError:
                self.refuse(name, _("is not valid Unicode"))
                return None
        return value.strip()
