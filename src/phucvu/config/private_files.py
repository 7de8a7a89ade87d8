"""Private files: folders 700 and files 600, for the program's own account only.

The store holds dossiers, sessions and accounts, the mails hold links that set passwords.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

__all__ = ["ExposedError", "keep_private", "make_private"]

_OTHERS = 0o077
_WITH_STORE = ("", "-wal", "-shm", "-journal")


class ExposedError(ImproperlyConfigured):
    """Error of private files that others can read and this account cannot change."""


def make_private(folder: Path) -> None:
    """Let only the owner read the data folder, everything directly in it, and its mails.

    Files this process makes from now on are private too. Raises `ExposedError` for a folder that
    belongs to another account or to everybody (such as `/tmp`).
    """
    os.umask(_OTHERS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & stat.S_ISVTX:
        raise ExposedError(
            f"PHUCVU_DATA={folder} is a folder for everybody. Choose one of its own, such as "
            f"{folder / 'phucvu'}."
        )
    _shut(folder)
    for entry in _within(folder):
        _shut(entry)


def keep_private(store: str) -> None:
    """Let only the owner read a SQLite store that is outside the data folder."""
    for ending in _WITH_STORE:
        file = Path(store + ending)
        if file.is_file():
            _shut(file)


def _within(folder: Path) -> Iterator[Path]:
    yield from folder.iterdir()
    mails = folder / "mail"
    if mails.is_dir():
        yield from mails.iterdir()


def _shut(path: Path) -> None:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or not found.st_mode & _OTHERS:
            return
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return  # another process was done with it meanwhile
    except PermissionError:
        raise ExposedError(
            f"{path} can be read by others and belongs to another account. Give it to the one "
            f"that runs phucvu, or run `chmod go= {path}` as its owner."
        ) from None
