"""Short answers given before the program is asked: a refusal must cost little."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

__all__ = ["Texts", "empty_body", "header_of", "refuse"]

_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
Texts = Callable[[], tuple[str, str]]
"""gives a title and a sentence, in the language that is active"""


def header_of(scope: dict[str, Any], name: bytes) -> str:
    """Return a header of the request (name in small letters); empty where there is none."""
    found: str = dict(scope["headers"]).get(name, b"").decode("latin-1")
    return found


def empty_body() -> _Receive:
    """Return a receiver that gives an empty body once and then waits for ever."""
    asked = False

    async def receive() -> Any:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


async def refuse(
    scope: dict[str, Any], send: _Send, status: int, texts: Texts, *, retry_after: int = 0
) -> None:
    """Answer with an error and end the connection: a problem document at the API, else a page.

    `retry_after` is the number of seconds after which to try again; 0 says nothing of it.
    """
    english = f"{settings.LANGUAGE_COOKIE_NAME}=en" in header_of(scope, b"cookie")
    with translation.override("en" if english else settings.LANGUAGE_CODE):
        title, detail = texts()
        words = {"title": title, "detail": detail}
        if scope["path"].startswith("/api/"):
            kind = "application/problem+json"
            body = json.dumps(
                {"type": "about:blank", "status": status, **words}, ensure_ascii=False
            ).encode()
        else:
            kind = "text/html; charset=utf-8"
            body = render_to_string("refusal.html", {**words, "status": status}).encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
