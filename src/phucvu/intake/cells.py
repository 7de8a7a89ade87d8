"""Readers of a table's cells: text, and moments in every form that spreadsheets hold them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from phucvu.intake.formats.base import Cell, normal
from phucvu.intake.shapes import shown

__all__ = ["DateError", "moment_of", "text_of"]

# Excel's day 1 is 1 January 1900, and it knows a 29 February 1900 that never was.
_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock has no zone
_FIRST_SERIAL, _LAST_SERIAL = 27_395, 73_415  # 1975 to 2100, as everywhere in intake
_DAY_FIRST = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")


class DateError(ValueError):
    """Error of a cell that holds no moment; the message says why."""


def text_of(cell: Cell) -> str:
    """Return a cell as text, composed and without space around it; an empty one is ""."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return normal(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(int(cell)) if isinstance(cell, bool) else str(cell)


def moment_of(cell: Cell, form: str = "mixed") -> datetime | None:
    """Return the moment of a cell, None for an empty one. Raises `DateError`.

    A cell that is a date is taken as it is. A number is Excel's day number (1900 system) or
    `yyyyMMdd[HHmmss]`. Text is read by `form`: `iso`, a format of `strptime`, or `mixed`, which
    takes dd/mm/yyyy (also with - or .) with or without a time, ISO, `yyyyMMdd[HHmmss]` and day
    numbers, each row for itself.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return _to_millisecond(cell)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
    if isinstance(cell, time | timedelta | bool):
        raise DateError(_("is a time without a date: %(value)s") % {"value": shown(cell)})
    if isinstance(cell, int | float):
        return _from_number(cell)
    text = normal(cell)
    return _from_text(text, form) if text else None


# Rows of one file share their days.
@lru_cache(maxsize=65_536)
def _from_text(text: str, form: str) -> datetime:
    try:
        if form == "mixed":
            return _from_mixed(text)
        if form == "iso":
            return datetime.fromisoformat(text)
        return datetime.strptime(text, form)  # noqa: DTZ007 - wall time
    except DateError:
        raise
    except ValueError as error:
        raise DateError(_("is not a date and time: %(value)s") % {"value": shown(text)}) from error


def _from_mixed(text: str) -> datetime:
    if match := _DAY_FIRST.fullmatch(text):
        day, _sign, month, year, *clock = match.groups()
        return _existing(text, year, month, day, clock)
    if match := _DIGITS.fullmatch(text):
        year, month, day, *clock = match.groups()
        return _existing(text, year, month, day, clock)
    if _SERIAL.fullmatch(text):
        return _from_number(float(text.replace(",", ".")))
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise _no_such(text) from error
    raise DateError(
        _("is not a date as dd/mm/yyyy, with or without hh:mm: %(value)s") % {"value": shown(text)}
    )


def _existing(text: str, year: str, month: str, day: str, clock: list[str | None]) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        return datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001
    except ValueError as error:
        raise _no_such(text) from error


def _no_such(text: str) -> DateError:
    return DateError(_("there is no such date and time: %(value)s") % {"value": shown(text)})


def _from_number(number: float) -> datetime:
    if _FIRST_SERIAL <= number < _LAST_SERIAL:
        # A second is the finest a day number shows truly.
        return _DAY_0 + timedelta(seconds=round(number * 86_400))
    if number == int(number) and len(str(int(number))) in (8, 14):
        return _from_mixed(str(int(number)))
    raise DateError(_("is a number that is no date: %(value)s") % {"value": shown(number)})


def _to_millisecond(moment: datetime) -> datetime:
    """Round to the millisecond that fractions of a day lose: 07:59:59.999997 is eight o’clock."""
    odd = moment.microsecond % 1000
    if odd >= 990:
        return moment + timedelta(microseconds=1000 - odd)
    return moment - timedelta(microseconds=odd) if odd <= 10 else moment
