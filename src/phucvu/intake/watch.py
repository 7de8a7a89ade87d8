"""Watcher of a folder: each complete file is taken in and moved to `done/` or `refused/`.

Taking a file in twice changes nothing, so a stop at any moment is harmless: a file that was not
moved yet is taken again. One lock a folder keeps a second watcher out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.intake.files import SUFFIXES, FileError
from phucvu.intake.formats.base import kind_of
from phucvu.intake.importing import (
    StoppedError,
    Terms,
    UnitError,
    UsageError,
    import_file,
    plan,
)
from phucvu.intake.mapping import MappingError
from phucvu.units.tree import load_eras

__all__ = ["AlreadyWatchedError", "Watcher", "locked"]

_log = logging.getLogger(__name__)
_LOCK = ".phucvu-watch.lock"
# Names under which programs write a file before it is whole.
_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", "~")
_FAULTS = (FileError, MappingError, UnitError, UsageError)

_State = tuple[int, int, int]


class AlreadyWatchedError(RuntimeError):
    """Error of a folder that another process watches."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the process ends, however it does.

    Raises `AlreadyWatchedError`.
    """
    import fcntl  # not on Windows, where the other commands still run

    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyWatchedError(
                _("another process watches %(folder)s") % {"folder": folder}
            ) from error
        yield


@dataclass
class Watcher:
    """Watcher of a folder; `look` takes in files that have not changed since the look before.

    `tell` is called with a line for each file that was dealt with.
    """

    folder: Path
    terms: Terms
    tell: Callable[[str], object]
    stopping: Callable[[], bool]
    _seen: dict[Path, _State] = field(default_factory=dict)

    def look(self) -> int:
        """Deal with every file that is complete; returns how many. Raises `StoppedError`."""
        before, self._seen = self._seen, self._states()
        dealt_with = 0
        for path, state in sorted(self._seen.items(), key=lambda item: (item[1][1], item[0])):
            # A file that is still being copied grows from one look to the next.
            if before.get(path) != state:
                continue
            if self.stopping():
                raise StoppedError(str(self.folder))
            dealt_with += self._take(path, state)
        return dealt_with

    def _states(self) -> dict[Path, _State]:
        found: dict[Path, _State] = {}
        for path in self.folder.iterdir():
            if _is_for_us(path):
                try:
                    found[path] = _state(path)
                except FileNotFoundError:  # taken away meanwhile
                    continue
        return found

    def _take(self, path: Path, state: _State) -> bool:
        """Take in one file and move it; False where it stays for the next look."""
        close_old_connections()
        try:
            outcome = import_file(plan(path, self.terms), load_eras(), stopping=self.stopping)
        except _FAULTS as error:
            line, clean = str(error), False
        except (DatabaseError, OSError):
            # Not the file's fault: the store is away, the disk is full, the file was taken away.
            _log.exception("%s could not be taken in now; it stays for the next look", path.name)
            return False
        except StoppedError:
            raise
        except Exception as error:
            # One file must not keep the others out, look after look.
            _log.exception("%s could not be taken in", path.name)
            line, clean = f"{path.name}: {type(error).__name__}", False
        else:
            line, clean = str(outcome), not outcome.refused
        try:
            if _state(path) != state:  # written to meanwhile: the next look sees the rest
                return False
        except FileNotFoundError:
            return False
        self._move(path, "done" if clean else "refused", line)
        return True

    def _move(self, path: Path, where: str, line: str) -> None:
        """Move the file, its refused rows beside it, and a report on what became of it."""
        target = self.folder / where
        target.mkdir(exist_ok=True)
        place = _free(target, path.name)
        moment = timezone.localtime().isoformat(" ", "seconds")
        report = target / f"{place.name}.report.txt"
        report.write_text(f"{moment}\n{line}\n", encoding="utf-8")
        for refused in list(path.parent.glob(f"{_escaped(path.name)}.refused.*")):
            refused.rename(target / f"{place.name}{refused.name.removeprefix(path.name)}")
        path.rename(place)
        self._seen.pop(path, None)
        self.tell(f"{where}: {line}")


def _is_for_us(path: Path) -> bool:
    name = path.name
    if name.startswith((".", "~$")) or name.lower().endswith(_TEMPORARY):
        return False
    # What an import writes beside its file is not for importing until somebody mended it.
    if ".refused." in name and path.with_name(name.partition(".refused.")[0]).exists():
        return False
    return kind_of(path) in SUFFIXES and path.is_file()


def _state(path: Path) -> _State:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _free(folder: Path, name: str) -> Path:
    """Return a place for the name in the folder: `a.csv`, else `a.2.csv`, and so on."""
    place = folder / name
    number = 1
    stem, dot, suffix = name.partition(".")
    while place.exists():
        number += 1
        place = folder / f"{stem}.{number}{dot}{suffix}"
    return place


def _escaped(name: str) -> str:
    """Return the name as `glob` finds it."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
