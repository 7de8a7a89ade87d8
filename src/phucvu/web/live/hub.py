"""Hub of events: one watcher for all listeners of a process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from phucvu.web.live.marks import Mark
from phucvu.web.live.news import ChangeReader, News, NewsSource

__all__ = ["Hub", "hub"]

log = logging.getLogger(__name__)

MOST_LISTENERS = settings.PHUCVU_STREAMS
MOST_WAITING = 50
HEARTBEAT = 15.0
AFTER_FAILURE = 2.0

_HEARTBEAT = b": \n\n"


@dataclass(eq=False)
class _Listener:
    waiting: asyncio.Queue[News] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, news: News) -> None:
        """Hand over news; a listener too slow to take it is told to read its page again."""
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            news = News(news.mark, None)
        self.waiting.put_nowait(news)


class Hub:
    """Distribution of changes to the listeners of this process. Belongs to one event loop."""

    def __init__(
        self, source: Callable[[], NewsSource] = ChangeReader, interval: float | None = None
    ):
        self._source = source
        self._interval = interval
        self._listeners: set[_Listener] = set()
        self._watch: _Watch | None = None

    @property
    def is_full(self) -> bool:
        """Tell whether no more listeners are taken."""
        return len(self._listeners) >= MOST_LISTENERS

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def listen(self, followed: frozenset[str], since: Mark | None) -> AsyncIterator[bytes]:
        """Yield events about these units (about all, where empty) after the mark `since`."""
        listener = _Listener()
        watch = self._open()
        self._listeners.add(listener)
        try:
            yield b"retry: 2000\n\n"
            await watch.started.wait()
            # The watcher has begun before we look back, so nothing falls between the two; what
            # both see is told twice, which does no harm. A page that was just made knows what the
            # watcher knows, and need not look.
            if (
                since is not None
                and since.misses(watch.source.newest)
                and (missed := await watch.run(watch.source.after, since))
            ):
                listener.put(missed)
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        news = await listener.waiting.get()
                except TimeoutError:
                    yield _HEARTBEAT
                    continue
                if event := news.event(followed):
                    yield event
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._watch is not None:
                self._watch.task.cancel()
                self._watch = None

    def _open(self) -> _Watch:
        """Return the watch; it starts with the first listener and ends with the last."""
        if self._watch is None or self._watch.task.done():
            interval = settings.PHUCVU_LIVE_INTERVAL if self._interval is None else self._interval
            self._watch = _Watch(self._source(), interval, self._listeners)
        return self._watch


class _Watch:
    """Watch for changes, in a thread of its own, for as long as there are listeners."""

    def __init__(self, source: NewsSource, interval: float, listeners: set[_Listener]) -> None:
        self.source = source
        self.started = asyncio.Event()
        self._interval = interval
        self._listeners = listeners
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self.task = asyncio.create_task(self._run())

    def run(self, read: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Call one of the source's methods in the watch's thread."""
        return asyncio.get_running_loop().run_in_executor(self._thread, read, *args)

    async def _run(self) -> None:
        try:
            while True:
                try:
                    if not self.started.is_set():
                        await self.run(self.source.start)
                        self.started.set()
                    elif news := await self.run(self.source.news):
                        for listener in self._listeners:
                            listener.put(news)
                except Exception:
                    # The database may be away for a moment; listeners wait and miss nothing.
                    log.exception("Looking for changes failed; trying again")
                    await self.run(self.source.close)
                    await asyncio.sleep(AFTER_FAILURE)
                await asyncio.sleep(self._interval)
        finally:
            self._thread.submit(self.source.close)
            self._thread.shutdown(wait=False)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return this event loop's hub. A server has one loop; loops that ended are forgotten."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [each for each in _hubs if each.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub()
    return _hubs[loop]
