"""Runs the measurements and prints one table; exits with 1 where a budget is missed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import Outcome
from bench.memory import import_memory
from bench.sizes import FULL, QUICK, Size

_WIDTH = 118
_STORES = ("sqlite", "postgresql")
_PARTS = (*_STORES, "memory")
_console = Console(highlight=False, width=_WIDTH)


def main() -> int:
    """`python -m bench [quick] [sqlite|postgresql|memory …]`: all parts, or those named; or
    `python -m bench pages`.
    """
    if sys.argv[1:] == ["pages"]:
        from bench.pages.__main__ import main as pages

        return pages()
    words = set(sys.argv[1:])
    unknown = words - {"quick", *_PARTS}
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: quick {' '.join(_PARTS)}")
        return 2
    size = QUICK if "quick" in words else FULL
    parts = [part for part in _PARTS if part in words] or _PARTS
    start = time.monotonic()
    outcomes: list[Outcome] = []
    for part in parts:
        outcomes += import_memory(size) if part == "memory" else _on(part, size)
    _print(outcomes, size, time.monotonic() - start)
    return 1 if any(outcome.missed for outcome in outcomes) else 0


def _on(store: str, size: Size) -> list[Outcome]:
    """Each store is measured in a process of its own, for the settings are read once."""
    with tempfile.TemporaryDirectory(prefix="phucvu-bench-") as folder:
        environment = {
            **os.environ,
            "PHUCVU_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
        }
        environment.pop("DATABASE_URL", None)
        server = None
        if store == "postgresql":
            from tests.postgres import start

            server = start(durable=True)
            environment["DATABASE_URL"] = server.url
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench.scenarios", store, size.name],
                env=environment, check=True, stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parent.parent,
            )  # fmt: skip
        finally:
            if server is not None:
                server.stop()
    return [Outcome.read(line) for line in done.stdout.decode().splitlines() if line]


def _print(outcomes: list[Outcome], size: Size, taken: float) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    table = Table(
        title=f"Phục Vụ, {size.name}: {size.dossiers:,} dossiers; {os.cpu_count()} cores,"
        f" {memory:.0f} GiB, Python {platform.python_version()}; {taken:.0f} s",
        title_justify="left",
        pad_edge=False,
    )
    table.add_column("what", no_wrap=True)
    table.add_column("store", no_wrap=True)
    for heading in ("ours", "budget", "peer", "ours÷peer"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("the peer is")
    for outcome in outcomes:
        table.add_row(*outcome.cells(), style="bold red" if outcome.missed else None)
    _console.print(table)


if __name__ == "__main__":
    sys.exit(main())
