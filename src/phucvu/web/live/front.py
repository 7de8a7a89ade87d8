"""Public stream of events, answered before the program.

Django holds a thread for every request as long as it lasts, and an open page's stream lasts for
hours: a thousand streams would be a thousand threads. The stream needs no decision of the program:
it says which units changed and nothing else. Where the policy does not open it to everybody, the
program answers.

One address may hold `PHUCVU_STREAMS_PER_ADDRESS` streams. Where all streams of a process are taken,
a listener from another address gets one from the address that holds the most.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from django.conf import settings
from django.http import QueryDict

from phucvu.accounts.policy import PUBLIC, Resource
from phucvu.edge.askers import asker_of
from phucvu.web.live.hub import hub
from phucvu.web.live.marks import Mark
from phucvu.web.live.views import HEADERS

__all__ = ["LiveFront"]

_ADDRESS = "/su-kien/"
_LATER = [(b"retry-after", b"30"), (b"content-length", b"0"), (b"connection", b"close")]

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_Site = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


class LiveFront:
    """The program with its public stream before it."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._is_public = Resource.EVENTS in PUBLIC
        self._held: dict[str, list[asyncio.Task[None]]] = {}

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        asks = scope["type"] == "http" and (scope["method"], scope["path"]) == ("GET", _ADDRESS)
        if not asks or not self._is_public:
            await self._site(scope, receive, send)
            return
        asker = asker_of(scope)
        if status := self._shut_to(asker):
            await send({"type": "http.response.start", "status": status, "headers": _LATER})
            await send({"type": "http.response.body"})
            return
        asked = QueryDict(scope["query_string"])
        last = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
        events = hub().listen(
            frozenset(asked.getlist("don-vi")), Mark.parse(last or asked.get("tu", ""))
        )
        sending = asyncio.create_task(_send_all(events, send))
        going = asyncio.create_task(_gone(receive))
        held = self._held.setdefault(asker, [])
        held.append(sending)
        try:
            done, _ = await asyncio.wait({sending, going}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if sending in held:
                held.remove(sending)
            if not held and self._held.get(asker) is held:
                del self._held[asker]
            sending.cancel()
            going.cancel()
            await asyncio.wait({sending, going})
        for task in done:
            if not task.cancelled():
                task.result()  # a failure is raised, for the server to record

    def _shut_to(self, asker: str) -> int:
        """Return the status that refuses this address a stream; 0 where it may have one."""
        own = len(self._held.get(asker, ()))
        if own >= settings.PHUCVU_STREAMS_PER_ADDRESS:
            return 429
        if not hub().is_full:
            return 0
        most = max(self._held.values(), key=len, default=[])
        if len(most) <= own + 1:
            return 503
        most.pop().cancel()
        return 0


async def _send_all(events: AsyncIterator[bytes], send: _Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    # A generator, though its type promises less: it ends its listener when it is closed.
    async with aclosing(events):  # type: ignore[type-var]
        async for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})


async def _gone(receive: _Receive) -> None:
    """Wait until the reader goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
