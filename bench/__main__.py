"""Runs the measurements and prints one table; exits with 1 where a budget is missed."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import Outcome
from bench.sizes import FULL, QUICK, Size

_console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def main() -> int:
    """`python -m bench [quick] [sqlite|postgresql …]`, or `python -m bench pages`."""
    if sys.argv[1:] == ["pages"]:
        from bench.pages.__main__ import main as pages

        return pages()
    words = set(sys.argv[1:])
    size = QUICK if "quick" in words else FULL
    stores = [store for store in ("sqlite", "postgresql") if store in words]
    outcomes: list[Outcome] = []
    for store in stores or ["sqlite", "postgresql"]:
        outcomes += _on(store, size)
    _print(outcomes, size)
    return 1 if any(outcome.missed for outcome in outcomes) else 0


def _on(store: str, size: Size) -> list[Outcome]:
    """Each store is measured in a process of its own, for the settings are read once."""
    import subprocess

    with tempfile.TemporaryDirectory(prefix="phucvu-bench-") as folder:
        environment = {
            **os.environ,
            "PHUCVU_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
        }
        server = None
        if store == "postgresql":
            from tests.postgres import start

            server = start()
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


def _print(outcomes: list[Outcome], size: Size) -> None:
    table = Table(title=f"Phục Vụ, {size.name}: {size.dossiers:,} dossiers", title_justify="left")
    table.add_column("what")
    table.add_column("store")
    for heading in ("ours", "budget", "peer", "ours ÷ peer"):
        table.add_column(heading, justify="right")
    table.add_column("peer is")
    for outcome in outcomes:
        style = "bold red" if outcome.missed else None
        table.add_row(*outcome.cells(), style=style)
    _console.print(table)


if __name__ == "__main__":
    sys.exit(main())
