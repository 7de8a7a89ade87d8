"""What processes of this machine may hold, do hold and have worked, as Linux tells it."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Process", "allow_files"]

_PAGE, _TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A running process, by its id."""

    id: int

    @property
    def memory(self) -> int:
        """Bytes of memory it holds now."""
        return int(self._read("statm").split()[1]) * _PAGE

    @property
    def worked(self) -> float:
        """Seconds of processor it has had, its system calls included."""
        fields = self._read("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.id}/{name}").read_text(encoding="utf-8")


def allow_files(wanted: int) -> None:
    """Let this process, and those it starts from now on, open so many files and connections.

    Raises RuntimeError where the machine does not allow it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{wanted:,} open files are needed and {hard:,} allowed (ulimit -Hn)")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
