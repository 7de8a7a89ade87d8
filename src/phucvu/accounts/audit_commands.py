"""Command `phucvu audit`: check, search and export the audit."""

from __future__ import annotations

from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from phucvu.accounts.audit import Wanted, search
from phucvu.accounts.audit.checking import examine
from phucvu.accounts.audit.exporting import json_lines
from phucvu.accounts.records.audit import AuditEntry

__all__ = ["audit"]

_console = Console(highlight=False)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Check, search and export who did and who saw what: an append-only, hash-chained record."""


@audit.command("verify")
@click.option("--expect", help="A last hash noted earlier: it still has to be in the chain.")
def verify_(expect: str | None) -> None:
    """Walk the chain; exits with 1 where it is broken. Note the last hash somewhere else."""
    verdict, wrong = examine(expect)
    if wrong:
        raise click.ClickException("\n".join(wrong))
    click.echo(f"{verdict.lines} entries, the chain is whole.")
    if verdict.keyed_from is not None:
        click.echo(f"Keyed from entry {verdict.keyed_from} on.")
    click.echo(verdict.last_hash)


@audit.command("search")
@click.argument("words", nargs=-1)
@click.option("--outcome", type=click.Choice(AuditEntry.Outcome.values), default=None)
@click.option("--from", "first", type=_DAY)
@click.option("--to", "last", type=_DAY)
@click.option("--most", default=50, show_default=True)
def search_(
    words: tuple[str, ...],
    outcome: str | None,
    first: datetime | None,
    last: datetime | None,
    most: int,
) -> None:
    """Show the newest entries that hold each of WORDS: an account, an action, a code."""
    wanted = Wanted(
        " ".join(words), outcome or "", first.date() if first else None,
        last.date() if last else None,
    )  # fmt: skip
    table = Table("number", "moment", "who", "outcome", "action", "unit", "detail")
    for row in search(wanted)[:most]:
        detail = ", ".join(f"{name} {value}" for name, value in row.detail.items())
        table.add_row(
            str(row.pk), f"{row.moment:%Y-%m-%d %H:%M:%S}", row.actor, row.outcome, row.action,
            row.unit_code, detail,
        )  # fmt: skip
    _console.print(table)


@audit.command("export")
def export_() -> None:
    """Write every entry to standard output, a line of JSON each, in order."""
    for line in json_lines(AuditEntry.objects.order_by("id").iterator(chunk_size=2_000)):
        click.echo(line, nl=False)
