"""Refusing a body that is too large before any of it is kept.

Django gathers the whole body, on the disk, before it looks at a request. Here in front of it a
body that says it is too large is refused at once, and one that does not say is counted while it
comes.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

__all__ = ["BodyLimit", "limit_of"]

_Scope = dict[str, Any]
_Message = Mapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_MIB = 1 << 20
_USUAL = 32 * _MIB
_UPLOADS = "/ban-lam-viec/tai-len/"
# What stands round a file in a form.
_FORM = 64 << 10


def limit_of(path: str) -> int:
    """The most bytes a body at this address may have."""
    return settings.PHUCVU_UPLOAD_MIB * _MIB + _FORM if path == _UPLOADS else _USUAL


class BodyLimit:
    """An ASGI application before another one, which never sees more than the limit."""

    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        if _declared(scope) > limit:
            await _refuse(scope, send, limit)
            return
        came = 0
        answered = False

        async def counted() -> _Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            # Django gives up a request whose sender went away.
            return message if came <= limit else {"type": "http.disconnect"}

        async def noted(message: _Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, counted, noted)
        if came > limit and not answered:
            await _refuse(scope, send, limit)


def _declared(scope: _Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _header(scope: _Scope, name: bytes) -> str:
    found: str = dict(scope["headers"]).get(name, b"").decode("latin-1")
    return found


async def _refuse(scope: _Scope, send: _Send, limit: int) -> None:
    path = scope["path"]
    english = f"{settings.LANGUAGE_COOKIE_NAME}=en" in _header(scope, b"cookie")
    with translation.override("en" if english else settings.LANGUAGE_CODE):
        title = _("The request is too large")
        detail = _("At most %(most)d MiB are taken here. Split the file, or send in several parts.")
        detail %= {"most": limit // _MIB}
        if path.startswith("/api/"):
            kind = "application/problem+json"
            problem = {"type": "about:blank", "title": title, "status": 413, "detail": detail}
            body = json.dumps(problem).encode()
        else:
            kind = "text/html; charset=utf-8"
            body = render_to_string("413.html", {"title": title, "detail": detail}).encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
