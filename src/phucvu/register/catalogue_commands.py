"""`phucvu catalogue`: the procedures that units apply."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from phucvu.register.catalogue import import_catalogue
from phucvu.register.catalogue_rows import COLUMNS, SUBJECTS
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.telling import take_in
from phucvu.units.models import Unit

__all__ = ["catalogue"]

_console = Console(highlight=False)


@click.group()
def catalogue() -> None:
    """The catalogue of procedures: which units apply which, and how far online."""


@catalogue.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_(files: tuple[Path, ...]) -> None:
    """Take in catalogue CSV files (UTF-8), a row for each procedure at a unit.

    Good rows go in; the others are listed and written to FILE.refused.csv for repair.
    Exit code 1 if any row was refused.
    """
    taken = [take_in(file, COLUMNS, import_catalogue) for file in files]
    if not all(taken):
        sys.exit(1)


@catalogue.command("list")
@click.argument("unit_code")
def list_(unit_code: str) -> None:
    """List the procedures a unit applies, its own and not those of the units below it."""
    unit = Unit.objects.filter(code=unit_code, valid_to=None).first()
    if unit is None:
        raise click.BadParameter(
            f"no unit {unit_code!r} is in force; `phucvu unit list` shows them",
            param_hint="UNIT_CODE",
        )
    table = Table("code", "procedure", "subjects", "fee (VND)", "longest term", "online service")
    applied = ProcedureAtUnit.objects.filter(unit=unit).select_related("procedure")
    for item in applied.order_by("procedure__code"):
        procedure = item.procedure
        table.add_row(
            procedure.code,
            procedure.name,
            ", ".join(_subjects(procedure)),
            f"{procedure.fee:,}",
            ""
            if procedure.term is None
            else f"{procedure.term} {procedure.get_term_unit_display()}",
            str(item.get_online_level_display()),
        )
    _console.print(table)


def _subjects(procedure: Procedure) -> list[str]:
    return [subject for subject in SUBJECTS if getattr(procedure, f"for_{subject}")]


def _term(procedure: Procedure) -> str:
    return "" if procedure.term is None else f"{procedure.term} {procedure.get_term_unit_display()}"
