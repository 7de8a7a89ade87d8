"""`phucvu import`: dossiers from files, through the same door as those from the API."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from phucvu.intake.actions import Answer, receive
from phucvu.intake.files import FileError, UnitClock, read_messages, read_table
from phucvu.intake.mapping import Mapping, MappingError, load_mapping
from phucvu.units.tree import UnitEras, load_eras, load_tree

__all__ = ["import_"]

_AT_ONCE = 1_000
_SUFFIXES = {".json", ".jsonl", ".csv"}
_console = Console(highlight=False, stderr=True)


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a .csv: the YAML file that says what its columns mean.",
)
@click.option("--unit", "unit_code", metavar="CODE", help="For a .csv: the unit of its dossiers.")
def import_(files: tuple[Path, ...], mapping_path: Path | None, unit_code: str | None) -> None:
    """Take in dossiers from FILES: .json, .jsonl or .csv, each also as .gz.

    Every thousand records are stored at once; running it again changes nothing. Records that
    are refused are listed in FILE.refused.csv, and the exit code is then 1.
    """
    units = load_eras()
    try:
        mapping = load_mapping(mapping_path) if mapping_path else None
        plans = [(path, _records(path, mapping, unit_code)) for path in files]
        refused = sum(_import(path, records, units) for path, records in plans)
    except (FileError, MappingError) as error:
        raise click.ClickException(str(error)) from error
    if refused:
        sys.exit(1)


def _records(
    path: Path, mapping: Mapping | None, unit_code: str | None
) -> Iterator[tuple[int, Any]]:
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if kind not in _SUFFIXES:
        raise FileError(f"{path}: expected .json, .jsonl or .csv, plain or with .gz")
    if kind == ".csv":
        if mapping is None:
            raise click.UsageError(f"{path.name} is a table: say with --mapping what it means")
        return read_table(path, mapping, _clock(mapping, unit_code))
    if mapping is not None or unit_code is not None:
        raise click.UsageError(f"{path.name} is a message: --mapping and --unit are for tables")
    return read_messages(path)


def _clock(mapping: Mapping, unit_code: str | None) -> UnitClock:
    """The unit the dossiers go to, which has to exist, and its time zone."""
    if unit_code is None and mapping.unit is None:
        return UnitClock(None, mapping.time_zone)
    constant = mapping.unit.get("constant") if mapping.unit else None
    code = unit_code or (str(constant) if constant is not None else None)
    if code is None:  # the unit stands in a column
        return UnitClock(None, mapping.time_zone)
    node = load_tree().by_code(code)
    if node is None:
        raise click.BadParameter(
            f"no unit in force has the code {code!r}; `phucvu unit add` adds one",
            param_hint="--unit",
        )
    if mapping.time_zone and mapping.time_zone != node.time_zone:
        raise MappingError(
            f"{mapping.path}, line {mapping.lines.get(('time_zone',), 1)}, time_zone:"
            f" {mapping.time_zone}, but the clocks of {code} show {node.time_zone}"
        )
    return UnitClock(unit_code, node.time_zone)


def _import(path: Path, records: Iterator[tuple[int, Any]], units: UnitEras) -> int:
    """Take in one file; returns how many records were refused."""
    count = {"accepted": 0, "unchanged": 0, "refused": 0}
    refusals = _Refusals(path)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=_console, disable=not _console.is_terminal,
    )  # fmt: skip
    with closing(refusals), bar:
        task = bar.add_task(path.name, total=None)
        while part := list(islice(records, _AT_ONCE)):
            receipt = receive([record for _, record in part], origin=path.name, units=units)
            for name in count:
                count[name] += getattr(receipt, name)
            for answer in receipt.results:
                if answer.result == "refused":
                    refusals.add(part[answer.position][0], answer)
            bar.advance(task, len(part))
    click.echo(
        f"{path.name}: {count['accepted']:,} accepted, {count['unchanged']:,} unchanged,"
        f" {count['refused']:,} refused" + (f" (see {refusals.path})" if count["refused"] else "")
    )
    return count["refused"]


class _Refusals:
    """`FILE.refused.csv`, made with the first refusal; one left by an earlier run is removed.

    It lies beside the file, or in the working folder where nothing may be written there.

    It points to the line (of a .json file, the record's number) in place of repeating it: what
    was refused may hold personal data.
    """

    def __init__(self, source: Path) -> None:
        self.path = source.with_name(source.name + ".refused.csv")
        self._file: IO[str] | None = None
        if self.path.exists():
            self.path.unlink()

    def add(self, line: int, answer: Answer) -> None:
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file).writerow(["line", "code", "field", "reason"])
        writer = csv.writer(self._file)
        for problem in answer.problems or ():
            writer.writerow([line, _harmless(answer.code), problem.field, problem.reason])

    def _open(self) -> IO[str]:
        try:
            return self.path.open("w", encoding="utf-8", newline="")
        except OSError:  # the file lies in a folder that may only be read
            self.path = Path(self.path.name)
            return self.path.open("w", encoding="utf-8", newline="")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
