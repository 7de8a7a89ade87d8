"""Limits of the reading of a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError

__all__ = ["Limits", "limits_for"]

_SECONDS_A_MIB = 30
_GRACE = 5
# Of those who look at a file, and wait: the server's own work goes first.
_POLITENESS = 5


@dataclass(frozen=True)
class Limits:
    """Limits of one reading: memory in MiB (address space), computing and waiting time in seconds.

    `polite` lets other work on the machine go first.
    """

    memory: int
    seconds: int
    polite: bool = False

    @property
    def waited(self) -> int:
        """Return how long (s) answers are waited for, all in all.

        Nobody waits for a file that is taken in: a busy machine may then take its time.
        """
        return self.seconds if self.polite else 2 * self.seconds + _GRACE

    def apply(self) -> None:
        """Limit this process, and everything it starts, for good."""
        import resource  # not on Windows

        of_memory = self.memory << 20
        resource.setrlimit(resource.RLIMIT_AS, (of_memory, of_memory))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds + _GRACE))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has nothing to write
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if self.polite:
            os.nice(_POLITENESS)

    def too_much(self, path: Path) -> FileError:
        """Make the error of a file that needs more memory than allowed."""
        return FileError(
            _(
                "%(file)s takes more than %(memory)d MiB of memory to read. Split it into several"
                " files, or save the table as CSV UTF-8."
            )
            % {"file": path, "memory": self.memory}
        )

    def too_long(self, path: Path) -> FileError:
        """Make the error of a file that takes more time than allowed."""
        return FileError(
            _(
                "%(file)s takes more than %(seconds)d seconds to read. Split it into several"
                " files, or save the table as CSV UTF-8."
            )
            % {"file": path, "seconds": self.seconds}
        )


def limits_for(path: Path, *, whole: bool) -> Limits:
    """Return the limits of a file: `whole` to take it in, else to look at its beginning.

    Taking in has half a minute more for each MiB, a hundred times what an honest file needs.
    """
    memory, seconds = settings.PHUCVU_FILE_MIB, settings.PHUCVU_FILE_SECONDS
    if not whole:
        return Limits(memory, seconds, polite=True)
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # opening it says what is wrong
    return Limits(memory, seconds + _SECONDS_A_MIB * (size >> 20))
