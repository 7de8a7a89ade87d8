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
    """A running process, by its id, with those it started."""

    id: int

    @property
    def memory(self) -> int:
        """Bytes of memory it holds now."""
        return sum(int(self._read(each, "statm").split()[1]) * _PAGE for each in self._all())

    @property
    def worked(self) -> float:
        """Seconds of processor it has had, its system calls included."""
        told = [self._read(each, "stat").rpartition(")")[2].split() for each in self._all()]
        return sum(int(fields[11]) + int(fields[12]) for fields in told) / _TICKS

    def _all(self) -> list[int]:
        children = self._read(self.id, f"task/{self.id}/children").split()
        return [self.id, *map(int, children)]

    @staticmethod
    def _read(process: int, name: str) -> str:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8")


def allow_files(wanted: int) -> None:
    """Let this process, and those it starts from now on, open so many files and connections.

    Raises RuntimeError where the machine does not allow it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise RuntimeError(f"{wanted:,} open files are needed and {hard:,} allowed (ulimit -Hn)")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
