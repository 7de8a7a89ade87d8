"""Asking a server for pages over a few kept connections, as fast as it answers. Loopback only."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure import percentile

__all__ = ["Asker", "Load", "ask_for_a_while", "ask_once", "run_load"]


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, milliseconds, bytes of a page over the wire."""

    rate: float
    median: float
    p99: float
    size: float


class Asker:
    """One kept connection that asks for a page at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str
    ) -> None:
        self._reader, self._writer, self._headers = reader, writer, headers

    @classmethod
    async def open(cls, port: int, more: str = "") -> Asker:
        """Connect; `more` are further header lines, each with its end."""
        headers = f"Host: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n{more}\r\n"
        return cls(*await asyncio.open_connection("127.0.0.1", port), headers)

    def close(self) -> None:
        self._writer.close()

    async def ask(self, address: str) -> int:
        """Bytes of the page over the wire. Raises RuntimeError for any answer but 200."""
        reader = self._reader
        self._writer.write(f"GET {address} HTTP/1.1\r\n{self._headers}".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(f"{address}: {head[:200]!r}")
        if b"transfer-encoding: chunked" in head:
            size = 0
            while (length := int(await reader.readline(), 16)) > 0:
                await reader.readexactly(length + 2)
                size += length
            await reader.readexactly(2)
            return size
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        return length


def run_load(port: int, addresses: Sequence[str], *, seconds: float, connections: int) -> Load:
    """Ask for these addresses, each as likely as the others, for so long."""
    return asyncio.run(_load(port, addresses, seconds, connections))


async def ask_once(port: int, addresses: Sequence[str]) -> list[float]:
    """Milliseconds of each address, one after the other."""
    taken: list[float] = []
    asker = await Asker.open(port)
    for address in addresses:
        began = time.perf_counter()
        await asker.ask(address)
        taken.append((time.perf_counter() - began) * 1000)
    asker.close()
    return taken


async def ask_for_a_while(
    port: int, addresses: Sequence[str], seconds: float, pause: float, seed: int
) -> list[tuple[float, int]]:
    """Milliseconds and bytes of each answer to a reader who asks, reads for `pause` s, asks on."""
    taken: list[tuple[float, int]] = []
    chance, asker = random.Random(seed), await Asker.open(port)
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        size = await asker.ask(chance.choice(addresses))
        taken.append(((time.perf_counter() - began) * 1000, size))
        await asyncio.sleep(pause)
    asker.close()
    return taken


async def _load(port: int, addresses: Sequence[str], seconds: float, connections: int) -> Load:
    began = time.perf_counter()
    asking = [ask_for_a_while(port, addresses, seconds, 0, seed) for seed in range(connections)]
    answers = [each for taken in await asyncio.gather(*asking) for each in taken]
    rate = len(answers) / (time.perf_counter() - began)
    taken = [milliseconds for milliseconds, _ in answers]
    size = sum(bytes_ for _, bytes_ in answers) / len(answers)
    return Load(rate, percentile(taken, 0.5), percentile(taken, 0.99), size)
