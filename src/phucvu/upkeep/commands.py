"""Commands `phucvu backup`, `phucvu restore` and `phucvu verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from phucvu.accounts import audit
from phucvu.accounts.records.audit import AuditEntry
from phucvu.counters import commands as counting
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
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
        "Not in it, to be kept elsewhere: the keys (secret_key and factor_key in PHUCVU_DATA,"
        " PHUCVU_PERSONAL_KEY_FILE) and the settings."
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
    counts, journal, chain = verify(), rebuild.compare(), audit.verify(brought.audit or None)
    click.echo(
        f"Brought back as of {brought.made_at}: {counts.facts['dossier']:,} dossiers,"
        f" {counts.counts:,} counts, {journal.facts:,} facts in the journal,"
        f" {chain.lines:,} lines of the audit."
    )
    if chain.whole:  # this store's audit is now the one that is noted
        last = AuditEntry.objects.order_by("-id").values_list("pk", "hash").first()
        audit.set_head(audit.Head(*last) if last else None)
    wrong = [
        fault
        for fault, well in (
            ("the counts are not what the facts say (`phucvu verify`)", counts.clean),
            ("the register is not what the journal says (`phucvu rebuild --check`)", journal.clean),
            ("the audit's chain is broken (`phucvu audit verify`)", chain.whole),
        )
        if not well
    ]
    for fault in wrong:
        click.echo(f"Wrong: {fault}.", err=True)
    if wrong:
        sys.exit(1)
    click.echo("Verified: no difference.")


@click.command("verify")
@click.pass_context
def verify_store(ctx: click.Context) -> None:
    """Prove that the store is whole and every count right. Exit code 1 on a difference.

    Reports also a copy of the store's file that was taken while it was served, without its log.
    """
    wrong = _half_a_copy()
    for fault in wrong:
        click.echo(fault, err=True)
    if audit.contradicted():
        wrong.append("The audit lacks what was noted of it; see `phucvu audit verify`.")
        click.echo(wrong[-1], err=True)
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
