"""Limits of the bodies each address takes, and asking the program before a body is read."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import IO, Any

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

from phucvu.accounts.policy import BY_KEY, PUBLIC
from phucvu.config.gate import BodyQuestion
from phucvu.config.lanes import route_permission_of_path
from phucvu.edge.answers import empty_body, header_of
from phucvu.edge.bodies import Body, Bounds, Rule

__all__ = ["Asking", "BodyHandler", "bounds", "rule_of"]

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]

_MIB = 1 << 20
_USUAL = 32 * _MIB
_UPLOADS = "/ban-lam-viec/tai-len/"
# What stands round a file in a form; a form that anybody may send.
_FORM = 64 << 10
_KEY_GOOD_FOR, _KEYS = 60.0, 1_000


def rule_of(scope: _Scope) -> Rule:
    """Return the limit of an address; where it is unknown or takes no body, no body is read."""
    route_permission = route_permission_of_path(scope["path"])
    if route_permission is None or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return Rule(0, asks=False)
    if route_permission.thing in PUBLIC:
        return Rule(_FORM, asks=False)
    if scope["path"] == _UPLOADS:
        return Rule(settings.PHUCVU_UPLOAD_MIB * _MIB + _FORM, asks=True)
    return Rule(_USUAL, asks=True)


def bounds() -> Bounds:
    """Return the limits on all bodies from the settings."""
    return Bounds(
        folder=settings.FILE_UPLOAD_TEMP_DIR,
        pause=settings.PHUCVU_BODY_SECONDS,
        pace=settings.PHUCVU_BODY_PACE_KIB * 1024,
        bodies=settings.PHUCVU_BODIES,
        each=settings.PHUCVU_BODIES_PER_ADDRESS,
        total=settings.PHUCVU_BODIES_MIB * _MIB,
        strangers=10 * settings.PHUCVU_BODIES,
    )


class BodyHandler(ASGIHandler):
    """Django's handler, which takes an already read body as the file in which it is stored."""

    async def read_body(self, receive: Any) -> IO[bytes]:
        if isinstance(receive, Body):
            return receive.file
        body: IO[bytes] = await super().read_body(receive)
        return body


class Asking:
    """Question to the program whether it would take a body, answered by the gate.

    A key that was good a moment ago is not asked about again: the program checks it with the
    request itself.
    """

    def __init__(self, site: Callable[[_Scope, _Receive, _Send], Awaitable[None]]) -> None:
        self._site = site
        self._good: OrderedDict[bytes, float] = OrderedDict()

    async def __call__(self, scope: _Scope, send: _Send) -> bool:
        route_permission = route_permission_of_path(scope["path"])
        key = (
            _key(scope)
            if route_permission is not None and route_permission.thing in BY_KEY
            else b""
        )
        if key and self._good.get(key, 0.0) > monotonic():
            return True
        asked = BodyQuestion()
        await self._site({**scope, "phucvu.asking": asked}, empty_body(), _Closing(asked, send))
        if asked.admitted and key:
            self._good[key] = monotonic() + _KEY_GOOD_FOR
            self._good.move_to_end(key)
            while len(self._good) > _KEYS:
                self._good.popitem(last=False)
        return asked.admitted


class _Closing:
    """Sender that passes a refusal on and ends the connection, as the body stays unread."""

    def __init__(self, asked: BodyQuestion, send: _Send) -> None:
        self._asked = asked
        self._send = send

    async def __call__(self, message: Any) -> None:
        if self._asked.admitted:
            return
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await self._send(message)


def _key(scope: _Scope) -> bytes:
    """Hash the address and the key a request is opened with, so that no key stays in memory."""
    credentials = header_of(scope, b"authorization") + "\0" + header_of(scope, b"x-api-key")
    if credentials == "\0":
        return b""
    return hashlib.sha256(f"{scope['path']}\0{credentials}".encode()).digest()
