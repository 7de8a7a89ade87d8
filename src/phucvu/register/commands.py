"""`phucvu figures`: figures that are not counted here, in and out as CSV."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TextIO

import click

from phucvu.register.rows import COLUMNS
from phucvu.register.stated import export_figures, import_figures
from phucvu.register.telling import take_in

__all__ = ["figures"]


@click.group()
def figures() -> None:
    """Figures that are typed in or published, not counted from dossiers."""


@figures.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_(files: tuple[Path, ...]) -> None:
    """Take in stated-figures CSV files (UTF-8).

    Good rows go in; the others are listed and written to FILE.refused.csv for repair.
    Exit code 1 if any row was refused.
    """
    # Every file is taken in, whatever the one before it was like.
    taken = [take_in(file, COLUMNS, import_figures) for file in files]
    if not all(taken):
        sys.exit(1)


@figures.command("export")
@click.option(
    "--output", "-o", type=click.File("w", encoding="utf-8"), default="-", show_default=True
)
def export(output: TextIO) -> None:
    """Write every stated figure as CSV, in the form `import` reads."""
    csv.writer(output, lineterminator="\n").writerows(export_figures())
