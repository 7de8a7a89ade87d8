"""`phucvu figures`: figures that are not counted here, in and out as CSV."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console

from phucvu.register.rows import COLUMNS, guard
from phucvu.register.stated import (
    ImportReport,
    StatedFileError,
    export_figures,
    import_figures,
)

__all__ = ["figures"]

_console = Console(highlight=False, stderr=True, markup=False, soft_wrap=True)
_SHOWN = 20


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
    clean = True
    for file in files:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                report = import_figures(lines, str(file))
        except UnicodeDecodeError as error:
            raise click.ClickException(
                f"{file}: expected UTF-8, found another encoding at byte {error.start}. "
                "Save the file as “CSV UTF-8”."
            ) from error
        except (StatedFileError, csv.Error) as error:
            raise click.ClickException(str(error)) from error
        _tell(report)
        _write_refused(file, report)
        clean = clean and not report.refused
    if not clean:
        sys.exit(1)


@figures.command("export")
@click.option(
    "--output", "-o", type=click.File("w", encoding="utf-8"), default="-", show_default=True
)
def export(output: TextIO) -> None:
    """Write every stated figure as CSV, in the form `import` reads."""
    csv.writer(output, lineterminator="\n").writerows(export_figures())


def _tell(report: ImportReport) -> None:
    _console.print(
        f"{report.origin}: {report.added:,} added, {report.updated:,} updated,"
        f" {report.unchanged:,} unchanged, {len(report.refused):,} refused"
    )
    messages = list(report.messages())
    for message in messages[:_SHOWN]:
        _console.print(f"  {message}")
    if len(messages) > _SHOWN:
        _console.print(f"  and {len(messages) - _SHOWN:,} more")


def _write_refused(file: Path, report: ImportReport) -> None:
    target = file.with_name(f"{file.name}.refused.csv")
    if not report.refused:
        # What an earlier attempt left must not be taken for this one's.
        target.unlink(missing_ok=True)
        return
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in report.refused:
            writer.writerow([guard(row.cells.get(name) or "") for name in COLUMNS])
    _console.print(f"  refused rows: {target}")
