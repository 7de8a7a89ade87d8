"""`python -m bench.pages`: prints a table; exits with 1 where a budget is missed."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import httpx
from rich.console import Console
from rich.table import Table

from bench.measure import Outcome, percentile
from bench.pages.process import Process, allow_files

_SECONDS = 4.0
_CONNECTIONS = 16
_OPEN_PAGES, _CHANGES = 1_000, 4
_PORT, _PEER_PORT = 8911, 8912
_STORE = "sqlite"
_ROOT = Path(__file__).resolve().parents[2]
_console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def main() -> int:
    """Measure, print, and say whether a budget was missed."""
    with tempfile.TemporaryDirectory(prefix="phucvu-bench-") as folder:
        os.environ |= {"PHUCVU_DATA": folder, "DJANGO_SETTINGS_MODULE": "phucvu.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        # All of them come from this machine.
        os.environ["PHUCVU_STREAMS_PER_ADDRESS"] = str(2 * _OPEN_PAGES)
        django.setup()
        outcomes = _measure(Path(folder))
    table = Table(title="Public pages: 34 provinces, 3,321 communes", title_justify="left")
    for heading in ("what", "store", "ours", "budget", "peer", "ours ÷ peer", "peer is"):
        table.add_column(heading)
    for outcome in outcomes:
        table.add_row(*outcome.cells(), style="bold red" if outcome.missed else None)
    _console.print(table)
    return 1 if any(outcome.missed for outcome in outcomes) else 0


def _measure(folder: Path) -> list[Outcome]:
    from bench.pages.country import PERIOD, load
    from bench.pages.listening import follow, refresh
    from bench.pages.load import ask_once, run_load
    from phucvu.config import serving
    from phucvu.config.commands import prepare_store

    prepare_store()
    began = time.perf_counter()
    units, figures = load()
    _say(f"{units:,} units, {figures:,} figures in {time.perf_counter() - began:.0f} s")
    addresses = _addresses(PERIOD)
    allow_files(3 * _OPEN_PAGES)
    command = serving.command("127.0.0.1", _PORT)
    with _server(command, _PORT, "/healthz"):
        first = asyncio.run(ask_once(_PORT, addresses))
        _say(f"{len(addresses)} pages made, the slowest in {max(first):.0f} ms")
        steady = run_load(_PORT, addresses, seconds=_SECONDS, connections=_CONNECTIONS)
        with _changes(every=1.0):
            busy = run_load(_PORT, addresses[:6], seconds=_SECONDS, connections=_CONNECTIONS)
    units = ["VN", "H01"]
    pages = [f"/don-vi/{unit}/" for unit in units]
    with _server(command, _PORT, "/healthz") as server:
        asyncio.run(ask_once(_PORT, pages + addresses[:6]))
        followed = follow(
            _PORT, server, units, addresses[:6], _change, pages=_OPEN_PAGES, changes=_CHANGES
        )
        refreshed = refresh(_PORT, units, pages, _change, _OPEN_PAGES)
    peer = _datasette(folder / "phucvu.sqlite3")
    peer_is = "Datasette, a unit's rows as a page" if peer else "Datasette is not installed"
    many = f"{_OPEN_PAGES:,} open pages"
    return [
        Outcome("pages, nothing changes", _STORE, "requests/s", steady.rate, "more", 500,
                peer.rate if peer else None, peer_is),
        Outcome("… 99 of 100 within", _STORE, "ms", steady.p99, "less", 100,
                peer.p99 if peer else None, peer_is),
        Outcome("the six most asked for, a change a second", _STORE, "requests/s", busy.rate,
                "more", 500),
        Outcome("… 99 of 100 within", _STORE, "ms", busy.p99, "less", 100),
        Outcome("a page made anew, median", _STORE, "ms", percentile(first, 0.5), "less"),
        Outcome("a page made anew, the slowest", _STORE, "ms", max(first), "less"),
        Outcome("a page over the wire", _STORE, "KB", steady.size / 1000, "less", 300,
                peer.size / 1000 if peer else None, peer_is),
        Outcome(f"{many}, connecting", _STORE, "s", followed.opening, "less", 5),
        Outcome("… changes not heard of", _STORE, "", followed.missing, "less", 0),
        Outcome("… from the commit to the page, median", _STORE, "ms", followed.median, "less"),
        Outcome("… 99 of 100 within", _STORE, "ms", followed.p99, "less", 1_000),
        Outcome("… while pages are asked for", _STORE, "ms", followed.busy, "less", 1_000),
        Outcome("… these answered, 99 of 100 within", _STORE, "ms", followed.answers, "less"),
        Outcome("… memory for each", _STORE, "KB", followed.memory, "less", 20),
        Outcome("… work for each change and page", _STORE, "µs", followed.work, "less"),
        Outcome(f"{many} with the new figures, half of them", _STORE, "s", refreshed.median,
                "less"),
        Outcome("… all of them", _STORE, "s", refreshed.last, "less", 10),
    ]  # fmt: skip


def _addresses(period: str) -> list[str]:
    """What readers ask for, the most asked for first."""
    from phucvu.editions.finding import Editions
    from phucvu.units.models import Kind, Unit

    provinces = Unit.objects.filter(kind=Kind.PROVINCE).values_list("code", flat=True)[:4]
    communes = Unit.objects.filter(kind=Kind.COMMUNE).values_list("code", flat=True)[:6]
    components = list(Editions.open().today().scorecard.indicators)[:3]
    return [
        "/", "/ban-do/", "/gioi-thieu/", "/bo-chi-so/", "/du-lieu/", "/don-vi/VN/",
        *(f"/don-vi/{code}/" for code in provinces),
        *(f"/bang-xep-hang/{code}/?ky={period}" for code in provinces),
        *(f"/ban-do/{code}/" for code in provinces),
        *(f"/don-vi/{code}/" for code in communes),
        *(f"/chi-so/{id_}/" for id_ in components),
    ]  # fmt: skip


def _change() -> int:
    """A dossier of the first province arrives. Returns the number of the change."""
    from django.db import transaction

    from phucvu.changes.publishing import publish
    from phucvu.units.models import Unit
    from phucvu.web.live.marks import newest_mark

    with transaction.atomic():
        publish([Unit.objects.get(code="H01").pk])
        return newest_mark().change


@contextmanager
def _changes(every: float) -> Iterator[None]:
    """Somebody's dossiers keep arriving."""
    stop = threading.Event()

    def arrive() -> None:
        while not stop.wait(every):
            _change()

    thread = threading.Thread(target=arrive)
    thread.start()
    yield
    stop.set()
    thread.join()


def _datasette(store: Path):  # type: ignore[no-untyped-def]
    """The same tables served by Datasette; None where it is not installed."""
    from django.db import connection

    from bench.pages.load import run_load

    if importlib.util.find_spec("datasette") is None:
        return None
    with connection.cursor() as cursor:  # Datasette reads the file alone
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = store.stem
    addresses = [
        f"/{name}/register_statedfigure?unit_id={unit}&period=2026" for unit in range(2, 50)
    ]
    with _server([sys.executable, "-m", "datasette", "serve", "--immutable", str(store),
                  "--port", str(_PEER_PORT)], _PEER_PORT, "/-/versions.json"):  # fmt: skip
        return run_load(_PEER_PORT, addresses, seconds=_SECONDS, connections=_CONNECTIONS)


@contextmanager
def _server(command: list[str], port: int, healthy: str) -> Iterator[Process]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=_ROOT
    )
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}{healthy}").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"{command[2]} did not start")
        yield Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
