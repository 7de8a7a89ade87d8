"""Log line for each request, and the last answer where nothing else could answer.

It stands before everything else as ASGI. Written are the method, the kind of address
(`don-vi/<code:code>/`), the status, the duration and the size: neither the address itself, which
may hold a dossier's code or a key to a password, nor who asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.urls import Resolver404, resolve

from phucvu.config.faults import Fault, answer, fault_of
from phucvu.config.health import store_is_away

__all__ = ["RequestLog", "StoreGuard"]

log = structlog.get_logger("phucvu.requests")

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_Site = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


class RequestLog:
    """The program with its request log before it."""

    def __init__(self, site: _Site) -> None:
        self._site = site

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self._site(scope, receive, send)
            return
        began = perf_counter()
        status = sent = 0

        async def noted(message: Any) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._site(scope, receive, noted)
        except Exception as error:
            fault = fault_of(error)
            if fault is None or status:
                raise
            await _answer(scope, noted, fault)
        finally:
            log.info(
                "request", method=_method(scope["method"]), route=_route(scope["path"]),
                status=status or 499, ms=round((perf_counter() - began) * 1000, 1), bytes=sent,
            )  # fmt: skip


class StoreGuard:
    """The program, closed while its store is away, so that no request waits in vain."""

    def __init__(self, site: _Site, open_to: tuple[str, ...]) -> None:
        self._site = site
        self._open_to = open_to

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        shut = scope["type"] == "http" and not scope["path"].startswith(self._open_to)
        if shut and store_is_away():
            await _answer(scope, send, Fault.STORE_AWAY)
            return
        await self._site(scope, receive, send)


async def _answer(scope: _Scope, send: _Send, fault: Fault) -> None:
    response = await sync_to_async(answer)(scope["path"], fault)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    headers.append((b"content-length", str(len(response.content)).encode()))
    status = response.status_code
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _method(method: str) -> str:
    return method if method.isalpha() and len(method) < 8 else "?"


def _route(path: str) -> str:
    """Return the kind of address, without the values in it; empty where there is none."""
    try:
        return str(resolve(path).route) or "/"
    except Resolver404:
        return "static" if path.startswith("/static/") else ""
