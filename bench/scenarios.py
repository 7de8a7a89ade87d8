"""The measurements on one store, in a process of their own: STORE SIZE."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import msgspec
from rich.console import Console
from rich.progress import track

from bench.dossiers import batches, changed, unit_code
from bench.measure import Outcome, best, percentile, seconds
from bench.server import Server
from bench.sizes import FULL, SIZES, Size

django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.counting import archive_counts  # noqa: E402
from bench.units import measure_subtrees  # noqa: E402
from phucvu.accounts.keys import issue  # noqa: E402
from phucvu.config.commands import prepare_store  # noqa: E402
from phucvu.counters.active import tallies  # noqa: E402
from phucvu.counters.recount import recount  # noqa: E402
from phucvu.counters.verify import verify  # noqa: E402
from phucvu.engines import register  # noqa: E402
from phucvu.engines.recounting import compare  # noqa: E402
from phucvu.register.facts import DOSSIERS  # noqa: E402
from phucvu.register.models import Dossier  # noqa: E402
from phucvu.results.boards import scoreboard, unit_score  # noqa: E402
from phucvu.scoring import Period  # noqa: E402
from phucvu.units.models import Kind, Unit  # noqa: E402
from phucvu.units.tree import load_tree  # noqa: E402

_YEAR = Period.parse("2026")
_NOW = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    """Prints an outcome a line, as each is known."""
    store, size = sys.argv[1], SIZES[sys.argv[2]]
    for outcome in _measure(store, size):
        print(outcome.written(), flush=True)


def _measure(store: str, size: Size) -> Iterator[Outcome]:
    prepare_store()
    province = Unit.objects.create(code="B", name="Tỉnh", kind=Kind.PROVINCE)
    Unit.objects.bulk_create(
        Unit(code=unit_code(n), name=f"Xã {n}", kind=Kind.COMMUNE, parent=province)
        for n in range(size.units)
    )
    _, key = issue(province, "bench")
    bodies, again = _bodies(store, size)
    with Server(key) as server:
        few = len(bodies) * size.few // size.dossiers
        server.rate(bodies[:few])
        beside_few = server.singles(size, start=5_000_000)
        rate = server.rate(bodies[few:])
        yield Outcome(
            "bulk through HTTP", store, "dossiers/s", rate, "more", 10_000,
            _raw_insert(size), "a bare insert",
        )  # fmt: skip
        beside_many = server.singles(size, start=6_000_000)
        yield Outcome(
            f"one dossier, p99, of {size.dossiers:,}", store, "ms",
            percentile(beside_many, 0.99), "less", 50,
        )  # fmt: skip
        # The typical cost, not the 99th percentile: of a hundred, that is whatever else ran then.
        usual = percentile(beside_few, 0.5)
        yield Outcome(
            "one dossier, median", store, "ms", percentile(beside_many, 0.5), "less",
            1.3 * usual, usual, f"of {size.few:,}",
        )  # fmt: skip
        same = bodies[: len(again)]
        yield Outcome("sent again, unchanged", store, "dossiers/s", server.rate(same), "more")
        yield Outcome("sent again, changed", store, "dossiers/s", server.rate(again), "more")
        yield from _scores(store)
        page = best(lambda: server.get("/don-vi/B/?ky=2026")) * 1000
        yield Outcome("the province's page, whole", store, "ms", page, "less")
    yield from _recounting(store)
    if store == "sqlite":  # the files are the same wherever the rows come from
        yield from _archive(store, size)
    yield from measure_subtrees(store)


def _bodies(store: str, size: Size) -> tuple[list[bytes], list[bytes]]:
    """The batches to send, and the first of them changed."""
    bodies, again = [], []
    made = batches(size.dossiers, size.units)
    total = size.dossiers // 1_000
    for batch in track(made, f"{store}: making dossiers", total, console=Console(stderr=True)):
        bodies.append(msgspec.json.encode(batch))
        if len(again) * 1_000 < size.again:
            again.append(msgspec.json.encode([changed(item) for item in batch]))
    return bodies, again


def _scores(store: str) -> Iterator[Outcome]:
    tree = load_tree()
    province = tree.by_code("B")
    assert province is not None

    def own() -> None:
        unit_score(province, _YEAR, tree=tree, now=_NOW)

    def board() -> None:
        scoreboard(province, Kind.COMMUNE, _YEAR, tree=tree, now=_NOW)

    yield Outcome("a province's scores", store, "ms", best(own, 15) * 1000, "less", 20)
    yield Outcome("scoreboard of its 170 units", store, "ms", best(board, 15) * 1000, "less")


def _recounting(store: str) -> Iterator[Outcome]:
    """Every measure over the whole register, in the store."""

    def count() -> None:
        with connection.cursor() as cursor:
            for tally in tallies(DOSSIERS):
                cursor.execute(tally.query("1 = 1"))
                cursor.fetchall()

    yield Outcome(
        "recount, counts written anew", store, "s", seconds(recount), "less", None,
        seconds(count), "its SELECT alone",
    )  # fmt: skip
    outcome = verify()
    assert outcome.clean, outcome.differences[:5]


def _archive(store: str, size: Size) -> Iterator[Outcome]:
    """The same from the archive."""
    with tempfile.TemporaryDirectory(prefix="phucvu-archive-") as folder:
        at = Path(folder)
        yield Outcome("archive written", store, "s", seconds(lambda: register.write(at)), "less")
        many = size.dossiers >= FULL.dossiers
        yield from archive_counts(register.archive_of(DOSSIERS, at), store, many=many)
        assert not compare(at).differences, "the archive counts otherwise"


def _raw_insert(size: Size) -> float:
    """Rows a second of the register's table copied into one without indexes, 1,000 at a time."""
    names = [field.column for field in Dossier._meta.concrete_fields]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM register_dossier LIMIT {min(size.dossiers, 100_000)}"
        )
        rows = cursor.fetchall()
        cursor.execute(f"CREATE TABLE bench_raw AS SELECT {columns} FROM register_dossier LIMIT 0")
    marks = ", ".join(["%s"] * len(names))

    def insert() -> None:
        for at in range(0, len(rows), 1_000):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO bench_raw VALUES ({marks})", rows[at : at + 1_000])

    return len(rows) / seconds(insert)


if __name__ == "__main__":
    main()
