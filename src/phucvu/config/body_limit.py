"""Refusing a body that is too large before any of it is kept.

Django gathers the whole body, on the disk, before it looks at a request. Here in front of it a
body that says it is too large is refused at once, and one that does not say is counted while it
comes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from phucvu.edge.answers import header_of, refuse

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
    length = header_of(scope, b"content-length")
    return int(length) if length.isdigit() else 0


async def _refuse(scope: _Scope, send: _Send, limit: int) -> None:
    def texts() -> tuple[str, str]:
        detail = _("At most %(most)d MiB are taken here. Split the file, or send in several parts.")
        return _("The request is too large"), detail % {"most": limit // _MIB}

    await refuse(scope, send, 413, texts)
