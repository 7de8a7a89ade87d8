"""Manifest of a backup: the file `manifest.json` in its folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

__all__ = ["NAME", "BackupError", "Manifest", "digest_of", "flush"]

NAME = "manifest.json"
_PIECE = 1024 * 1024  # bytes


class BackupError(Exception):
    """Error of a backup that cannot be made or restored; the message says why and what to do."""


class Manifest(msgspec.Struct):
    """Contents of a backup.

    `rows`: number of rows of each table. `files`: the SHA-256 of each file, by its path in the
    folder. `next_numbers`: the values of PostgreSQL's sequences. `audit`: the audit's last hash.
    `left_out`: files of the data folder that the backup does not hold. `journal`: the last batch's
    link in the chain of batches.
    """

    program: str
    made_at: str
    store: str
    migrations: list[tuple[str, str]]
    rows: dict[str, int]
    files: dict[str, str]
    next_numbers: dict[str, int]
    audit: str
    left_out: list[str]
    journal: str = ""

    def write(self, folder: Path) -> None:
        """Write the manifest, as the last of the folder's files."""
        file = folder / NAME
        file.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2))
        flush(file)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest and check every file against it. Raises `BackupError`."""
        try:
            found = msgspec.json.decode((folder / NAME).read_bytes(), type=cls)
        except OSError as error:
            raise BackupError(f"{folder} is no backup: it has no {NAME}.") from error
        except msgspec.MsgspecError as error:
            raise BackupError(f"{folder / NAME} cannot be read: {error}") from error
        for name, digest in found.files.items():
            file = folder / name
            if not file.is_file() or digest_of(file) != digest:
                raise BackupError(f"{file} is missing or not what was backed up. Take another.")
        return found


def digest_of(file: Path) -> str:
    """Return the file's SHA-256 in hexadecimal digits."""
    found = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def flush(file: Path) -> None:
    """Force the file's content onto the disk."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())
