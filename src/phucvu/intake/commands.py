"""Commands `phucvu import`, `template`, `mapping` and `watch`: facts from files.

They are taken in as those from the API are.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from threading import Event

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.files import FileError
from phucvu.intake.importing import (
    Outcome,
    Plan,
    StoppedError,
    Terms,
    UnitError,
    UsageError,
    import_file,
    plan,
)
from phucvu.intake.kinds import KINDS, kind_called
from phucvu.intake.mapping import MappingError, load_mapping
from phucvu.intake.propose import propose_mapping
from phucvu.intake.watch import AlreadyWatchedError, Watcher, locked
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["import_", "mapping", "template", "watch"]

_console = Console(highlight=False, stderr=True)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_mapping_option = click.option(
    "--mapping",
    "mapping_path",
    type=_FILE,
    help="For tables: the YAML file that says what their columns mean.",
)
_unit_option = click.option(
    "--unit", "unit_code", metavar="CODE", help="For tables: the unit of their facts."
)
_kind_option = click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    help="What the files hold. Templates and mappings say so themselves; messages are dossiers.",
)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_mapping_option
@_unit_option
@_kind_option
@click.option(
    "--correction",
    is_flag=True,
    help="The records stand even where one with later dates is known: wrong ones are put right.",
)
def import_(
    files: tuple[Path, ...],
    mapping_path: Path | None,
    unit_code: str | None,
    kind: str | None,
    correction: bool,
) -> None:
    """Take in dossiers, or facts of another kind, from FILES.

    Messages (.json, .jsonl) and the filled template (.xlsx, .csv) as they are; other tables
    (.csv, .xlsx, .parquet) and event logs (.xes) with --mapping. All but .xlsx and .parquet
    also as .gz.

    Every thousand records are stored at once; running it again changes nothing. What is refused
    is listed in FILE.refused.csv (.xlsx), to mend and import, and the exit code is then 1.
    """
    units = load_eras()
    try:
        terms = _terms(mapping_path, unit_code, kind, correction)
        plans = [plan(path, terms) for path in files]
        refused = sum(_import(planned, units).refused for planned in plans)
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    except UnitError as error:
        raise click.BadParameter(str(error), param_hint="--unit") from error
    except (FileError, MappingError) as error:
        raise click.ClickException(str(error)) from error
    if refused:
        sys.exit(1)


def _terms(
    mapping_path: Path | None, unit_code: str | None, kind: str | None, correction: bool = False
) -> Terms:
    mapping = load_mapping(mapping_path) if mapping_path else None
    return Terms(mapping, unit_code, correction, kind_called(kind) if kind else None)


def _import(planned: Plan, units: UnitEras) -> Outcome:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=_console, disable=not _console.is_terminal,
    )  # fmt: skip
    with bar:
        task = bar.add_task(planned.path.name, total=None)
        outcome = import_file(planned, units, advance=lambda count: bar.advance(task, count))
    see = f" (see {outcome.refused_file})" if outcome.refused_file else ""
    click.echo(f"{outcome}{see}")
    return outcome


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("target", metavar="FILE.xlsx", type=click.Path(dir_okay=False, path_type=Path))
def template(kind: str, target: Path) -> None:
    """Write the Excel template for KIND, to fill in and import as it is."""
    if target.suffix.lower() != ".xlsx":
        raise click.BadParameter("the template is an .xlsx", param_hint="FILE.xlsx")
    if target.exists():
        raise click.BadParameter(
            f"{target} exists; it may be filled in, so it is not overwritten",
            param_hint="FILE.xlsx",
        )
    try:
        target.write_bytes(template_bytes(kind_called(kind).form))
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{target} written ({kind})")


@click.group()
def mapping() -> None:
    """Manage mapping files: what the columns of a foreign table mean."""


@mapping.command()
@click.argument("table", type=_FILE)
@click.option("--kind", type=click.Choice(list(KINDS)), default="dossiers", show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it here; else it is shown.",
)
def propose(table: Path, kind: str, out: Path | None) -> None:
    """Look at the headers and first rows of TABLE, and write a mapping with the best guesses.

    TABLE is .csv, .xlsx, .parquet or .xes. What is not certain is marked “# ?”: read the whole
    proposal before it is used.
    """
    if out is not None and out.exists():
        raise click.BadParameter(f"{out} exists and is not overwritten", param_hint="--out")
    try:
        proposal = propose_mapping(table, kind)
        if out is None:
            click.echo(proposal.text, nl=False)
        else:
            out.write_text(proposal.text, encoding="utf-8")
    except (FileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for field in proposal.missing:
        click.echo(f"{field}: no column was found; fill it in before you import", err=True)
    click.echo(f"{proposal.unsure} lines are marked “# ?”", err=True)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_mapping_option
@_unit_option
@_kind_option
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look; a file is taken once it did not change from one look to the next.",
)
@click.option("--once", is_flag=True, help="Take in what is there, then end.")
def watch(
    folder: Path,
    mapping_path: Path | None,
    unit_code: str | None,
    kind: str | None,
    every: float,
    once: bool,
) -> None:
    """Take in every complete file that is put into FOLDER.

    It is moved to done/, or to refused/ where something was refused, with a report beside it.
    Ends on SIGTERM or Ctrl+C. Programs that write slowly should write under a name that begins
    with a dot or ends in .tmp, and rename.
    """
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    try:
        terms = _terms(mapping_path, unit_code, kind)
        with locked(folder):
            watcher = Watcher(folder, terms, click.echo, stop.is_set)
            watcher.look()
            while not stop.wait(every):
                watcher.look()
                if once:
                    break
    except StoppedError:
        pass
    except (AlreadyWatchedError, MappingError, OSError) as error:
        raise click.ClickException(str(error)) from error
