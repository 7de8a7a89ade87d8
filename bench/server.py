"""The site in processes of its own, and senders that keep their connections."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import httpx
import msgspec

from bench.dossiers import message
from bench.sizes import Size
from phucvu.config import serving

__all__ = ["WORKERS", "Server"]

WORKERS = 2
"""as `phucvu serve --workers 2` on the two cores the budgets are for"""
_SENDERS = 4


class Server:
    """Serves the store of this process's environment while the block runs."""

    def __init__(self, key: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._headers = {"X-API-Key": key, "Content-Type": "application/json"}
        self._url = f"http://127.0.0.1:{port}"
        self._port = port

    def __enter__(self) -> Server:
        self._process = subprocess.Popen(
            serving.command("127.0.0.1", self._port, WORKERS), env=os.environ, stdout=sys.stderr
        )
        self._client = self._connect()
        for _ in range(600):
            try:
                self._client.get("/healthz").raise_for_status()
                return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def __exit__(self, *error: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait()

    def get(self, path: str) -> None:
        """Ask for a page."""
        self._client.get(path).raise_for_status()

    def rate(self, bodies: Sequence[bytes], each: int = 1_000) -> float:
        """Dossiers a second when these bodies of `each` are sent over several connections."""
        waiting, turn = iter(bodies), Lock()
        start = time.perf_counter()
        with ThreadPoolExecutor(_SENDERS) as senders:
            for sender in [senders.submit(self._send, waiting, turn) for _ in range(_SENDERS)]:
                sender.result()
        return len(bodies) * each / (time.perf_counter() - start)

    def singles(self, size: Size, start: int) -> list[float]:
        """Milliseconds of each of many single dossiers, after a few to warm up."""
        chance = random.Random(start)
        taken = []
        for number in range(start, start + size.singles + 10):
            body = msgspec.json.encode([message(number, size.units, chance)])
            began = time.perf_counter()
            _post(self._client, body)
            taken.append((time.perf_counter() - began) * 1000)
        return taken[10:]

    def _connect(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, headers=self._headers, timeout=120)

    def _send(self, waiting: Iterator[bytes], turn: Lock) -> None:
        with self._connect() as client:
            while True:
                with turn:
                    body = next(waiting, None)
                if body is None:
                    return
                _post(client, body)


def _post(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/v1/dossiers", content=body)
    answer.raise_for_status()
    refused = answer.json()["refused"]
    assert refused == 0, f"{refused} refused"
