"""Command `phucvu personal`: the key, the purge and the state of personal data that is turned
on.
"""

from __future__ import annotations

import os
from pathlib import Path

import click
from cryptography.fernet import Fernet
from django.conf import settings

from phucvu.accounts.grants import COMMAND
from phucvu.intake.personal import upkeep
from phucvu.intake.personal.refused import purge_refused
from phucvu.intake.personal.sealing import UnreadableError

__all__ = ["personal"]


@click.group()
def personal() -> None:
    """Manage personal data of dossiers, where an operator turned fields on (PHUCVU_PERSONAL)."""


@personal.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key(file: Path) -> None:
    """Put a new key first into FILE, which only its owner may read; older keys stay behind it."""
    older = file.read_text(encoding="ascii") if file.exists() else ""
    fresh = file.with_name(f"{file.name}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(Fernet.generate_key().decode() + "\n" + older)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"A new key stands first in {file}. Keep a copy where the store's backups are not.")


@personal.command()
def purge() -> None:
    """Delete what has lain PHUCVU_PERSONAL_DAYS after its dossier's end; run it every day.

    Refused records that an earlier version kept lose every value without its declared shape.
    """
    try:
        done = upkeep.purge(COMMAND)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Deleted {done.versions} versions of {done.dossiers} dossiers.")
    click.echo(f"Took what no refused record may keep out of {purge_refused()} of them.")
    if done.stripped:
        click.echo(f"Took fields that are turned off out of {done.stripped} versions.")


@personal.command()
def rotate() -> None:
    """Seal everything under the newest key, after which older keys may be destroyed."""
    if not settings.PHUCVU_PERSONAL:
        raise click.ClickException("No personal field is turned on (PHUCVU_PERSONAL).")
    try:
        changed = upkeep.rotate(COMMAND)
    except UnreadableError as error:
        raise click.ClickException(f"{error} Give the older key too.") from error
    click.echo(f"Sealed {changed} versions anew. Older keys are not needed any more.")


@personal.command()
def status() -> None:
    """Say what is kept; exits with 1 where a purge is due or no key opens something."""
    found = upkeep.status()
    click.echo(f"Turned on: {', '.join(settings.PHUCVU_PERSONAL) or 'nothing'}")
    click.echo(f"Kept for {settings.PHUCVU_PERSONAL_DAYS} days after a dossier's end")
    click.echo(f"Kept: {found.versions} versions of {found.dossiers} dossiers")
    for mark, count in sorted(found.by_key.items()):
        click.echo(f"  under the key {mark}: {count}")
    click.echo(f"To be purged: {found.due}")
    click.echo(f"Without their key: {found.unreadable}")
    if found.due or found.unreadable:
        raise SystemExit(1)
