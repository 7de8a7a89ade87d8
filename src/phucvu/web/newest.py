"""The newest recorded change, for many who ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from phucvu.counters.models import Change

__all__ = ["Newest", "newest_change"]


class Newest:
    """The newest change. Those who ask together share one look at the store.

    Nobody gets an answer older than his question: whoever comes while a look is under way waits
    for the next one.
    """

    def __init__(self, read: Callable[[], int]) -> None:
        self._read = read
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newest")
        self._running: asyncio.Task[int] | None = None
        self._next: asyncio.Task[int] | None = None

    async def __call__(self) -> int:
        if self._next is None:
            self._next = asyncio.create_task(self._look(self._running))
        return await asyncio.shield(self._next)

    async def _look(self, before: asyncio.Task[int] | None) -> int:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read)


def newest_change() -> int:
    """The id of the newest change in the store; 0 where there is none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT MAX(id) FROM {Change._meta.db_table}")  # noqa: S608
            (found,) = cursor.fetchone()
        return found or 0
    except Exception:
        connection.close()  # a lost connection is not kept
        raise
