"""Command `phucvu catalogue`: the procedures that units apply."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.catalogue_rows import COLUMNS, SUBJECTS
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.procedures import standing_at
from phucvu.register.telling import take_in
from phucvu.register.walltime import wall_now
from phucvu.units.models import Unit

__all__ = ["catalogue"]

_console = Console(highlight=False)


@click.group()
def catalogue() -> None:
    """Manage the catalogue of procedures: which units apply which, and how far online."""


@catalogue.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From which day it holds: earlier periods keep the catalogue they had.",
)
def import_(files: tuple[Path, ...], since: datetime | None) -> None:
    """Take in catalogue CSV files (UTF-8), a row for each procedure at a unit.

    Good rows go in; the others are listed and written to FILE.refused.csv for repair.
    Exit code 1 if any row was refused.
    """
    day = None if since is None else since.date()
    taken = [take_in(file, COLUMNS, partial(import_catalogue, since=day)) for file in files]
    if not all(taken):
        sys.exit(1)


@catalogue.command("list")
@click.argument("unit_code")
def list_(unit_code: str) -> None:
    """List the procedures a unit applies, its own and not those of the units below it."""
    unit = Unit.objects.filter(code=unit_code, valid_to=None).first()
    if unit is None:
        raise click.BadParameter(
            f"no unit {unit_code!r} is in force; `phucvu units list` shows them",
            param_hint="UNIT_CODE",
        )
    table = Table("code", "procedure", "subjects", "fee (VND)", "longest term", "online service")
    now = wall_now()
    named = {row.procedure_code: row for row in standing_at(Procedure, now)}
    applied = standing_at(ProcedureAtUnit, now).filter(unit=unit)
    for item in applied.order_by("procedure_code"):
        procedure = named.get(item.procedure_code)
        if procedure is None:
            table.add_row(item.procedure_code, "", "", "", "", item.get_online_level_display())
            continue
        table.add_row(
            procedure.procedure_code,
            procedure.name,
            ", ".join(_subjects(procedure)),
            f"{procedure.fee:,}",
            _term(procedure),
            str(item.get_online_level_display()),
        )
    _console.print(table)


def _subjects(procedure: Procedure) -> list[str]:
    return [subject for subject in SUBJECTS if getattr(procedure, f"for_{subject}")]


def _term(procedure: Procedure) -> str:
    return "" if procedure.term is None else f"{procedure.term} {procedure.get_term_unit_display()}"
