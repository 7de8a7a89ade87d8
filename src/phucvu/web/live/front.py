"""The public stream of events, answered before the program.

Django holds a thread for every request as long as it lasts, and an open page's stream lasts for
hours: a thousand of them would be a thousand threads. There is nothing to decide here: the stream
says which units changed and nothing else. Where the policy does not open it to everybody, or no
room is left, the program answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from django.http import QueryDict

from phucvu.accounts.policy import PUBLIC, Thing
from phucvu.web.live.hub import hub
from phucvu.web.live.views import HEADERS, seen

__all__ = ["LiveFront"]

_ADDRESS = "/su-kien/"

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_Site = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


class LiveFront:
    """The program with its public stream before it."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._is_public = Thing.EVENTS in PUBLIC

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        asks = scope["type"] == "http" and (scope["method"], scope["path"]) == ("GET", _ADDRESS)
        if not asks or not self._is_public or hub().is_full:
            await self._site(scope, receive, send)
            return
        asked = QueryDict(scope["query_string"])
        last = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
        events = hub().listen(frozenset(asked.getlist("don-vi")), seen(last or asked.get("tu", "")))
        sending = asyncio.create_task(_send_all(events, send))
        going = asyncio.create_task(_gone(receive))
        try:
            done, _ = await asyncio.wait({sending, going}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            going.cancel()
            await asyncio.wait({sending, going})
        for task in done:
            task.result()  # a failure is raised, for the server to record


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
