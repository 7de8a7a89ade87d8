"""Stores with their tables, migrated once in a run of the tests and copied from then on.

All migrations take some eight seconds; a run needs an empty store a few dozen times.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["copy_store", "fill_memory", "folder_of_run"]

_RUN = "PHUCVU_TEST_RUN"  # the folder of this run, which all its processes share

_MAKE = """
import shutil, sqlite3, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
connection.close()
shutil.copy(connection.settings_dict["NAME"], sys.argv[1])
# Without a log beside it, so that several may read it at once.
tables = sqlite3.connect(sys.argv[1])
tables.execute("PRAGMA journal_mode=DELETE")
tables.close()
from phucvu.cli import main
main(["migrate"], standalone_mode=False)
"""


@contextmanager
def folder_of_run() -> Iterator[None]:
    """Keep a folder for the whole run; its workers find it by its name in the environment."""
    if _RUN in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="phucvu-tests-") as folder:
        os.environ[_RUN] = folder
        try:
            yield
        finally:
            del os.environ[_RUN]


def copy_store(to: Path) -> Path:
    """Put an empty SQLite store there, as `phucvu migrate` makes it."""
    shutil.copy(_made() / "phucvu.sqlite3", to)
    to.chmod(0o600)
    return to


def fill_memory(name: str) -> sqlite3.Connection:
    """Put the tables into a store in memory, as Django's `migrate` makes them.

    It lives as long as the connection that is returned.
    """
    memory = sqlite3.connect(name, uri=True, check_same_thread=False)
    tables = sqlite3.connect(f"file:{_made() / 'tables.sqlite3'}?mode=ro", uri=True)
    tables.backup(memory)
    tables.close()
    return memory


def _made() -> Path:
    """Return the folder with the two stores, made by whoever comes first."""
    folder = Path(os.environ[_RUN])
    done = folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            environment = os.environ | {
                "PHUCVU_DATA": str(folder),
                "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
            }
            environment.pop("DATABASE_URL", None)
            subprocess.run(
                [sys.executable, "-c", _MAKE, str(folder / "tables.sqlite3")],
                env=environment, check=True, timeout=300,
            )  # fmt: skip
            done.touch()
    return folder
