"""The measurements on one store, in a process of their own."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import django
import httpx
import msgspec
from rich.progress import track

from bench.dossiers import batches, message, unit_code
from bench.measure import Outcome, percentile
from bench.sizes import SIZES, Size

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.units import measure_subtrees  # noqa: E402
from phucvu.accounts.keys import issue  # noqa: E402
from phucvu.config.commands import prepare_store  # noqa: E402
from phucvu.counters.recount import recount  # noqa: E402
from phucvu.counters.verify import verify  # noqa: E402
from phucvu.register.models import Dossier  # noqa: E402
from phucvu.results.boards import scoreboard, unit_score  # noqa: E402
from phucvu.scoring import Period  # noqa: E402
from phucvu.units.models import Kind, Unit  # noqa: E402
from phucvu.units.tree import load_tree  # noqa: E402

_YEAR = Period.parse("2026")


def main() -> None:
    """`python -m bench.scenarios STORE SIZE`: prints an outcome a line."""
    store, size = sys.argv[1], SIZES[sys.argv[2]]
    for outcome in _measure(store, size):
        print(outcome.written(), flush=True)


def _measure(store: str, size: Size) -> list[Outcome]:
    prepare_store()
    province = Unit.objects.create(code="B", name="Tỉnh", kind=Kind.PROVINCE)
    Unit.objects.bulk_create(
        Unit(code=unit_code(n), name=f"Xã {n}", kind=Kind.COMMUNE, parent=province)
        for n in range(size.units)
    )
    _, key = issue(province, "bench")
    outcomes = []
    with _Server(key) as server:
        server.send(list(batches(size.few, size.units)), "few")
        few = server.singles(size, start=5_000_000)
        bodies = [msgspec.json.encode(batch) for batch in batches(size.dossiers, size.units)]
        start = time.perf_counter()
        for body in track(bodies, f"{store}: bulk", console=_stderr()):
            server.post(body)
        rate = size.dossiers / (time.perf_counter() - start)
        many = server.singles(size, start=6_000_000)
    outcomes.append(
        Outcome("bulk through HTTP", store, "dossiers/s", rate, "more", 10_000,
                _raw_insert(size), "insert of the same rows into a bare table")
    )  # fmt: skip
    outcomes.append(
        Outcome(f"one dossier, p99, {size.dossiers:,} in the register", store, "ms",
                percentile(many, 0.99), "less", 50)
    )  # fmt: skip
    # The typical cost, not the 99th percentile: of a hundred, that is whatever else ran then.
    outcomes.append(
        Outcome(f"the same, median, beside {size.few:,} in the register", store, "ms",
                percentile(many, 0.5), "less", 1.3 * percentile(few, 0.5),
                percentile(few, 0.5), "the smaller register")
    )  # fmt: skip
    outcomes += _pages(store)
    outcomes.append(Outcome("recount of everything", store, "s", _seconds(recount), "less"))
    assert verify().clean, "the counts are wrong"
    outcomes += measure_subtrees(store)
    return outcomes


def _pages(store: str) -> list[Outcome]:
    tree = load_tree()
    province = tree.by_code("B")
    assert province is not None
    now = datetime(2026, 11, 20, tzinfo=UTC)

    def board() -> None:
        scoreboard(province, Kind.COMMUNE, _YEAR, tree=tree, now=now)

    def unit() -> None:
        unit_score(province, _YEAR, tree=tree, now=now)

    return [
        Outcome("a province's own score", store, "ms", _best(unit) * 1000, "less"),
        Outcome("scoreboard of its units", store, "ms", _best(board) * 1000, "less"),
    ]


def _raw_insert(size: Size) -> float:
    """Rows a second of the register's table copied into one without indexes, 1,000 at a time."""
    names = [field.column for field in Dossier._meta.concrete_fields]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM register_dossier LIMIT {min(size.dossiers, 200_000)}"
        )
        rows = cursor.fetchall()
        cursor.execute(f"CREATE TABLE bench_raw AS SELECT {columns} FROM register_dossier LIMIT 0")
    marks = ", ".join(["%s"] * len(names))
    start = time.perf_counter()
    for at in range(0, len(rows), 1_000):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO bench_raw VALUES ({marks})", rows[at : at + 1_000])
    return len(rows) / (time.perf_counter() - start)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _best(work: Callable[[], object], times: int = 7) -> float:
    return min(_seconds(work) for _ in range(times))


class _Server:
    """The site in a process of its own, and a client that keeps its connection."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._port = 8901

    def __enter__(self) -> _Server:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "phucvu.config.asgi:application",
             "--port", str(self._port), "--log-level", "warning"],
            env=os.environ, stdout=sys.stderr,
        )  # fmt: skip
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}",
            headers={"X-API-Key": self._key, "Content-Type": "application/json"},
            timeout=120,
        )
        for _ in range(300):
            try:
                self._client.get("/healthz").raise_for_status()
                return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def __exit__(self, *error: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"server used at most {used:.0f} MiB", file=sys.stderr)

    def post(self, body: bytes) -> None:
        answer = self._client.post("/api/v1/dossiers", content=body)
        answer.raise_for_status()
        refused = answer.json()["refused"]
        assert refused == 0, f"{refused} refused"

    def send(self, sent: list[list[dict[str, object]]], what: str) -> None:
        for batch in track(sent, what, console=_stderr()):
            self.post(msgspec.json.encode(batch))

    def singles(self, size: Size, start: int) -> list[float]:
        """Milliseconds of each of many single dossiers, after a few to warm up."""
        chance = random.Random(start)
        taken = []
        for number in range(start, start + size.singles + 10):
            body = msgspec.json.encode([message(number, size.units, chance)])
            began = time.perf_counter()
            self.post(body)
            taken.append((time.perf_counter() - began) * 1000)
        return taken[10:]


def _stderr():  # type: ignore[no-untyped-def]
    from rich.console import Console

    return Console(stderr=True)


assert settings.configured
main()
