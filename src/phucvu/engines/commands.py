"""Command `phucvu archive`: the register as Parquet, and the counts proved from it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console

from phucvu.counters.commands import difference_table
from phucvu.engines import recounting, register
from phucvu.engines.archive import ArchiveError

__all__ = ["archive"]

_console = Console(highlight=False)
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def archive() -> None:
    """Write the register as Parquet files by month, for DuckDB and other engines."""


@archive.command()
@_FOLDER
def write(folder: Path) -> None:
    """Write the archive, or bring it up to the register: only months that changed are written."""
    start = time.perf_counter()
    try:
        done = register.write(folder)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    for plural, of_kind in done.items():
        _console.print(
            f"{of_kind.rows:,} {plural}: {of_kind.written} months written,"
            f" {of_kind.unchanged} unchanged"
        )
    _console.print(f"Written in {time.perf_counter() - start:.1f} s.")


@archive.command()
@_FOLDER
def verify(folder: Path) -> None:
    """Count the archive anew with DuckDB and compare every count. Exit code 1 on a difference."""
    start = time.perf_counter()
    try:
        outcome = recounting.compare(folder)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if outcome.differences:
        _console.print(difference_table(outcome.differences))
        sys.exit(1)
    facts = ", ".join(f"{rows:,} {plural}" for plural, rows in outcome.rows.items())
    _console.print(
        f"No difference: {facts}, {outcome.measures} measures,"
        f" in {time.perf_counter() - start:.1f} s."
    )
