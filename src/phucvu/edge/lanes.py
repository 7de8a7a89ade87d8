"""Lanes: how many requests of a kind are worked on at once, and which waiting one is next.

Django gives each request a thread. Hundreds at once share one processor and the store's
connections, so that each takes hundreds of times as long, among them the requests that bring facts.
Each kind of request has a lane of a certain width; a request that does not fit waits outside,
without a thread. Waiting addresses take turns: an address that asks a hundred times at once delays
itself, not the others.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from phucvu.edge.answers import refuse
from phucvu.edge.askers import asker_of

__all__ = ["FullError", "Lane", "Lanes"]

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_LATER = 2  # seconds after which to ask again where too many wait


class FullError(Exception):
    """Error of a lane in which too many requests wait already."""


class Lane:
    """A lane: some requests at once, at most `most_waiting` others waiting for their turn.

    It belongs to one event loop. `yields_to` is another lane whose work goes first: a turn begins
    when that lane is empty, or after `patience` seconds.
    """

    def __init__(
        self,
        width: int,
        most_waiting: int,
        yields_to: Lane | None = None,
        patience: float = 0.25,
    ) -> None:
        self._width = width
        self._most_waiting = most_waiting
        self._yields_to = yields_to
        self._patience = patience
        self._busy = 0
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    async def enter(self, asker: str) -> Callable[[], None]:
        """Wait for a turn; return the function that ends it, which may be called repeatedly.

        Raises `FullError` where too many wait.
        """
        if self._busy < self._width:
            self._busy += 1
        elif self.waiting >= self._most_waiting:
            raise FullError
        else:
            await self._queue(asker)
        self._empty.clear()
        end = self._ending()
        try:
            if self._yields_to is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._patience):
                        await self._yields_to._empty.wait()
        except BaseException:
            end()
            raise
        return end

    async def _queue(self, asker: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(asker, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._next()  # it was his turn just now
            elif asker in self._waiting:
                self._waiting[asker].remove(turn)
                if not self._waiting[asker]:
                    del self._waiting[asker]
            raise

    def _ending(self) -> Callable[[], None]:
        ended = False

        def end() -> None:
            nonlocal ended
            if not ended:
                ended = True
                self._next()

        return end

    def _next(self) -> None:
        """Hand the turn on to the address that has waited longest."""
        while self._waiting:
            asker, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[asker] = turns  # behind the others
            if not turn.cancelled():
                turn.set_result(None)
                return
        self._busy -= 1
        if not self._busy:
            self._empty.set()


class Lanes:
    """The program with its requests in lanes. `lane_of` returns the lane of a request, or None.

    A caller that wants to know when the work on a request begins puts `phucvu.begin` into its
    scope.
    """

    tells_begin = True

    def __init__(
        self,
        app: _App,
        make: Callable[[], Mapping[str, Lane]],
        lane_of: Callable[[_Scope], str | None],
    ) -> None:
        self._app = app
        self._make = make
        self._lane_of = lane_of
        self._lanes: Mapping[str, Lane] | None = None

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        name = self._lane_of(scope) if scope["type"] == "http" else None
        if name is None:
            await self._app(scope, receive, send)
            return
        if self._lanes is None:
            self._lanes = self._make()
        try:
            end = await self._lanes[name].enter(asker_of(scope))
        except FullError:
            await refuse(scope, send, 503, _too_many, retry_after=_LATER)
            return

        if (begin := scope.get("phucvu.begin")) is not None:
            begin()

        async def passing(message: Any) -> None:
            # The work is done; how slowly the reader takes it keeps nobody waiting.
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                end()
            await send(message)

        try:
            await self._app(scope, receive, passing)
        finally:
            end()


def _too_many() -> tuple[str, str]:
    return (
        _("Too many ask at once"),
        _("Try again in %(seconds)d seconds.") % {"seconds": _LATER},
    )
