"""Restoring of a backup into an empty store."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from phucvu.upkeep import tables
from phucvu.upkeep.backup import STORE_FILE
from phucvu.upkeep.manifest import BackupError, Manifest, flush
from phucvu.upkeep.store_file import path_of_store

__all__ = ["restore"]


def restore(folder: Path) -> Manifest:
    """Restore a backup into the store that the settings name, which has to be empty.

    Its tables are brought up to date afterwards (`phucvu migrate`). Raises `BackupError`, and then
    leaves SQLite's store as it was; in PostgreSQL's, tables without rows may have been made.
    """
    manifest = Manifest.read(folder)
    if manifest.store != connection.vendor:
        raise BackupError(
            f"The backup is of a store on {manifest.store}, DATABASE_URL names one on"
            f" {connection.vendor}. Name an empty one of the same kind."
        )
    _refuse_newer(manifest)
    if connection.vendor == "postgresql":
        _into_tables(folder, manifest)
    else:
        _into_file(folder)
    _files(folder)
    call_command("migrate", verbosity=0, interactive=False)
    return manifest


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationExecutor(None).loader.disk_migrations
    foreign = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if foreign:
        raise BackupError(
            f"The backup was made by Phục Vụ {manifest.program}, which knows what this one does"
            f" not ({foreign[0]}). Install that version or a newer one."
        )


def _into_file(folder: Path) -> None:
    target = Path(str(connections.settings["default"]["NAME"]))
    found = path_of_store()
    if found is not None and found.stat().st_size:
        raise BackupError(f"{found} exists already: a backup is brought back beside nothing else.")
    for beside in ("-wal", "-shm", "-journal"):
        if target.with_name(target.name + beside).exists():
            raise BackupError(f"{target}{beside} lies there, of another store. Move it away first.")
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(folder / STORE_FILE, part)
    part.chmod(0o600)
    flush(part)
    part.replace(target)


def _into_tables(folder: Path, manifest: Manifest) -> None:
    if connection.introspection.table_names():
        raise BackupError("The database is not empty. Make a new one and name it in DATABASE_URL.")
    # First the tables as they were then; what has been added since comes after the rows.
    last = dict(manifest.migrations)  # of each application the last applied
    executor = MigrationExecutor(connection)
    known = executor.loader.graph.nodes
    executor.migrate([(app, name) for app, name in last.items() if (app, name) in known])
    call_command("createcachetable", verbosity=0)
    connection.close()
    found = tables.load(folder, manifest.rows, manifest.next_numbers)
    if found != manifest.rows:
        raise BackupError("Not every row came back. Take the backup again, and say so to us.")


def _files(folder: Path) -> None:
    data = Path(settings.DATA)
    for file in sorted((folder / "files").rglob("*")):
        if file.is_file():
            target = data / file.relative_to(folder / "files")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(file, target)
            target.chmod(0o600)
