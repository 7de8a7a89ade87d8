"""Archive of one kind of fact: a Parquet file for each month, and a list of the files.

The list (`archive.json`) is replaced in one step after the files it names are whole on the disk: a
reader finds one state of the register, and a write that was cut short changes nothing. The files of
the list before stay, for whoever has read that one and is about to open them. This module does not
use Django: the files are all there is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from phucvu.measures import Type, Vocabulary

__all__ = ["SCHEMA", "Archive", "ArchiveError", "MonthFile", "Position", "schema_of"]

SCHEMA = 2
"""The form of the files and of their list; a later form has a higher number."""

_LIST = "archive.json"
_TYPES = {Type.TEXT: pa.string(), Type.BOOLEAN: pa.bool_()}


class ArchiveError(ValueError):
    """Error of a folder without an archive this program can read; the message says what to do."""


@dataclass(frozen=True)
class MonthFile:
    """File of one month; `state` is a digest of the register's rows of that month."""

    file: str
    rows: int
    state: str
    sha256: str


@dataclass(frozen=True)
class Position:
    """Place in the journal up to which an archive goes: its last batch, and that batch's link."""

    batch: int
    link: str


def schema_of(vocabulary: Vocabulary) -> pa.Schema:
    """Return the Arrow schema of a kind of fact, in the vocabulary's order; integers have 64
    bits.
    """
    return pa.schema(
        [
            pa.field(column.name, _TYPES.get(column.type, pa.int64()), nullable=column.nullable)
            for column in vocabulary.values()
        ],
        metadata={"phucvu.schema": str(SCHEMA), "phucvu.fact": vocabulary.fact},
    )


class Archive:
    """Archive of one kind of fact in a folder, which need not exist yet."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        self.folder = folder
        self.fact = vocabulary.fact
        self.schema = schema_of(vocabulary)

    def parts(self) -> dict[str, MonthFile]:
        """Read the list of files by month; it is empty where there is no archive yet.

        Raises ArchiveError where the list cannot be read or is of another kind of archive.
        """
        listed = self._listed()
        # Of an earlier form, or with other columns: to be written anew, as if it were not there.
        if listed is None or (listed.schema, listed.columns) != (SCHEMA, self.schema.names):
            return {}
        return {month: MonthFile(**part) for month, part in listed.parts.items()}

    def position(self) -> Position | None:
        """Return up to where in the journal the archive goes; None where no batch was there.

        Raises ArchiveError as `parts` does.
        """
        listed = self._listed()
        return None if listed is None or listed.journal is None else Position(**listed.journal)

    def _listed(self) -> _List | None:
        path = self.folder / _LIST
        try:
            found = _List.read(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(
                f"{path}: expected the list of an archive ({error}). Write it into a new folder."
            ) from error
        if found.schema > SCHEMA or found.fact != self.fact:
            raise ArchiveError(
                f"{path}: expected {self.fact} in form {SCHEMA}, found {found.fact} in form"
                f" {found.schema}. Write the archive into a new folder."
            )
        return found

    def faults(self) -> list[str]:
        """Return which files are not those that the list tells of, in words.

        Raises ArchiveError as `parts` does.
        """
        return [fault for part in self.parts().values() for fault in self._faults_of(part)]

    def _faults_of(self, part: MonthFile) -> Iterator[str]:
        path = self.folder / part.file
        if not path.is_file():
            yield f"{path} is missing."
        elif (found := _sha256(path)) != part.sha256:
            yield f"{path} is not what was written: its SHA-256 is {found}, not {part.sha256}."
        elif (rows := pq.read_metadata(path).num_rows) != part.rows:
            yield f"{path} holds {rows:,} rows; the list says {part.rows:,}."

    def files(self) -> list[Path]:
        """Return the files in the order of their months. Raises ArchiveError where there are
        none.
        """
        parts = self.parts()
        if not parts:
            raise ArchiveError(
                f"{self.folder}: holds no archive. `phucvu archive write` makes one."
            )
        return [self.folder / parts[month].file for month in sorted(parts)]

    def write(self, month: str, state: str, rows: Iterable[Sequence[Sequence[Any]]]) -> MonthFile:
        """Write one month's file from chunks of rows; `replace` makes it part of the archive."""
        # With the columns in its name: what has others never takes the place of a file in use.
        columns_mark = sha256("\n".join(self.schema.names).encode()).hexdigest()[:8]
        name = f"{month}.{state}-{columns_mark}.parquet"
        self.folder.mkdir(parents=True, exist_ok=True)
        count = 0
        with (
            _whole(self.folder / name) as path,
            pq.ParquetWriter(path, self.schema, compression="zstd") as writer,
        ):
            for chunk in rows:
                columns = zip(*chunk, strict=True)
                arrays = [
                    pa.array(_booleans(column) if pa.types.is_boolean(kind) else column, kind)
                    for column, kind in zip(columns, self.schema.types, strict=True)
                ]
                writer.write_batch(pa.record_batch(arrays, schema=self.schema))
                count += len(chunk)
        return MonthFile(name, count, state, _sha256(self.folder / name))

    def replace(self, parts: Mapping[str, MonthFile], journal: Position | None = None) -> None:
        """Make these files the archive in one step. `journal`: up to where they go.

        Removes the files that neither this list names nor the one before it.
        """
        replaced = self._listed()
        named = {part.file for part in parts.values()}
        before: set[str] = set()
        if replaced is not None:
            of_list = {str(part["file"]) for part in replaced.parts.values()}
            before = of_list if of_list != named else set(replaced.before)
        listed = _List(
            SCHEMA, self.fact, self.schema.names,
            {month: asdict(parts[month]) for month in sorted(parts)},
            sorted(before), None if journal is None else asdict(journal),
        )  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)
        with _whole(self.folder / _LIST) as path:
            path.write_text(json.dumps(asdict(listed), indent=1) + "\n", encoding="utf-8")
        for path in self.folder.glob("*.parquet*"):
            if path.name not in named | before:
                path.unlink()


@dataclass(frozen=True)
class _List:
    """Content of `archive.json`; `before` names the files of the list before this one."""

    schema: int
    fact: str
    columns: list[str]
    parts: dict[str, dict[str, Any]]
    before: list[str]
    journal: dict[str, Any] | None

    @classmethod
    def read(cls, found: Any) -> _List:
        """Read the list. Raises `LookupError`, `TypeError` or `AttributeError` for another."""
        parts = {month: dict(part) for month, part in found["parts"].items()}
        for part in parts.values():
            str(part["file"])  # which every form has
        return cls(
            int(found["schema"]), found["fact"], found["columns"], parts,
            list(found.get("before", ())), found.get("journal"),
        )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _booleans(column: Sequence[Any]) -> list[bool]:
    """Convert the 0 and 1 by which SQLite stores booleans."""
    return [bool(value) for value in column]


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path, whose file gets its own name only when it is whole on the disk."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    yield unfinished
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
