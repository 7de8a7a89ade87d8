"""Command `phucvu units import`."""

from __future__ import annotations

import csv
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import click
from django.db import transaction

from phucvu.units.adopting import adopt
from phucvu.units.loading import UnitFileError, load_units
from phucvu.units.mandate import Mandate, ReorganisationError, decision_of
from phucvu.units.models import Kind, Unit
from phucvu.units.national import is_national, read_list, read_mapping
from phucvu.units.table_text import TableTextError, lines_of_table

__all__ = ["import_"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--country", default="VN", show_default=True, help="Code of the unit above all.")
@click.option(
    "--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="First day the list is in force."
)
@click.option("--decision", help="Number of the decision behind the list.")
@click.option(
    "--mapping", type=_FILE, help="What became of which unit: legacy_code,new_code,share."
)
@click.option("--departments", is_flag=True, help="Give every province its departments too.")
def import_(
    file: Path,
    country: str,
    day: datetime | None,
    decision: str | None,
    mapping: Path | None,
    departments: bool,
) -> None:
    """Load units from FILE: a table of units, or a national list of communes.

    A national list that follows another says which units there are from a day on: it needs
    --from and --decision.
    """
    try:
        lines = lines_of_table(file)
        if not is_national(next(csv.reader(lines), None)):
            report = load_units(lines, file.name)
            click.echo(
                f"{len(report.added):,} added, {len(report.updated):,} brought up to date, "
                f"{len(report.unchanged):,} unchanged."
            )
            return
        if (day is None) != (decision is None):
            raise click.UsageError("--from and --decision go together.")
        listed = read_list(lines, file.name)
        links = read_mapping(lines_of_table(mapping), mapping.name) if mapping else []
        with transaction.atomic():
            top, _new = Unit.objects.get_or_create(
                code=country, valid_to=None, defaults={"name": "Việt Nam", "kind": Kind.COUNTRY}
            )
            mandate = Mandate(decision_of(decision), day.date()) if day and decision else None
            done = adopt(listed, top, mandate, links, _departments() if departments else ())
    except (UnitFileError, ReorganisationError, TableTextError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{len(done.begun):,} begun, {len(done.going_on):,} go on ({len(done.moved):,} under "
        f"another parent), {len(done.ended):,} ended. Successors: {done.by_mapping:,} by the "
        f"mapping, {done.by_rule:,} provinces by their communes' codes; of "
        f"{len(done.unexplained):,} units nothing says what became of them."
    )


def _departments() -> list[tuple[str, str]]:
    """Read the code and name of every department of a province (Decree 150/2025/NĐ-CP)."""
    text = files("phucvu.units").joinpath("departments.csv").read_text(encoding="utf-8")
    return [(row["code"], row["name"]) for row in csv.DictReader(text.splitlines())]
