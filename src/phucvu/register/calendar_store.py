"""Entries of the calendar, and the deadlines that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.register.models import CalendarDay
from phucvu.register.rows import EXTRA, Fault, unguard
from phucvu.register.signals import deadlines_moved
from phucvu.register.tables import ImportReport, RefusedRow, read_table
from phucvu.units.models import Unit

__all__ = ["COLUMNS", "import_days", "moved", "remove_day", "tell_day"]

COLUMNS = ("day", "worked", "unit_code", "note")
_NOTE_LENGTH = 300
_WORKED = {"0": False, "1": True}


def tell_day(day: date, worked: bool, unit: Unit | None = None, note: str = "") -> None:
    """Enter that a day is worked or not, for all units or one; stored deadlines follow."""
    with transaction.atomic():
        if _keep(day, worked, unit, note) != "unchanged":
            moved({unit.pk if unit else None})


def remove_day(day: date, unit: Unit | None = None) -> bool:
    """Remove the entry of a day; stored deadlines follow. False where there was none."""
    with transaction.atomic():
        removed, _each = CalendarDay.objects.filter(day=day, unit=unit).delete()
        if removed:
            moved({unit.pk if unit else None})
    return bool(removed)


def moved(unit_ids: Collection[int | None]) -> None:
    """Announce, inside the transaction, that the calendars of these units changed; None is all."""
    ids = {unit_id for unit_id in unit_ids if unit_id is not None}
    everywhere = None in unit_ids
    deadlines_moved.send(
        sender=CalendarDay, procedure_codes=None, unit_ids=None if everywhere else ids
    )


def import_days(lines: Iterable[str], origin: str) -> ImportReport:
    """Check every row of a calendar CSV and take in the good ones, in one transaction.

    Raises TableError where the file has not the columns it needs.
    """
    report = ImportReport(origin)
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
    touched: set[int | None] = set()
    with transaction.atomic():
        for line, cells in read_table(lines, origin, COLUMNS, COLUMNS[:2]):
            faults = _faults(cells, units)
            if faults:
                report.refused.append(RefusedRow(line, cells, faults))
                continue
            unit = units.get(_cell(cells, "unit_code"))
            day = date.fromisoformat(_cell(cells, "day"))
            worked = _WORKED[_cell(cells, "worked")]
            outcome = _keep(day, worked, unit, unguard(_cell(cells, "note")))
            setattr(report, outcome, getattr(report, outcome) + 1)
            if outcome != "unchanged":
                touched.add(unit.pk if unit else None)
        if touched:
            moved(touched)
    return report


def _keep(day: date, worked: bool, unit: Unit | None, note: str) -> str:
    held = CalendarDay.objects.filter(day=day, unit=unit).first()
    if held is None:
        CalendarDay.objects.create(day=day, worked=worked, unit=unit, note=note)
        return "added"
    if (held.worked, held.note) == (worked, note):
        return "unchanged"
    held.worked, held.note = worked, note
    held.save()
    return "updated"


def _cell(cells: Mapping[str, str], field: str) -> str:
    return (cells.get(field) or "").strip()


def _faults(cells: Mapping[str, str], units: Mapping[str, Unit]) -> list[Fault]:
    faults = []
    day, worked = _cell(cells, "day"), _cell(cells, "worked")
    code, note = _cell(cells, "unit_code"), _cell(cells, "note")
    try:
        date.fromisoformat(day)
    except ValueError:
        expected = _("a day such as 2026-01-02")
        faults.append(Fault("day", day, expected, _("Write year, month and day.")))
    if worked not in _WORKED:
        expected = _("1 (worked) or 0 (day off)")
        faults.append(Fault("worked", worked, expected, _("Say whether the offices work.")))
    if code and code not in units:
        expected = _("the code of a unit in force, or nothing for all units")
        remedy = _("Add the unit first (phucvu units add), or correct the code.")
        faults.append(Fault("unit_code", code, expected, remedy))
    if len(note) > _NOTE_LENGTH:
        expected = _("at most %(number)d letters") % {"number": _NOTE_LENGTH}
        faults.append(Fault("note", note, expected, _("Shorten the text.")))
    extra = _cell(cells, EXTRA)
    if extra.strip(","):
        remedy = _("Put quotes around a text with a comma.")
        faults.append(Fault(EXTRA, extra, _("nothing"), remedy))
    return faults
