"""Loading of units from a CSV table."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.units.codes import is_legible, is_name
from phucvu.units.degrees import point_of
from phucvu.units.models import Kind, Unit

__all__ = ["COLUMNS", "LoadReport", "UnitFileError", "load_units"]

COLUMNS = (
    "code", "name", "kind", "parent_code", "valid_from", "valid_to", "time_zone", "simulated",
    "lat", "lon",
)  # fmt: skip
_ZONE = "Asia/Ho_Chi_Minh"
_YES, _NO = {"1", "true", "yes"}, {"", "0", "false", "no"}


class UnitFileError(ValueError):
    """Error of a row that cannot be read; the message names row, field and remedy.

    Nothing was loaded.
    """


@dataclass(slots=True)
class LoadReport:
    """Report of the rows of a table by unit code: added, updated, unchanged."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def load_units(lines: Iterable[str], origin: str = "units") -> LoadReport:
    """Add units, or bring those in force under the same code up to date; all rows or none.

    The columns are those of `COLUMNS`, the first three needed. A parent stands above its children,
    or is in the register already. Without `lat` and `lon` a unit keeps the point it has. Loading
    the same file again changes nothing. Raises UnitFileError.
    """
    report = LoadReport()
    with transaction.atomic():
        known = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
        reader = csv.DictReader(lines, restval="")
        missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
        if missing:
            raise UnitFileError(
                _("%(file)s: the column %(column)s is missing. Name the columns in the first row.")
                % {"file": origin, "column": ", ".join(missing)}
            )
        for cells in reader:
            _load(_Row(cells, f"{origin}, {reader.line_num}"), known, report)
    return report


def _load(row: _Row, known: dict[str, Unit], report: LoadReport) -> None:
    values = row.values(known)
    code = row.text("code", required=True)
    first, end = values["valid_from"], values["valid_to"]
    if end and Unit.objects.filter(code=code, valid_from=first, valid_to=end).exists():
        report.unchanged.append(code)  # a unit of the past is not rewritten
        return
    unit = known.get(code)
    if unit is not None and end and unit.valid_from and unit.valid_from >= end:
        unit = None  # the one in force took the code over; this row is an earlier one
    if unit is None:
        created = Unit.objects.create(code=code, **values)
        report.added.append(code)
        if end is None:
            known[code] = created
        return
    different = {name: value for name, value in values.items() if getattr(unit, name) != value}
    if not different:
        report.unchanged.append(code)
        return
    for name, value in different.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(different))
    report.updated.append(code)
    if end is not None:
        del known[code]  # it has ended with this row: its code is free for another


class _Row:
    """Cells of one row; its errors name the row and the column."""

    def __init__(self, cells: dict[str, str], place: str) -> None:
        self._cells = cells
        self._place = place

    def values(self, known: dict[str, Unit]) -> dict[str, Any]:
        return {
            "name": self.text("name", required=True),
            "kind": self._kind(),
            "parent": self._parent(known),
            "valid_from": self._date("valid_from"),
            "valid_to": self._date("valid_to"),
            "time_zone": self._zone(),
            "simulated": self._yes_or_no("simulated"),
            **self._point(),
        }

    def text(self, column: str, required: bool = False) -> str:
        text = (self._cells.get(column) or "").strip()
        if required and not text:
            raise self._error(column, text, _("a text"))
        if not is_name(text) or (column == "code" and not is_legible(text)):
            raise self._error(column, text, _("a text without control characters"))
        return text

    def _kind(self) -> str:
        kind = self.text("kind")
        if kind not in Kind.values:
            raise self._error("kind", kind, _("one of %s") % ", ".join(Kind.values))
        return kind

    def _parent(self, known: dict[str, Unit]) -> Unit | None:
        code = self.text("parent_code")
        if not code:
            return None
        if code not in known:
            raise self._error(
                "parent_code", code, _("the code of a unit above this row or in the register")
            )
        return known[code]

    def _date(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise self._error(column, text, _("a date such as 2025-07-01")) from error

    def _zone(self) -> str:
        name = self.text("time_zone") or _ZONE
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self._error("time_zone", name, _("a time zone such as %s") % _ZONE) from error

    def _point(self) -> dict[str, float]:
        try:
            latitude, longitude = point_of(self._cells)
        except ValueError as error:
            raise UnitFileError(
                _(
                    "%(place)s: %(fault)s. Correct the row and load the file again; nothing was "
                    "loaded."
                )
                % {"place": self._place, "fault": error}
            ) from error
        if latitude is None or longitude is None:
            return {}
        return {"latitude": latitude, "longitude": longitude}

    def _yes_or_no(self, column: str) -> bool:
        text = self.text(column).lower()
        if text not in _YES | _NO:
            raise self._error(column, text, _("1 or 0"))
        return text in _YES

    def _error(self, column: str, found: str, expected: str) -> UnitFileError:
        return UnitFileError(
            _("%(place)s: %(column)s is “%(found)s”: expected %(expected)s. Correct the row and "
              "load the file again; nothing was loaded.")
            % {"place": self._place, "column": column, "found": found, "expected": expected}
        )  # fmt: skip
