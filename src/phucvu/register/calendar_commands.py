"""Command `phucvu calendar`: which days are worked."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click
from django.db import transaction
from rich.console import Console
from rich.table import Table

from phucvu import clock
from phucvu.register.calendar_store import COLUMNS, import_days, moved, remove_day, tell_day
from phucvu.register.calendars import work_time_of_all, work_times
from phucvu.register.models import CalendarDay
from phucvu.register.telling import take_in
from phucvu.units.models import Unit
from phucvu.workdays import holiday_names

__all__ = ["calendar"]

_console = Console(highlight=False)
_SATURDAY = 5
_UNIT = click.option("--unit", "unit_code", help="Of this unit only; without it, of all units.")


@click.group()
def calendar() -> None:
    """Manage working days: holidays, days swapped by decree, and days entered here."""


@calendar.command("list")
@click.argument("year", type=click.IntRange(1, 9998), required=False)
@_UNIT
def list_(year: int | None, unit_code: str | None) -> None:
    """List the days of a year (else this one) that are off, or worked at a weekend."""
    year = year or clock.today().year
    unit = _unit(unit_code)
    work = work_times([unit.pk])[unit.pk] if unit else work_time_of_all()
    told = {
        day.day: day
        for day in CalendarDay.objects.filter(day__year=year).order_by("unit")
        if day.unit_id in (None, unit.pk if unit else None)
    }
    names = holiday_names(year)
    table = Table("day", "weekday", "worked", "why", "known from")
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        worked = work.days.is_working_day(day)
        usual = day.weekday() < _SATURDAY
        if worked == usual and day not in told and day not in names:
            continue
        source = "told here" if day in told else "the calendar"
        why = told[day].note if day in told else names.get(day, "")
        table.add_row(str(day), f"{day:%a}", "yes" if worked else "no", why, source)
    _console.print(table)


@calendar.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_(files: tuple[Path, ...]) -> None:
    """Take in CSV files (UTF-8) of days: day,worked,unit_code,note.

    Good rows go in; the others are listed and written to FILE.refused.csv for repair.
    Exit code 1 if any row was refused.
    """
    taken = [take_in(file, COLUMNS, import_days) for file in files]
    if not all(taken):
        sys.exit(1)


@calendar.command("add")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--worked/--off", required=True, help="Whether the offices work on it.")
@_UNIT
@click.option("--note", default="", help="Why, for example the decision's number.")
def add(day: datetime, worked: bool, unit_code: str | None, note: str) -> None:
    """Enter that a day is worked, or is not. Deadlines that depend on it follow."""
    if len(note) > (CalendarDay._meta.get_field("note").max_length or 0):
        raise click.BadParameter("at most 300 letters", param_hint="--note")
    tell_day(day.date(), worked, _unit(unit_code), note)


@calendar.command("remove")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@_UNIT
def remove(day: datetime, unit_code: str | None) -> None:
    """Remove the entry of a day. Deadlines that depend on it follow."""
    if not remove_day(day.date(), _unit(unit_code)):
        raise click.ClickException(f"Nothing was told of {day.date()}; `phucvu calendar list`.")


@calendar.command("apply")
def apply() -> None:
    """Compute every stored deadline anew, after a change of PHUCVU_WORKING_HOURS or an upgrade."""
    with transaction.atomic():
        moved({None})


def _unit(code: str | None) -> Unit | None:
    if code is None:
        return None
    unit = Unit.objects.filter(code=code, valid_to=None).first()
    if unit is None:
        raise click.BadParameter(
            f"no unit {code!r} is in force; `phucvu units list` shows them", param_hint="--unit"
        )
    return unit
