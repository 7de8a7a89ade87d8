"""Reader of records of our own forms: each column of the kind's template is a field of a record.

Dates
    ISO 8601 (`2026-03-02T08:05:00`), or `yyyyMMddHHmmss` or `yyyyMMdd`, on the unit's own clock;
    with an offset they become what that clock showed. None may lie more than a day ahead.

The unit
    is named by its code, in either notation, among the units in force on the record's day.

A field that the form does not name is never read, so it cannot be stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from phucvu.intake import authority
from phucvu.intake.cells import text_of
from phucvu.intake.codes import normal_unit_code
from phucvu.intake.excel.columns import Column, Form
from phucvu.intake.kept import keep_plain
from phucvu.intake.record import FactRecord, MappedRecord, Problem, RefusedError, read_each
from phucvu.intake.shapes import SHAPES, choice_of, shown
from phucvu.intake.unit_finding import EPOCH_DAY, UnitFinder
from phucvu.intake.values import FIRST_YEAR, LAST_YEAR, Fields
from phucvu.register.walltime import DAY_MS, from_wall, to_wall
from phucvu.units.tree import UnitNode

__all__ = ["FormFields", "FormReader", "code_made_of", "day_written", "keep_form"]

_LONGEST_UNIT_CODE = 40
_LONGEST_CODE = 64
_DECIMAL = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_HUNDREDTH = Decimal("0.01")


class FormFields(Fields):
    """Fields of a record, read by the columns of its form."""

    __slots__ = ()

    def value(self, column: Column) -> Any:
        """Read a column; a moment as a `datetime`, with an offset where it was given one."""
        match column.kind:
            case "moment":
                return self.dated(column.name, required=column.required)
            case "number" | "money":
                if column.required and self._record.get(column.name) in (None, ""):
                    self.refuse(column.name, _("is required"))
                if column.kind == "money":
                    return self.amount(column.name)
                number = self.number(column.name, column.digits)
                if number is not None and column.most is not None and number > column.most:
                    reason = _("is too large: at most %(number)d")
                    self.refuse(column.name, reason % {"number": column.most})
                return number
            case "decimal":
                return self.decimal(column.name)
            case "name":
                return self.name(column.name, column.longest)
            case "choice" if column.is_flag:
                return self.flag(column.name)
            case "choice":
                known = dict.fromkeys(() if column.required else ("",), "")
                known |= {code: code for code in column.choices}
                return self.choice(column.name, known, gettext_noop("unknown code"))
        return self.code(column.name, column.longest, required=column.required)

    def number(self, name: str, digits: int) -> int | None:
        """Read a whole number from 0, of at most so many digits; None where it is not given."""
        value = self._record.get(name)
        text = str(value).strip() if isinstance(value, str | int) else "" if value is None else "?"
        if not text:
            return None
        if isinstance(value, bool) or len(text) > digits or not _is_whole(text):
            self.refuse(name, _("is not a whole number: %(value)s") % {"value": shown(text)})
            return None
        return int(text)

    def decimal(self, name: str) -> Decimal | None:
        """Read a number from 0 with at most two decimals; None where it is not given."""
        value = self._record.get(name)
        plain = isinstance(value, str | int | float)
        text = str(value).strip() if plain else "" if value is None else "?"
        if not text:
            return None
        if isinstance(value, bool) or not _DECIMAL.fullmatch(text):
            reason = _("is not a number with a decimal point and at most two decimals: %(value)s")
            self.refuse(name, reason % {"value": shown(text)})
            return None
        return Decimal(text).quantize(_HUNDREDTH)

    def dated(self, name: str, *, required: bool = False) -> datetime | None:
        """Read a date and time; None where it is not given."""
        value = self._record.get(name)
        moment: datetime | None = None
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, str) and "-" in value:
            try:
                moment = datetime.fromisoformat(value.strip())
            except ValueError:
                reason = _("is not a date and time: %(value)s") % {"value": shown(value)}
                self.refuse(name, reason)
                return None
        else:
            before = len(self.problems)
            wall = self.moment(name)
            if len(self.problems) > before:
                return None
            moment = None if wall is None else from_wall(wall)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            reason = _("there is no such date and time: %(value)s") % {"value": shown(value)}
            self.refuse(name, reason)
            return None
        if moment is None and required:
            self.refuse(name, _("is required"))
        return moment


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


class FormReader(UnitFinder):
    """Reader of the records of one batch by a form."""

    form: Form
    placed: str
    """The column whose day decides which units are in force."""
    may_lie_ahead: frozenset[str] = frozenset()
    """Moments that may be in the future."""

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> FactRecord | None:
        """Make the fact of what the columns say, moments as wall times; None where refused."""
        raise NotImplementedError

    def read_all(self, records: Sequence[object]) -> list[FactRecord | list[Problem]]:
        """Return the fact of each record, or all its problems."""
        return read_each(self.read, records)

    def read(self, record: object) -> FactRecord:
        """Read the fact of a record. Raises `RefusedError` with all its problems."""
        if not isinstance(record, dict):
            raise RefusedError([Problem("", _("must be an object"))])
        problems = list(record.problems) if isinstance(record, MappedRecord) else []
        fields = FormFields(record, problems)
        columns = [column for column in self.form.columns if column.name != self.form.unit]
        values = {column.name: fields.value(column) for column in columns}
        unit = self._unit(record, values[self.placed], fields)
        for column in columns:
            if column.kind == "moment":
                values[column.name] = self.wall(column.name, values[column.name], unit, fields)
        fact = self.make(values, unit, fields)
        if problems or fact is None:
            raise RefusedError(_first_of_each_field(problems))
        return authority.marked(fact, self._sent_for)

    def wall(
        self, name: str, moment: datetime | None, unit: UnitNode | None, fields: Fields
    ) -> int | None:
        """Return the wall time of a moment on the unit's clock; note one that lies in the
        future.
        """
        if moment is None or unit is None:
            return None
        if moment.tzinfo is not None:
            moment = moment.astimezone(ZoneInfo(unit.time_zone))
        wall = to_wall(moment)
        if name not in self.may_lie_ahead and wall > self._tomorrow(unit.time_zone):
            fields.refuse(name, _("lies in the future"))
        return wall

    def _unit(
        self, record: dict[str, Any], dated: datetime | None, fields: Fields
    ) -> UnitNode | None:
        code = unit_code_in_record(record, self.form.unit)
        if not code:
            fields.refuse(self.form.unit, _("is required"))
            return None
        day = (dated or timezone.localtime(self._now)).toordinal() - EPOCH_DAY
        found = self._unit_on(code, day)
        if isinstance(found, str):
            fields.refuse(self.form.unit, found)
            return None
        return found


def unit_code_in_record(record: object, name: str = "unit") -> str | None:
    """Return the normal form of the unit code in the record's field `name`, or None."""
    if isinstance(record, MappedRecord) and record.unit_code:
        return normal_unit_code(record.unit_code)
    code = record.get(name) if isinstance(record, dict) else None
    if not isinstance(code, str) or len(code) > _LONGEST_UNIT_CODE * 2 or not code.strip():
        return None
    return normal_unit_code(text_of(code))


