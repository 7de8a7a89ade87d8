"""Command `phucvu figures`: reported values, in and out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from phucvu.intake.commands import import_ as import_facts
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import StatedFigure
from phucvu.register.rows import guard

__all__ = ["figures"]


@click.group()
def figures() -> None:
    """Manage figures that are typed in or published, not counted from dossiers."""


@figures.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.pass_context
def import_(context: click.Context, files: tuple[Path, ...]) -> None:
    """Take in files of reported values: short for `phucvu import --kind figures`.

    Good rows go in; the others are written to FILE.refused.csv (.xlsx) with the reason, for repair.
    Exit code 1 if any row was refused.
    """
    context.invoke(import_facts, files=files, kind=FIGURES.plural)


@figures.command("export")
@click.option(
    "--output", "-o", type=click.File("w", encoding="utf-8"), default="-", show_default=True
)
def export(output: TextIO) -> None:
    """Write every reported value as CSV, in the form `import` reads."""
    csv.writer(output, lineterminator="\n").writerows(_rows())


def _rows() -> Iterator[list[str]]:
    """Yield the names of the columns, then a row for each value."""
    names = FIGURES.form.names
    yield names
    stated = StatedFigure.objects.select_related("unit").order_by("unit__code", "period", "as_of")
    for figure in stated.iterator(chunk_size=2_000):
        yield [_cell(figure, name) for name in names]


def _cell(figure: StatedFigure, name: str) -> str:
    value: Any = figure.unit.code if name == FIGURES.form.unit else getattr(figure, name)
    if name == "as_of":
        value = value.isoformat()
    return "" if value is None else guard(str(value))
