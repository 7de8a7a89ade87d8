"""Commands `phucvu backup`, `phucvu restore` and `phucvu verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from phucvu.accounts import audit
from phucvu.accounts.audit import Verdict
from phucvu.accounts.audit.head import NOTED
from phucvu.accounts.integrity_key import IntegrityKeyError
from phucvu.accounts.noted_head import Head
from phucvu.accounts.records.audit import AuditEntry
from phucvu.counters import commands as counting
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.integrity import checking, hashing
from phucvu.upkeep import backup as backing_up
from phucvu.upkeep import restore as restoring
from phucvu.upkeep import store_file
from phucvu.upkeep.manifest import BackupError

__all__ = ["backup", "restore", "verify_store"]

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER)
def backup(folder: Path) -> None:
    """Back up the store and what belongs to it into a new FOLDER, while it is in use.

    A plain copy of the store's file is no backup: it lacks what came last.
    """
    try:
        made = backing_up.back_up(folder.absolute())
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{made.rows.get('intake_batch', 0):,} batches with"
        f" {made.rows.get('register_dossier', 0):,} dossiers and all the rest, in {folder}."
    )
    click.echo(
        "Not in it, to be kept elsewhere: the keys (secret_key, factor_key and integrity_key in"
        " PHUCVU_DATA, PHUCVU_PERSONAL_KEY_FILE) and the settings."
        f" Left in PHUCVU_DATA: {', '.join(made.left_out) or 'nothing'}."
    )
    if made.audit:
        click.echo(f"Last hash of the audit, to be noted elsewhere: {made.audit}")


@click.command()
@click.argument("folder", type=_FOLDER)
def restore(folder: Path) -> None:
    """Bring the backup in FOLDER back into an empty store, and verify it. Exit code 1 if wrong."""
    try:
        brought = restoring.restore(folder.absolute())
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    count_new_measures()
    counts, register = verify(), rebuild.compare()
    chain, wrong = _of_the_audit(brought.audit)
    click.echo(
        f"Brought back as of {brought.made_at}: {counts.facts['dossier']:,} dossiers,"
        f" {counts.counts:,} counts, {register.facts:,} facts in the journal,"
        f" {chain.lines:,} lines of the audit."
    )
    wrong += _of_the_journal(brought.journal)
    wrong += [
        fault
        for fault, well in (
            ("the counts are not what the facts say (`phucvu verify`).", counts.clean),
            (
                "the register is not what the journal says (`phucvu rebuild --check`).",
                register.clean,
            ),
        )
        if not well
    ]
    for fault in wrong:
        click.echo(f"Wrong: {fault}", err=True)
    if wrong:
        sys.exit(1)
    click.echo("Verified: no difference.")


def _of_the_audit(expected: str) -> tuple[Verdict, list[str]]:
    """Verify the audit that was brought back; where it is whole, it is the one that is noted now.

    `expected`: its last hash, as the backup notes it.
    """
    try:
        chain = audit.verify(expected or None)
    except IntegrityKeyError as error:
        return Verdict(0, ""), [str(error)]
    if chain.whole:
        last = AuditEntry.objects.order_by("-id").values_list("pk", "hash").first()
        NOTED.set_to(Head(*last) if last else None)
    return chain, chain.faults()


def _of_the_journal(expected: str) -> list[str]:
    """Check the batches that were brought back; the last of them is the one that is noted now.

    `expected`: its link, as the backup notes it; empty in backups from before there were any.
    """
    last = hashing.last_link()
    hashing.NOTED.set_to(last)
    wrong = checking.check().faults
    if expected and (last is None or last.hash != expected):
        wrong.append("The last batch is not the one that the backup notes.")
    return wrong


@click.command("verify")
@click.pass_context
def verify_store(ctx: click.Context) -> None:
    """Prove that the store is whole and every count right. Exit code 1 on a difference.

    Reports also a copy of the store's file that was taken while it was served, without its log.
    """
    wrong = _half_a_copy()
    for fault in wrong:
        click.echo(fault, err=True)
    for fault in audit.faults():
        wrong.append(fault)
        click.echo(f"The audit: {fault}", err=True)
    held = checking.check()
    wrong += held.faults
    for fault in held.faults:
        click.echo(f"The journal: {fault}", err=True)
    if not held.faults:
        click.echo(held.sentence())
    ctx.invoke(counting.verify)
    if wrong:
        sys.exit(1)


def _half_a_copy() -> list[str]:
    """Describe the faults of SQLite's file itself; call it before the store is opened."""
    path = store_file.path_of_store()
    if path is None:
        return []
    wrong = []
    if store_file.lacks_log(path):
        wrong.append(
            f"{path} was copied while it was served, without its log: what came last is missing."
            " Bring a backup back (`phucvu restore`); `phucvu backup` takes one."
        )
    wrong += [f"{path} is damaged: {fault}" for fault in store_file.faults(path)]
    return wrong
