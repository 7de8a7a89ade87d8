"""`phucvu key`: make, list and revoke API keys."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree

__all__ = ["key"]

_console = Console(highlight=False)


@click.group()
def key() -> None:
    """Keys that let another system send dossiers."""


@key.command()
@click.argument("unit_code")
@click.option("--name", required=True, help="What it is for: the sending system, for example.")
def create(unit_code: str, name: str) -> None:
    """Make a key for the unit UNIT_CODE and everything below it, and show it once."""
    node = load_tree().by_code(unit_code)
    if node is None:
        raise click.BadParameter(
            f"no unit in force has the code {unit_code!r}", param_hint="UNIT_CODE"
        )
    _, text = keys.issue(Unit.objects.get(pk=node.id), name)
    # The key alone goes to standard output, so that a script can keep it.
    click.echo(f"Key for {node.name} ({node.code}); it is not shown again:", err=True)
    click.echo(text)


@key.command("list")
def list_() -> None:
    """Show every key: for whom, since when, last used when."""
    table = Table("begins with", "name", "unit", "made", "last used", "revoked")
    for row in ApiKey.objects.select_related("unit").order_by("created_at"):
        moments = (row.created_at, row.last_used_at, row.revoked_at)
        table.add_row(
            row.prefix, row.name, row.unit.code,
            *(f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in moments),
        )  # fmt: skip
    _console.print(table)


@key.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke the key that begins with PREFIX (as `list` shows it)."""
    chosen = list(ApiKey.objects.filter(prefix=prefix, revoked_at=None))
    if not chosen:
        raise click.BadParameter(f"no working key begins with {prefix!r}", param_hint="PREFIX")
    for row in chosen:
        keys.revoke(row)
        click.echo(f"Revoked: {row}")
