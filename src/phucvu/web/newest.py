"""Newest mark, shared by many requests that ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from phucvu.web.live.marks import Mark

__all__ = ["Newest"]


class Newest:
    """Reader of the newest mark. Requests that ask together share one look at the store.

    No request gets an answer older than its question: one that comes while a look is under way
    waits for the next.
    """

    def __init__(self, read: Callable[[], Mark]) -> None:
        self._read = read
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newest")
        self._running: asyncio.Task[Mark] | None = None
        self._next: asyncio.Task[Mark] | None = None

    async def __call__(self) -> Mark:
        if self._next is None:
            self._next = asyncio.create_task(self._look(self._running))
        return await asyncio.shield(self._next)

    async def _look(self, before: asyncio.Task[Mark] | None) -> Mark:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read)
