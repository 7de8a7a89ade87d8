"""Asking a server for pages over a few kept connections, as fast as it answers. Loopback only."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure import percentile

__all__ = ["Load", "ask_once", "run_load"]


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, milliseconds, bytes of a page over the wire."""

    rate: float
    median: float
    p99: float
    size: float


def run_load(port: int, addresses: Sequence[str], *, seconds: float, connections: int) -> Load:
    """Ask for these addresses, each as likely as the others, for so long."""
    return asyncio.run(_load(port, addresses, seconds, connections))


def ask_once(port: int, addresses: Sequence[str]) -> list[float]:
    """Milliseconds of each address, one after the other."""

    async def each() -> list[float]:
        taken: list[float] = []
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for address in addresses:
            began = time.perf_counter()
            await _ask(reader, writer, port, address)
            taken.append((time.perf_counter() - began) * 1000)
        writer.close()
        return taken

    return asyncio.run(each())


async def _load(port: int, addresses: Sequence[str], seconds: float, connections: int) -> Load:
    taken: list[float] = []
    sizes: list[int] = []
    end = time.perf_counter() + seconds

    async def reader_of(number: int) -> None:
        chance = random.Random(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            sizes.append(await _ask(reader, writer, port, chance.choice(addresses)))
            taken.append((time.perf_counter() - began) * 1000)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(reader_of(number) for number in range(connections)))
    rate = len(taken) / (time.perf_counter() - began)
    return Load(rate, percentile(taken, 0.5), percentile(taken, 0.99), sum(sizes) / len(sizes))


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, address: str
) -> int:
    host = f"Host: 127.0.0.1:{port}"
    writer.write(f"GET {address} HTTP/1.1\r\n{host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
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
