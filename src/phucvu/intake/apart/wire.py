"""Messages between the program that asks, the keeper and its children."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, NamedTuple

from phucvu.intake.apart.limits import Limits

__all__ = ["FAULT", "HEAD", "JOB_HEAD", "MEMORY", "NUMBER", "PART", "RESULT", "Job"]

JOB_HEAD = struct.Struct("=Q")
"""Before a job: how many bytes it has."""
NUMBER = struct.Struct("=q")
"""A child's number, and how it ended."""
HEAD = struct.Struct("=cI")
"""Before each frame of a child: a letter, and how many bytes it has."""
PART, RESULT, FAULT, MEMORY = b"P", b"R", b"F", b"M"


class Job(NamedTuple):
    """Job of a child: one of `jobs.LOOKS`, or of `jobs.READINGS` with `at_once` a part.

    `folder` is where a relative `path` begins.
    """

    name: str
    path: Path
    arguments: tuple[Any, ...]
    limits: Limits
    language: str
    population_db_codes: frozenset[str]
    folder: str
    at_once: int = 0
