"""Limits on the bodies of requests: who may send one, how large and how fast.

Django stores the whole body in a temporary folder before it looks who sends it. This layer stands
in front of Django: it refuses a sender without the right to send before the first byte is read; a
sender with the right may send as much as fits, steadily; and the program gets the body as the file
in which it is stored.
"""

from __future__ import annotations

import asyncio
import errno
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, Any

from django.utils.translation import gettext as _

from phucvu.edge.answers import header_of, refuse
from phucvu.edge.askers import asker_of

__all__ = ["Bodies", "Body", "Bounds", "Rule"]

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_MIB = 1 << 20
# What is smaller lies in memory.
_IN_MEMORY = 256 << 10
_LATER = 5  # seconds after which to send again where too much is being sent


@dataclass(frozen=True)
class Rule:
    """Limit of an address: at most `most` bytes; 0 means that the body is not read.

    `asks` tells that the program is asked first whether the sender may send.
    """

    most: int
    asks: bool


@dataclass(frozen=True)
class Bounds:
    """Limits on all bodies together.

    `folder`: where bodies are stored. `pause`: seconds without a byte; `pace`: bytes a second after
    the first pause. At once: `bodies` in all, `each` from one address, `total` bytes in all; of
    senders the program was not asked about, `strangers` small ones.
    """

    folder: Path
    pause: float
    pace: int
    bodies: int
    each: int
    total: int
    strangers: int


class Body:
    """A body that was read whole, in its file; it is the receiver for the rest of its request."""

    def __init__(self, file: IO[bytes], receive: _Receive) -> None:
        self.file = file
        self._receive = receive

    async def __call__(self) -> Any:
        return await self._receive()


class _RefusedError(Exception):
    """Refusal of a body, with its status and texts."""

    def __init__(self, status: int, texts: Callable[[], tuple[str, str]]) -> None:
        self.status = status
        self.texts = texts


class _GoneError(Exception):
    """Departure of the sender before the body was whole."""


class Bodies:
    """Layer that gives the program whole bodies, of those alone who may send them.

    `rule_of` returns the limit of an address. `ask` lets the program answer without the body: True
    where it would take one; else it has answered.
    """

    def __init__(
        self,
        app: _App,
        rule_of: Callable[[_Scope], Rule],
        ask: Callable[[_Scope, _Send], Awaitable[bool]],
        bounds: Callable[[], Bounds],
    ) -> None:
        self._app = app
        self._rule_of = rule_of
        self._ask = ask
        self._bounds_of = bounds
        self._open: Counter[tuple[bool, str]] = Counter()
        self._bytes = 0

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        length = header_of(scope, b"content-length") if scope["type"] == "http" else ""
        declared = int(length) if length.isdigit() else 0
        if scope["type"] != "http" or not (declared or header_of(scope, b"transfer-encoding")):
            await self._app(scope, receive, send)
            return
        rule = self._rule_of(scope)
        try:
            if declared > rule.most > 0:
                raise _too_large(rule.most)
            if rule.most == 0:
                await self._app(scope, _nothing(receive), send)
                return
            if rule.asks and not await self._ask(scope, send):
                return
            with self._room(rule, asker_of(scope)) as bounds:
                file = await self._read(receive, rule.most, bounds)
            with self._stored(file):
                await self._app(scope, Body(file, receive), send)
        except _GoneError:
            return
        except _RefusedError as error:
            again = _LATER if error.status in (429, 503) else 0
            await refuse(scope, send, error.status, error.texts, retry_after=again)

    @contextmanager
    def _room(self, rule: Rule, asker: str) -> Iterator[Bounds]:
        """Hold a place among the senders. Raises `_RefusedError` where none is free."""
        bounds = self._bounds_of()
        who, all_ = (rule.asks, asker), (rule.asks, "*")
        most = bounds.bodies if rule.asks else bounds.strangers
        if self._open[who] >= bounds.each:
            raise _RefusedError(429, _too_much)
        if self._open[all_] >= most:
            raise _RefusedError(503, _too_much)
        self._open[who] += 1
        self._open[all_] += 1
        try:
            yield bounds
        finally:
            self._open[who] -= 1
            self._open[all_] -= 1
            if not self._open[who]:
                del self._open[who]

    async def _read(self, receive: _Receive, most: int, bounds: Bounds) -> IO[bytes]:
        """Read the whole body. Raises `_RefusedError` and `_GoneError`, and then removes the
        file.
        """
        # Whoever gets it closes it.
        file = SpooledTemporaryFile(  # noqa: SIM115
            max_size=_IN_MEMORY, mode="w+b", dir=str(bounds.folder), prefix="body-"
        )
        came, began, more = 0, monotonic(), True
        try:
            while more:
                try:
                    async with asyncio.timeout(bounds.pause):
                        message = await receive()
                except TimeoutError:
                    raise _RefusedError(408, _too_slow) from None
                if message["type"] == "http.disconnect":
                    raise _GoneError
                part: bytes = message.get("body", b"")
                more = message.get("more_body", False)
                came += len(part)
                self._bytes += len(part)
                if came > most:
                    raise _too_large(most)
                if self._bytes > bounds.total:
                    raise _RefusedError(503, _too_much)
                late = monotonic() - began - bounds.pause
                if more and late > 0 and came < late * bounds.pace:
                    raise _RefusedError(408, _too_slow)
                file.write(part)
        except OSError as error:
            self._drop(file, came)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _RefusedError(507, _no_room) from error
            raise
        except BaseException:
            self._drop(file, came)
            raise
        file.seek(0)
        return file

    @contextmanager
    def _stored(self, file: IO[bytes]) -> Iterator[None]:
        """Count the body among those stored as long as its request lasts."""
        size = file.seek(0, 2)
        file.seek(0)
        try:
            yield
        finally:
            self._drop(file, size)

    def _drop(self, file: IO[bytes], size: int) -> None:
        self._bytes -= size
        with suppress(OSError):
            file.close()


def _nothing(receive: _Receive) -> _Receive:
    """Return a receiver that gives an empty body in place of one that is not read."""
    given = False

    async def empty() -> Any:
        nonlocal given
        if given:
            while (await receive())["type"] != "http.disconnect":
                pass
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return empty


def _too_large(most: int) -> _RefusedError:
    def texts() -> tuple[str, str]:
        title = _("The request is too large")
        if most < _MIB:
            return title, _("At most %(most)d KiB are taken here.") % {"most": most // 1024}
        detail = _("At most %(most)d MiB are taken here. Split the file, or send in several parts.")
        return title, detail % {"most": most // _MIB}

    return _RefusedError(413, texts)


def _too_slow() -> tuple[str, str]:
    return (
        _("The request came too slowly"),
        _(
            "Nothing more came for too long, or too little. Send it again over a better line, or "
            "in smaller parts."
        ),
    )


def _too_much() -> tuple[str, str]:
    return (
        _("Too much is being sent at once"),
        _("Try again in %(seconds)d seconds.") % {"seconds": _LATER},
    )


def _no_room() -> tuple[str, str]:
    return (
        _("There is no room"),
        _("The disk is full; nothing of this request was kept. Tell whoever runs the server."),
    )
