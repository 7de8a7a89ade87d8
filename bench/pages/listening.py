"""Open pages that follow the changes as `assets/live.js` does: a stream each. Loopback only."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import percentile
from bench.pages.load import Asker, ask_for_a_while, ask_once
from bench.pages.process import Process

__all__ = ["Followed", "Refreshed", "follow", "refresh"]

# After the change, the last midnight may be told.
_EVENT = re.compile(rb"^id: (\d+)(?:-\d+)?$", re.MULTILINE)
_OPENED_AT_ONCE = 50
_PATIENCE, _AT_MOST = 3.0, 12.0  # seconds
_SETTLED = 0.5  # seconds after which nothing earlier is told any more
_READERS, _PAUSE = 4, 0.05  # 80 pages a second at most


@dataclass(frozen=True)
class Followed:
    """What it took that so many pages heard of each change.

    `opening`: seconds until all were connected. `missing`: of pages × changes, those that never
    arrived. `median`, `p99`: milliseconds from
    the commit to the arrival; `busy`: 99 of 100 of them while other readers ask for pages, and
    `answers`: milliseconds within which these had 99 of 100 pages. `memory`: KB of the server for
    each page; `work`: microseconds of the server for each page and change.
    """

    opening: float
    missing: int
    median: float
    p99: float
    busy: float
    answers: float
    memory: float
    work: float


@dataclass(frozen=True)
class Refreshed:
    """Seconds from a commit until half of the pages, and the last of them, had their figures."""

    median: float
    last: float


def follow(
    port: int, server: Process, units: Sequence[str], addresses: Sequence[str],
    change: Callable[[], int], *, pages: int, changes: int,
) -> Followed:  # fmt: skip
    """Open pages that follow these units in turn, and make so many changes, one a second, twice.

    `change` makes one and returns its id. The second time a few readers ask for `addresses`.
    """
    return asyncio.run(_follow(port, server, units, addresses, change, pages, changes))


def refresh(
    port: int, units: Sequence[str], addresses: Sequence[str], change: Callable[[], int], pages: int
) -> Refreshed:
    """Open pages, make one change, and let each page ask for its figures as it hears of it."""
    return asyncio.run(_refresh(port, units, addresses, change, pages))


async def _follow(
    port: int, server: Process, units: Sequence[str], addresses: Sequence[str],
    change: Callable[[], int], pages: int, changes: int,
) -> Followed:  # fmt: skip
    since = await asyncio.to_thread(change)
    before, began = server.memory, time.perf_counter()
    opened = await _open(port, [units[n % len(units)] for n in range(pages)], since)
    opening = time.perf_counter() - began
    memory, worked = server.memory - before, server.worked
    quiet = await _hear(opened, change, changes)
    worked = server.worked - worked
    await ask_once(port, addresses)
    asking = asyncio.gather(
        *(ask_for_a_while(port, addresses, changes, _PAUSE, seed) for seed in range(_READERS))
    )
    busy = await _hear(opened, change, changes)
    answers = [taken for reader in await asking for taken, _ in reader]
    for page in opened:
        page.close()
    return Followed(
        opening=opening,
        missing=2 * pages * changes - len(quiet) - len(busy),
        median=percentile(quiet, 0.5),
        p99=percentile(quiet, 0.99),
        busy=percentile(busy, 0.99),
        answers=percentile(answers, 0.99),
        memory=memory / pages / 1000,
        work=worked / (pages * changes) * 1e6,
    )


async def _hear(pages: Sequence[_Page], change: Callable[[], int], changes: int) -> list[float]:
    """Milliseconds from each change to each page that heard of it."""
    made: list[tuple[int, float]] = []
    for _ in range(changes):
        made.append((await asyncio.to_thread(change), time.perf_counter()))
        await asyncio.sleep(1)
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end and not all(page.heard_at(made[-1][0]) for page in pages):
        await asyncio.sleep(0.05)
    heard = [(page.heard_at(id_), at) for page in pages for id_, at in made]
    return [(then - at) * 1000 for then, at in heard if then is not None]


async def _refresh(
    port: int, units: Sequence[str], addresses: Sequence[str], change: Callable[[], int], pages: int
) -> Refreshed:
    since = await asyncio.to_thread(change)
    opened = await _open(port, [units[n % len(units)] for n in range(pages)], since)
    askers = [await Asker.open(port, "X-Fragment: main\r\n") for _ in range(pages)]

    async def show(page: _Page, asker: Asker, address: str) -> float:
        await page.told.wait()
        await asker.ask(address)
        return time.perf_counter()

    await asyncio.sleep(_SETTLED)
    for page in opened:
        page.told.clear()
    showing = asyncio.gather(
        *(
            show(page, asker, addresses[n % len(addresses)])
            for n, (page, asker) in enumerate(zip(opened, askers, strict=True))
        )
    )
    await asyncio.to_thread(change)
    committed = time.perf_counter()
    taken = [at - committed for at in await asyncio.wait_for(showing, _AT_MOST)]
    for each in (*opened, *askers):
        each.close()
    return Refreshed(percentile(taken, 0.5), max(taken))


async def _open(port: int, units: Sequence[str], since: int) -> list[_Page]:
    """A page for each of these units, a few at a time: readers do not come in one instant.

    They were made after the change `since`.
    """
    loop, opened = asyncio.get_running_loop(), []
    for start in range(0, len(units), _OPENED_AT_ONCE):
        part = [
            loop.create_connection(lambda unit=unit: _Page(port, unit, since), "127.0.0.1", port)
            for unit in units[start : start + _OPENED_AT_ONCE]
        ]
        pages = [page for _, page in await asyncio.gather(*part)]
        await asyncio.wait_for(asyncio.gather(*(page.began for page in pages)), 10)
        opened += pages
    return opened


class _Page(asyncio.Protocol):
    """An open page's stream; it remembers when it heard of what."""

    def __init__(self, port: int, unit: str, since: int) -> None:
        self.began = asyncio.get_running_loop().create_future()
        self.told = asyncio.Event()
        self._heard: list[tuple[int, float]] = []
        self._request = (
            f"GET /su-kien/?don-vi={unit}&tu={since} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Accept: text/event-stream\r\n\r\n"
        )

    def heard_at(self, id_: int) -> float | None:
        """When it first heard of this change or one after it; None: not yet."""
        return next((at for newest, at in self._heard if newest >= id_), None)

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        # A stream's transport can be written to; the protocol's type says less.
        transport.write(self._request.encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        # The server writes an event at once, and it is far smaller than what a socket takes.
        if not self.began.done() and b"retry:" in data:
            self.began.set_result(None)
        for found in _EVENT.finditer(data):
            self._heard.append((int(found[1]), time.perf_counter()))
            self.told.set()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.began.done():
            self.began.set_exception(error or ConnectionError("the stream was not opened"))
