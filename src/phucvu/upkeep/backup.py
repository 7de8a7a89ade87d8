"""A backup of the whole installation, taken while it is in use.

It is a folder: the store as of one moment, the files of the data folder that belong to it, and
`manifest.json`, which is written last and names all of them. It is made under another name and
renamed when it is whole.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from phucvu import __version__
from phucvu.upkeep import tables
from phucvu.upkeep.manifest import BackupError, Manifest, digest_of, flush
from phucvu.upkeep.store_file import path_of_store
from phucvu.upkeep.tables import AUDIT_HEAD, HASHES, JOURNAL_HEAD, Saved

__all__ = ["KEPT_FOLDERS", "STORE_FILE", "back_up"]

STORE_FILE = "store.sqlite3"
KEPT_FOLDERS = ("scorecards", "uploads")
"""What of the data folder the store needs: added scorecards, and files still to be taken in."""

_OWNER_ONLY, _OWNER_FOLDER = 0o600, 0o700


def back_up(into: Path) -> Manifest:
    """Back the installation up into a new folder. Raises `BackupError` where that is impossible."""
    if into.exists():
        raise BackupError(f"{into} exists already. Name a folder that does not.")
    part = into.with_name(f".{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=_OWNER_FOLDER)
    try:
        manifest = _fill(part)
        part.rename(into)
    except BaseException:  # half a backup would look like a whole one
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _fill(folder: Path) -> Manifest:
    made_at = timezone.now().isoformat(timespec="seconds")
    if connection.vendor == "postgresql":
        saved = tables.save(folder)
    else:
        saved = _save_file(folder / STORE_FILE)
    # After the store: whatever it speaks of is there still, or was taken in since.
    left_out = _save_folders(folder)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    for file in files:
        file.chmod(_OWNER_ONLY)
        flush(file)
    manifest = Manifest(
        __version__, made_at, connection.vendor, saved.migrations, saved.rows,
        {file.relative_to(folder).as_posix(): digest_of(file) for file in files},
        saved.next_numbers, saved.audit, left_out, saved.journal,
    )  # fmt: skip
    manifest.write(folder)
    return manifest


def _save_file(file: Path) -> Saved:
    """Copy SQLite's store while it is in use, as of one moment, with its log taken in."""
    path = path_of_store()
    if path is None:
        raise BackupError("There is no store yet. Run `phucvu migrate` first.")
    with closing(sqlite3.connect(path)) as store, closing(sqlite3.connect(file)) as copy:
        # In one step: it reads one moment's state, and keeps nobody from writing.
        store.backup(copy)
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole without any beside it
        copy.execute("PRAGMA secure_delete = ON")
        names = [
            str(name)
            for (name,) in copy.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        ]
        for name in set(names) & set(tables.NOT_BACKED_UP):
            copy.execute(f'DELETE FROM "{name}"')  # noqa: S608 - names of our own
        copy.execute("PRAGMA user_version = 0")
        rows = {
            name: int(copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0])  # noqa: S608
            for name in names
            if name not in tables.NOT_BACKED_UP
        }
        applied = copy.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
        head = copy.execute(AUDIT_HEAD).fetchone()
        link = copy.execute(JOURNAL_HEAD).fetchone() if HASHES in names else None
    migrations = [(str(app), str(name)) for app, name in applied]
    return Saved(rows, migrations, str(head[0]) if head else "", {}, str(link[0]) if link else "")


def _save_folders(folder: Path) -> list[str]:
    """Copy the folders that belong to the store; return the names of those left out."""
    data = Path(settings.DATA)
    for name in KEPT_FOLDERS:
        for file in sorted((data / name).rglob("*")):
            target = folder / "files" / file.relative_to(data)
            try:
                if file.is_file():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, target)
            except FileNotFoundError:
                continue  # taken in meanwhile
    return sorted(entry.name for entry in data.iterdir() if entry.name not in KEPT_FOLDERS)
