"""Import of a CSV file from the command line, with its messages and its file for repair."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console

from phucvu.register.rows import guard
from phucvu.register.tables import ImportReport, TableError
from phucvu.units.table_text import TableTextError, lines_of_table

__all__ = ["take_in"]

_console = Console(highlight=False, stderr=True, markup=False, soft_wrap=True)
_SHOWN = 20


def take_in(
    file: Path, columns: Sequence[str], read: Callable[[Iterable[str], str], ImportReport]
) -> bool:
    """Let `read` take in a UTF-8 file and print its report; tell whether every row was taken.

    Refused rows are written to FILE.refused.csv. Raises ClickException where the file as a whole
    cannot be read.
    """
    try:
        report = read(lines_of_table(file), str(file))
    except (TableError, TableTextError) as error:
        raise click.ClickException(str(error)) from error
    _tell(report)
    _write_refused(file, report, columns)
    return not report.refused


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


def _write_refused(file: Path, report: ImportReport, columns: Sequence[str]) -> None:
    target = file.with_name(f"{file.name}.refused.csv")
    if not report.refused:
        # What an earlier attempt left must not be taken for this one's.
        target.unlink(missing_ok=True)
        return
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in report.refused:
            writer.writerow([guard(row.cells.get(name) or "") for name in columns])
    _console.print(f"  refused rows: {target}")
