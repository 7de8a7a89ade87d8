"""Command `phucvu key`: make, list, replace and revoke API keys."""

from __future__ import annotations

from datetime import datetime

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Column, Table

from phucvu.accounts import key_actions
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import ApiKey
from phucvu.accounts.second_person import confirm_key
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree

__all__ = ["key"]

_console = Console(highlight=False)


@click.group()
def key() -> None:
    """Manage the keys that let another system send facts or the catalogue, or read dossiers."""


@key.command()
@click.argument("unit_code")
@click.option("--name", required=True, help="What it is for: the sending system, for example.")
@click.option(
    "--purpose", type=click.Choice(ApiKey.Purpose.values), default="send", show_default=True
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="First day it is no longer good.")
def create(unit_code: str, name: str, purpose: str, until: datetime | None) -> None:
    """Make a key for the unit UNIT_CODE and everything below it, and show it once."""
    node = load_tree().by_code(unit_code)
    if node is None:
        raise click.BadParameter(
            f"no unit in force has the code {unit_code!r}", param_hint="UNIT_CODE"
        )
    expires_at = timezone.make_aware(until) if until else None
    try:
        _made, text = key_actions.make(
            None, Unit.objects.get(pk=node.id), name, ApiKey.Purpose(purpose), expires_at
        )
    except AccessError as error:
        raise click.ClickException(str(error)) from error
    # The key alone goes to standard output, so that a script can keep it.
    click.echo(f"Key for {node.name} ({node.code}); it is not shown again:", err=True)
    click.echo(text)


@key.command("list")
def list_() -> None:
    """Show every key: for whom, since when, last used when."""
    table = Table(
        Column("begins with", no_wrap=True),
        "name",
        "unit",
        "for",
        "made",
        "last used",
        "until",
        "revoked",
    )
    for row in ApiKey.objects.select_related("unit").order_by("created_at"):
        moments = (row.created_at, row.last_used_at, row.expires_at, row.revoked_at)
        table.add_row(
            row.prefix, row.name, row.unit.code, row.purpose,
            *(f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in moments),
        )  # fmt: skip
    _console.print(table)


@key.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke the key that begins with PREFIX (as `list` shows it)."""
    for row in _working(prefix):
        key_actions.end(None, row)
        click.echo(f"Revoked: {row}")


@key.command()
@click.argument("prefix")
def confirm(prefix: str) -> None:
    """Agree, as the operator, to the waiting key that begins with PREFIX.

    For a unit that has no head yet; the unit's list says that it was done on the server.
    """
    for row in _working(prefix):
        try:
            confirm_key(None, row)
        except AccessError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Good from now on: {row}")


@key.command()
@click.argument("prefix")
@click.option("--overlap", default=7, show_default=True, help="Days the old one stays good.")
def rotate(prefix: str, overlap: int) -> None:
    """Make a new key in the place of the one that begins with PREFIX, and show it once."""
    for row in _working(prefix):
        try:
            _new, text = key_actions.replace(None, row, overlap)
        except AccessError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Key in the place of {row}; it is not shown again:", err=True)
        click.echo(text)


def _working(prefix: str) -> list[ApiKey]:
    found = list(ApiKey.objects.filter(prefix=prefix, revoked_at=None))
    if not found:
        raise click.BadParameter(f"no working key begins with {prefix!r}", param_hint="PREFIX")
    return found
