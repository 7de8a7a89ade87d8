"""How much memory the import of a long file takes, in a process of its own."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from bench.dossiers import message, unit_code
from bench.measure import Outcome, seconds
from bench.sizes import Size

__all__ = ["import_memory"]

_DIFFERENT = 10_000
_MARK = "0000000"


def import_memory(size: Size) -> list[Outcome]:
    """The peak memory of `phucvu import` of a file of JSON lines, into SQLite."""
    with tempfile.TemporaryDirectory(prefix="phucvu-bench-") as folder:
        environment = {**os.environ, "PHUCVU_DATA": folder}
        environment.pop("DATABASE_URL", None)

        def phucvu(*words: str) -> None:
            subprocess.run([sys.executable, "-m", "phucvu", *words], env=environment, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

        phucvu("migrate")
        phucvu("units", "add", unit_code(0), "Xã", "--kind", "commune")
        path = Path(folder) / "long.jsonl"
        _write(path, size.imported)
        child = [sys.executable, "-c", _CHILD, str(path)]
        peak = 0.0

        def run() -> None:
            nonlocal peak
            done = subprocess.run(
                child, env=environment, check=True, capture_output=True, text=True
            )
            peak = int(done.stdout.split()[-1]) / 1024

        taken = seconds(run)
    what = f"importing a file of {size.imported:,}"
    return [
        Outcome(f"{what}, memory", "sqlite", "MiB", peak, "less", 1024),
        Outcome(f"{what}", "sqlite", "dossiers/s", size.imported / taken, "more"),
    ]


# The peak is the command's own: a parent would add what its other children took.
_CHILD = """
import resource, sys
from phucvu.cli import main
try:
    main(["import", sys.argv[1]])
except SystemExit as done:
    if done.code:
        raise
print()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _write(path: Path, rows: int) -> None:
    """Ten thousand different dossiers, over and over under codes of their own."""
    chance = random.Random(766)
    lines = []
    for _ in range(_DIFFERENT):
        sent = message(0, 1, chance)
        lines.append(msgspec.json.encode(sent).decode().rsplit(f"-{_MARK}", 1))
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            before, after = lines[number % _DIFFERENT]
            file.write(f"{before}-{number:07d}{after}\n")
