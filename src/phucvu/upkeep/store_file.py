"""SQLite's one file, and how to notice that it was copied without its log.

While the store is served, the latest changes are in a log beside the file (`-wal`): a plain copy of
the file alone lacks them, and does not show it. So `phucvu serve` writes into the file itself that
a log belongs to it (SQLite's `user_version`), and takes that back when it stops.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections

__all__ = ["IN_USE", "faults", "found_with_log", "in_use", "lacks_log", "path_of_store", "settle"]

IN_USE = 1
_AT_REST = 0
_PLACE = slice(60, 64)  # of `user_version` in the file's header


def path_of_store() -> Path | None:
    """Return the store's file; None where the store is no file."""
    given = connections.settings["default"]
    if given["ENGINE"] != "django.db.backends.sqlite3":
        return None
    path = Path(str(given["NAME"]))
    return path if path.is_file() else None


def lacks_log(path: Path) -> bool:
    """Tell whether the file says that a log belongs to it, and there is none.

    To be called before the store is opened: opening it makes a new log.
    """
    with path.open("rb") as file:
        header = file.read(100)
    return int.from_bytes(header[_PLACE], "big") == IN_USE and not _log_of(path).exists()


def found_with_log() -> Path | None:
    """Return the store's file if its log is not missing; None for an incomplete copy."""
    path = path_of_store()
    return None if path is None or lacks_log(path) else path


@contextmanager
def in_use() -> Iterator[None]:
    """Mark the file as having a log while the store is served."""
    path = path_of_store()
    if path is None or lacks_log(path):  # half a copy stays known as one
        yield
        return
    _mark(path, IN_USE)
    try:
        yield
    finally:
        _mark(path, _AT_REST)


def settle(path: Path) -> None:
    """Remove the mark after a command that found the log and has written it into the file."""
    if path.is_file() and lacks_log(path):
        _mark(path, _AT_REST)


def faults(path: Path) -> list[str]:
    """Return the faults SQLite finds in the file itself, in its words; empty where it is sound."""
    with closing(sqlite3.connect(path)) as store:
        found = [str(row[0]) for row in store.execute("PRAGMA quick_check(10)")]
    return [] if found == ["ok"] else found


def _mark(path: Path, mark: int) -> None:
    """Write the mark and bring it into the file itself."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as store:
        store.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
        store.execute(f"PRAGMA user_version = {mark:d}")
        store.execute("PRAGMA wal_checkpoint(FULL)").fetchall()


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
