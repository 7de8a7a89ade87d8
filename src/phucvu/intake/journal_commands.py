"""Commands `phucvu batch` and `phucvu rebuild`: the journal, and the register from it."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from urllib.parse import quote

import click
from django.db import connections
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from phucvu.intake import journal, releasing, repairs
from phucvu.intake import rebuild as rebuilding
from phucvu.intake import withdraw as withdrawing
from phucvu.intake.integrity import checking
from phucvu.intake.journal import JournalError
from phucvu.intake.kinds import KINDS, kind_called, kind_of
from phucvu.intake.models import Batch, BatchHash, FactVersion, RefusedRecord
from phucvu.intake.record import FactRecord
from phucvu.register.walltime import from_wall
from phucvu.units.models import Reorganisation, Unit

__all__ = ["batch", "rebuild"]

_console = Console(highlight=False)
_SHOWN = 20
_COUNTS = ("accepted", "unchanged", "superseded", "refused")


@click.group()
def batch() -> None:
    """Look into the journal, batch by batch, and withdraw batches."""


@batch.command("list")
@click.option("--limit", default=30, show_default=True, help="How many, from the latest back.")
@click.option("--before", type=int, metavar="N", help="Only batches before this one.")
def list_(limit: int, before: int | None) -> None:
    """Show the latest batches."""
    chosen = Batch.objects.select_related("key").order_by("-pk")
    if before is not None:
        chosen = chosen.filter(pk__lt=before)
    table = Table("batch", "received", "facts", "from", "key", *_COUNTS, "withdrawn")
    for row in chosen[:limit]:
        table.add_row(
            str(row.pk), _local(row.received_at), kind_of(row.kind).plural, row.origin,
            row.key.name if row.key else "",
            *(f"{getattr(row, name):,}" for name in _COUNTS), _local(row.withdrawn_at),
        )  # fmt: skip
    _console.print(table)


@batch.command()
@click.argument("number", type=int, metavar="N")
def show(number: int) -> None:
    """Show batch N: who sent it and when, and what became of its facts."""
    row = Batch.objects.select_related("key").filter(pk=number).first()
    if row is None:
        raise click.BadParameter(f"there is no batch {number}", param_hint="N")
    counts = ", ".join(f"{getattr(row, name):,} {name}" for name in _COUNTS)
    lines = [
        f"Batch {row.pk}, received {_local(row.received_at)} from {row.origin or '(not told)'}",
        f"holds {kind_of(row.kind).plural}",
        f"key: {row.key or 'none'}" + (", sent as a correction" if row.correction else ""),
        f"SHA-256 of the content: {row.digest}",
        counts,
    ]
    hashed = BatchHash.objects.filter(pk=row.pk).first()
    lines.append(f"link in the chain of batches: {hashed.link if hashed else 'none'}")
    if hashed and hashed.later_at:
        lines.append(
            f"keyed {_local(hashed.later_at)}, after it came: it is not known whether it was edited"
            " before"
        )
    if row.withdrawn_at:
        lines.append(
            f"withdrawn {_local(row.withdrawn_at)} by {row.withdrawn_by}: {row.withdrawal_reason}"
        )
    click.echo("\n".join(lines))
    _show_facts(row)
    _show_refused(list(row.refusals.select_related("batch").order_by("position")[:_SHOWN]))


def _show_facts(row: Batch) -> None:
    try:
        brought = journal.read(row.pk)
    except JournalError as error:
        click.echo(f"({error})")
        return
    if not brought:
        return
    kind = kind_of(row.kind)
    places = journal.standing(kind, {record.code for record in brought.values()})
    table = Table("position", "code", "status", "its version stands")
    for position, record in list(brought.items())[:_SHOWN]:
        stands = places.get(record.code) == journal.Place(row.pk, position)
        table.add_row(str(position), record.code, _status(record), "yes" if stands else "no")
    _console.print(table)
    if len(brought) > _SHOWN:
        click.echo(f"and {len(brought) - _SHOWN:,} more {kind.plural}")


@batch.command()
@click.argument("code")
@click.option(
    "--kind", "plural", type=click.Choice(list(KINDS)), default="dossiers", show_default=True
)
def history(code: str, plural: str) -> None:
    """Show which batches brought the fact CODE."""
    kind = kind_called(plural)
    versions = list(
        FactVersion.objects.filter(code=code, batch__kind=kind.name)
        .select_related("batch")
        .order_by("batch_id", "position")
    )
    if not versions:
        raise click.BadParameter(
            f"no batch brought this {kind.name.replace('_', ' ')}", param_hint="CODE"
        )
    place = journal.standing(kind, [code]).get(code)
    until = releasing.released_until(kind, code)
    table = Table("batch", "position", "received", "its own clock", "status", "")
    for version in versions:
        record = journal.read(version.batch_id)[version.position]
        stands = place == (version.batch_id, version.position)
        state = "withdrawn" if version.batch.withdrawn_at else "stands" if stands else ""
        if version.batch_id <= until:
            state = "released"
        moment = f"{from_wall(version.clock):%Y-%m-%d %H:%M:%S}" if version.clock > 0 else "none"
        table.add_row(
            str(version.batch_id), str(version.position), _local(version.batch.received_at),
            moment, _status(record), state,
        )  # fmt: skip
    _console.print(table)


def _status(record: FactRecord) -> str:
    return str(getattr(record, "status", ""))


@batch.command()
@click.argument("number", type=int, metavar="N")
@click.option("--reason", required=True, help="Why; kept in the journal.")
@click.option("--by", help="Who withdraws it; by default the system's user.")
def withdraw(number: int, reason: str, by: str | None) -> None:
    """Undo batch N: its facts go back to what the other batches say."""
    try:
        done = withdrawing.withdraw(number, by or getpass.getuser(), reason)
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Batch {number} is withdrawn: {done.restored:,} {done.kind.plural} restored,"
        f" {done.removed:,} removed."
    )


@batch.command()
@click.argument("code")
@click.option(
    "--kind", "plural", type=click.Choice(list(KINDS)), default="dossiers", show_default=True
)
@click.option("--for", "unit_code", required=True, metavar="UNIT", help="Whose the code is.")
@click.option("--reason", required=True, help="Why; kept in the audit.")
def release(code: str, plural: str, unit_code: str, reason: str) -> None:
    """Take CODE from who sent under it, for UNIT: what was brought so far no longer counts."""
    kind = kind_called(plural)
    unit = Unit.objects.filter(code=unit_code, valid_to=None).first()
    if unit is None:
        raise click.BadParameter(f"no unit in force has the code {unit_code!r}", param_hint="--for")
    try:
        releasing.release(None, kind, code, unit, reason)
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{code} is released for {unit_code}: only who may send for this unit sends under it now."
    )


@batch.command()
@click.option("--all", "every", is_flag=True, help="Also those that were repaired since.")
@click.option("--limit", default=100, show_default=True, help="How many, from the latest back.")
def refused(every: bool, limit: int) -> None:
    """Show the refused records that still wait for repair."""
    chosen = RefusedRecord.objects.all() if every else repairs.open_ones()
    found = list(chosen.select_related("batch").order_by("-batch", "position")[: limit + 1])
    _show_refused(found[:limit])
    if not found:
        click.echo("No refused record is open." if not every else "No record was ever refused.")
    if len(found) > limit:
        click.echo("There are more: --limit shows them.")


def _show_refused(records: list[RefusedRecord]) -> None:
    if not records:
        return
    table = Table("batch", "position", "received", "code", "refused because", "repaired")
    for record in records:
        table.add_row(
            str(record.batch_id), str(record.position), _local(record.batch.received_at),
            record.code, record.reason, _local(record.repaired_at),
        )  # fmt: skip
    _console.print(table)


# --- rebuild --------------------------------------------------------------------------------


@click.command()
@click.option("--check", is_flag=True, help="Only compare. Exit code 1 on a difference.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--as-of",
    "as_of",
    metavar="MOMENT",
    help="As it was known then, for example 2026-03-31T17:00; a date alone means its end.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --as-of: the SQLite file to make.",
)
def rebuild(check: bool, yes: bool, as_of: str | None, into: Path | None) -> None:
    """Make the register and the counts anew from the journal.

    With --as-of and --into, as they were known at a past moment, in a file of their own: set
    DATABASE_URL to it to look into it with `phucvu verify`, `phucvu score` or `phucvu serve`.
    """
    if (as_of is None) != (into is None):
        raise click.UsageError("--as-of and --into belong together")
    if as_of is not None and into is not None:
        _rebuild_elsewhere(_moment(as_of), into.absolute())
        return
    found = rebuilding.compare()
    click.echo(
        f"{found.facts:,} facts in the journal: {found.written:,} are missing or different"
        f" in the register, {found.removed:,} stand there without a batch that brought them."
    )
    if check:
        held = checking.check()
        click.echo("\n".join(held.faults) or held.sentence())
        sys.exit(0 if found.clean and not held.faults else 1)
    if not yes:
        click.confirm("Rebuild register and counts from the journal?", abort=True)
    try:
        done = rebuilding.rebuild()
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Rebuilt: {done.written:,} facts written, {done.removed:,} removed.")


def _rebuild_elsewhere(moment: datetime, file: Path) -> None:
    if file.exists():
        raise click.BadParameter(f"{file} exists already", param_hint="--into")
    url = f"sqlite:///{quote(str(file))}"
    try:
        _phucvu("migrate", store=url)
        facts = write_file(moment, file)
        _phucvu("recount", store=url)
    except BaseException:  # half a register would look like a whole one
        file.unlink(missing_ok=True)
        raise
    if later := entered_later(moment):
        click.echo(
            f"{later:,} changes of units were entered after that moment; they are in the copy, each"
            " from the day it takes effect."
        )
    click.echo(f"{facts:,} facts as of {_local(moment)}.\nDATABASE_URL={url}")


def entered_later(moment: datetime) -> int:
    """Count the reorganisations entered after `moment`: units are known as of today."""
    return Reorganisation.objects.filter(recorded_at__gt=moment).count()


def write_file(moment: datetime, file: Path) -> int:
    """Write the register as of a moment into an SQLite file that has its tables already."""
    alias = "as_of"
    connections.databases[alias] = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}}
    )["default"]
    try:
        return rebuilding.write_as_of(moment, connections[alias])
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


def _phucvu(command: str, store: str) -> None:
    """Run one of our own commands on another store, in a process of its own.

    Settings are read once in a process.
    """
    done = subprocess.run(
        [sys.executable, "-m", "phucvu", command],
        env={**os.environ, "DATABASE_URL": store},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"`phucvu {command}` failed: {done.stderr.strip()}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            "write a moment as 2026-03-31T17:00, or a date as 2026-03-31", param_hint="--as-of"
        ) from error
    if len(text) <= len("2026-03-31"):
        moment = datetime.combine(moment, time.max)
    if moment.tzinfo is None:
        moment = timezone.make_aware(moment)
    if moment > datetime.now(UTC):
        raise click.BadParameter("lies in the future", param_hint="--as-of")
    return moment


def _local(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
