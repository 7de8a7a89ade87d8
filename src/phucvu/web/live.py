"""Live events: an open page learns within a second that its figures changed.

One watcher in each process looks for new changes while somebody listens, and hands them to every
listener. A page holds neither a database connection nor a thread, only a small queue.

    event: change
    id: 1234                                    the newest change it covers
    data: {"units": ["VT.26506", "VT"], "moment": "2026-10-10T10:32:05+07:00"}

`units` are the changed units and all above them. A listener that was away sends the id it saw
last (`Last-Event-ID`, or `?tu=` the first time) and gets what it missed. `reset` says that too
much was missed to list: read the page again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.utils import timezone

from phucvu.counters.models import Change
from phucvu.units.map import map_of
from phucvu.units.tree import UnitTree, load_eras

__all__ = ["Hub", "News", "Reader", "events", "stream"]

log = logging.getLogger(__name__)

MOST_LISTENERS = 2_000
MOST_WAITING = 50
MOST_MISSED = 2_000
HEARTBEAT = 15.0
AFTER_FAILURE = 2.0
TREE_FOR = 60.0

_ID = re.compile(r"[0-9]{1,18}")
_HEARTBEAT = b": \n\n"


@dataclass(frozen=True)
class News:
    """Changes up to `id`: the codes of the units they touch. Without units: too much to list."""

    id: int
    units: frozenset[str] | None
    moment: datetime | None = None

    def event(self, followed: frozenset[str]) -> bytes | None:
        """The event for a listener to these units (to all, where empty); None: not for it."""
        if self.units is None:
            return f"event: reset\nid: {self.id}\ndata: {{}}\n\n".encode()
        units = self.units & followed if followed else self.units
        if not units:
            return None
        moment = timezone.localtime(self.moment).isoformat(timespec="seconds")
        data = json.dumps({"units": sorted(units), "moment": moment}, separators=(",", ":"))
        return f"event: change\nid: {self.id}\ndata: {data}\n\n".encode()


class Source(Protocol):
    """Where a hub learns of changes. Its methods may block; they run in the watcher's thread."""

    def start(self) -> None:
        """Take what is there as known; `news` begins after it."""

    def news(self) -> News | None:
        """What changed since `start` or the last `news`; None where nothing did."""

    def after(self, since: int) -> News | None:
        """What changed after the change `since`."""

    def close(self) -> None:
        """Let go of what is held."""


class Reader:
    """Reads changes from the database. Writers take turns, so ids appear in their order."""

    def __init__(self) -> None:
        self._newest = 0
        self._tree: UnitTree | None = None
        self._loaded_at = 0.0

    def start(self) -> None:
        self._newest = Change.objects.aggregate(newest=Max("pk"))["newest"] or 0

    def news(self) -> News | None:
        news = self._tell(self._newest)
        if news is not None:
            self._newest = news.id
        return news

    def after(self, since: int) -> News | None:
        oldest = Change.objects.aggregate(oldest=Min("pk"))["oldest"]
        if oldest is not None and oldest > since + 1:
            # What came between was swept away: nobody can say which units it touched.
            return News(self._newest, None)
        return self._tell(since)

    def close(self) -> None:
        connection.close()

    def _tell(self, since: int) -> News | None:
        rows = list(
            Change.objects.filter(pk__gt=since)
            .order_by("pk")
            .values_list("pk", "unit_ids", "moment")[:MOST_MISSED]
        )
        if not rows:
            return None
        newest, _, moment = rows[-1]
        if len(rows) == MOST_MISSED:
            return News(newest, None)
        changed = {unit for _, units, _ in rows for unit in units}
        return News(newest, frozenset(self._codes(changed)), moment)

    def _codes(self, changed: set[int]) -> set[str]:
        """The codes of these units and of all above them."""
        tree, now = self._tree, monotonic()
        known = tree is not None and all(unit in tree for unit in changed)
        if tree is None or not known or now - self._loaded_at > TREE_FOR:
            tree, self._loaded_at = map_of(load_eras(), timezone.localdate()), now
            self._tree = tree
        return {node.code for unit in changed for node in tree.path(unit)}


@dataclass(eq=False)
class _Listener:
    waiting: asyncio.Queue[News] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, news: News) -> None:
        """Hand over news; a listener too slow to take it is told to read its page again."""
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            news = News(news.id, None)
        self.waiting.put_nowait(news)


class Hub:
    """Fans changes out to the listeners of this process. Belongs to one event loop."""

    def __init__(self, source: Callable[[], Source] = Reader, interval: float | None = None):
        self._source = source
        self._interval = interval
        self._listeners: set[_Listener] = set()
        self._watch: _Watch | None = None

    @property
    def is_full(self) -> bool:
        """Whether no more listeners are taken."""
        return len(self._listeners) >= MOST_LISTENERS

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def listen(self, followed: frozenset[str], since: int | None) -> AsyncIterator[bytes]:
        """Events about these units (about all, where empty) after the change `since`."""
        listener = _Listener()
        watch = self._open()
        self._listeners.add(listener)
        try:
            yield b"retry: 2000\n\n"
            await watch.started.wait()
            # The watcher has begun before we look back, so nothing falls between the two;
            # what both see is told twice, which does no harm.
            if since is not None and (missed := await watch.run(watch.source.after, since)):
                listener.put(missed)
            while True:
                try:
                    news = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT)
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
        """The watch; it starts with the first listener and ends with the last."""
        if self._watch is None or self._watch.task.done():
            interval = settings.PHUCVU_LIVE_INTERVAL if self._interval is None else self._interval
            self._watch = _Watch(self._source(), interval, self._listeners)
        return self._watch


class _Watch:
    """Looks for changes, in a thread of its own, for as long as somebody listens."""

    def __init__(self, source: Source, interval: float, listeners: set[_Listener]) -> None:
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


def _hub() -> Hub:
    """This event loop's hub. A server has one loop; loops that ended are forgotten."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for ended in [each for each in _hubs if each.is_closed()]:
            del _hubs[ended]
        _hubs[loop] = Hub()
    return _hubs[loop]


async def events(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The stream of events. `?don-vi=` (may repeat): only about these units."""
    return await stream(request, frozenset(request.GET.getlist("don-vi")))


async def stream(
    request: HttpRequest, followed: frozenset[str]
) -> HttpResponse | StreamingHttpResponse:
    """The stream of events about these units (about all, where empty)."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    hub = _hub()
    if hub.is_full:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    since = request.headers.get("Last-Event-ID") or request.GET.get("tu", "")
    response = StreamingHttpResponse(
        hub.listen(followed, int(since) if _ID.fullmatch(since) else None),
        content_type="text/event-stream",
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
