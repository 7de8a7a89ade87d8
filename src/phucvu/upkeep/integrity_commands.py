"""`phucvu integrity`: the key that shows whether the audit or a batch was changed."""

from __future__ import annotations

import click
from django.db import transaction
from django.utils import timezone

from phucvu.accounts import audit, integrity_key
from phucvu.accounts.audit.chain import KEY_LOST
from phucvu.accounts.grants import COMMAND
from phucvu.accounts.models import IntegrityKey
from phucvu.accounts.policy import Resource
from phucvu.changes.publishing import take_write_lock
from phucvu.intake.integrity import checking, hashing

__all__ = ["integrity"]

_ADDED = "integrity.key_added"


@click.group()
def integrity() -> None:
    """Manage the key that shows whether the audit or a batch was changed."""


@integrity.command("new-key")
@click.option("--reason", required=True, help="Why; kept in the audit.")
def new_key(reason: str) -> None:
    """Put a new key before those in the file; what comes is keyed with it.

    Where a key is lost, what was keyed with it is taken as it stands, and the audit says so.
    """
    with transaction.atomic():
        take_write_lock()
        at_hand = {key.mark for key in integrity_key.keys_at_hand()}
        known = set(IntegrityKey.objects.values_list("mark", flat=True))
        lost = sorted(known - at_hand)
        made = integrity_key.add()
        IntegrityKey.objects.filter(mark__in=lost).delete()
        IntegrityKey.objects.create(mark=made.mark)
        found = _take_as_they_stand() if lost else []
        audit.note(
            COMMAND, KEY_LOST if lost else _ADDED, Resource.SYSTEM,
            key=made.mark, lost=lost, found=found, reason=reason.strip()[:500],
        )  # fmt: skip
    click.echo(f"The new key {made.mark} stands first in {integrity_key.file_of_keys()}.")
    if lost:
        click.echo(
            f"Without their key ({', '.join(lost)}) earlier entries of the audit and all batches"
            " are taken as they stand; compare hashes noted earlier with `phucvu audit verify"
            " --expect HASH`."
        )
    for fault in found:
        click.echo(f"Wrong before, and noted in the audit: {fault}", err=True)
    click.echo("Restart `phucvu serve`, and keep a copy of the file where backups are not.")


def _take_as_they_stand() -> list[str]:
    """Hash all batches under the new key; say what was wrong with them apart from the lost one."""
    found = checking.check()
    found.unknown_keys.clear()
    hashing.hash_afterwards(timezone.now())
    return found.faults
