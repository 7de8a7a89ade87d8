"""`phucvu units boundaries`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from phucvu.units import boundaries as stored
from phucvu.units.boundaries import BoundaryError, Shape

__all__ = ["boundaries"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 10


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True,
    help="First day of these boundaries; the codes are those of that day.",
)  # fmt: skip
@click.option("--islands", type=_FILE, help="Territories to add to the units they lie below.")
def boundaries(file: Path, day: datetime, islands: Path | None) -> None:
    """Load the boundaries in FILE, GeoJSON or TopoJSON, by the code of each feature."""
    try:
        report = stored.load(_read(file), day.date(), _read(islands) if islands else ())
    except BoundaryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(report.stored):,} boundaries stored, {len(report.refused):,} refused.")
    for title, lines in (
        ("refused", report.refused),
        ("mended", report.mended),
        ("other name", report.other_names),
        ("no boundary yet", [f"{node.code} {node.name}" for node in report.without]),
    ):
        for line in lines[:_SHOWN]:
            click.echo(f"  {title}: {line}")
        if len(lines) > _SHOWN:
            click.echo(f"  {title}: … and {len(lines) - _SHOWN:,} more")
    if not report.stored:
        raise click.exceptions.Exit(1)


def _read(file: Path) -> list[Shape]:
    try:
        return stored.read(file.read_text(encoding="utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        raise BoundaryError(f"{file}: not a text in UTF-8.") from error