def code_made_of(names: Sequence[str], kept: Mapping[str, Any]) -> str:
    """Return the code that these fields of a record make up, as far as they can be read."""
    fields = FormFields(dict(kept), [])
    parts: list[str] = []
    for name in names:
        if name == "unit":
            parts.append(unit_code_in_record(kept) or "")
        elif name == "from_at":
            begun = fields.dated(name)
            parts.append("" if begun is None else day_written(to_wall(begun)))
        else:
            parts.append(text_of(kept.get(name)))
    return " ".join(filter(None, parts))[:_LONGEST_CODE]


def day_written(wall: int) -> str:
    """Write a moment in a code: its day, and its time where it has one."""
    return f"{from_wall(wall):{'%Y%m%d' if wall % DAY_MS == 0 else '%Y%m%d%H%M%S'}}"


def keep_form(form: Form, record: object) -> dict[str, Any]:
    """Return the part of a refused record that may be stored: the form's columns but the private
    ones.
    """
    return keep_plain(
        record, {column.name: fits_of(column) for column in form.columns if not column.private}
    )


def fits_of(column: Column) -> Callable[[str], bool]:
    """Return the test whether a text has the shape that a column declares."""
    return choice_of(column.choices) if column.choices else SHAPES[column.kind]


def _first_of_each_field(problems: list[Problem]) -> list[Problem]:
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    return list(first.values())
