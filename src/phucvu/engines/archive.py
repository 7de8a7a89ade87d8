"""Archive of one kind of fact: a Parquet file for each month, and a list of the files.

The list (`archive.json`) is replaced in one step after the files it names are whole on the disk: a
reader finds one state of the register, and a write that was cut short changes nothing. This module
does not use Django: the files are all there is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from phucvu.measures import Type, Vocabulary

__all__ = ["SCHEMA", "Archive", "ArchiveError", "MonthFile", "schema_of"]

SCHEMA = 1
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
        path = self.folder / _LIST
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            schema, fact, columns = listed["schema"], listed["fact"], listed["columns"]
            parts = {month: MonthFile(**part) for month, part in listed["parts"].items()}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(
                f"{path}: expected the list of an archive ({error}). Write it into a new folder."
            ) from error
        if schema != SCHEMA or fact != self.fact:
            raise ArchiveError(
                f"{path}: expected {self.fact} in form {SCHEMA}, found {fact} in form {schema}."
                " Write the archive into a new folder."
            )
        # Of a program with other columns: to be written anew, as if it were not there.
        return parts if columns == self.schema.names else {}

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
        name = f"{month}.{state}.parquet"
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
        return MonthFile(name, count, state)

    def replace(self, parts: Mapping[str, MonthFile]) -> None:
        """Make these files the archive in one step, and remove files that the list no longer
        names.
        """
        listed = {
            "schema": SCHEMA,
            "fact": self.fact,
            "columns": self.schema.names,
            "parts": {month: asdict(parts[month]) for month in sorted(parts)},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with _whole(self.folder / _LIST) as path:
            path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
        named = {part.file for part in parts.values()}
        for path in self.folder.glob("*.parquet*"):
            if path.name not in named:
                path.unlink()


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
