"""Cache of the pages that are the same for every stranger: made once, served until a change.

It stands before the program as ASGI. A page is cached where it says `Cache-Control: public`, sets
no cookie, and was asked for without a cookie but that of the language: nothing of a session ever
comes here. It is served unchanged until a change is recorded, a midnight comes, or its time is
over.

After a change it is made anew in the background, one page at a time, and readers get the cached one
meanwhile: for ten times as long as it takes to make, so that no page takes more than a tenth of a
core however many dossiers arrive. A page of yesterday is never served. An opened page follows the
changes from the mark after which it was made, so it is up to date at once; the fragment that an
open page asks for is never old.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from time import monotonic
from typing import Any

from django.conf import settings

from phucvu.edge.answers import empty_body
from phucvu.web.cached_page import ASKED_HERE, CachedPage, answer, cached, without
from phucvu.web.live.marks import Mark, newest_mark
from phucvu.web.newest import Newest

__all__ = ["SharedPages"]

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Site = Callable[[Scope, Receive, Send], Awaitable[None]]
Key = tuple[object, ...]
Headers = Iterable[tuple[bytes, bytes]]

MOST_BYTES = 64 * 1024 * 1024
LARGEST_PAGE = 4 * 1024 * 1024
# Served by others, streamed, with a version of their own, or asked for in a thousand ways.
_NOT_SHARED = (
    "/static/", "/admin/", "/su-kien/", "/du-lieu/diem/", "/du-lieu/don-vi/", "/tim/",
)  # fmt: skip


class SharedPages:
    """The program with its public pages cached."""

    def __init__(self, site: Site, newest: Callable[[], Awaitable[Mark]] | None = None) -> None:
        self._site = site
        self._newest = newest or Newest(newest_mark)
        self._pages: OrderedDict[Key, CachedPage] = OrderedDict()
        self._bytes = 0
        self._in_turn = asyncio.Lock()
        self._renewing: dict[Key, asyncio.Task[None]] = {}
        self._making: dict[Key, _Making] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._site(scope, receive, send)
            return
        try:
            mark = await self._newest()
        except Exception:
            log.exception("Looking for the newest mark failed; the page is made anew")
            await self._site(scope, receive, send)
            return
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
            if not page.is_fresh(mark):
                page = page if page.is_bearable(mark) and not _is_fragment(scope) else None
                if page is not None:
                    self._renew(key, scope)
        if page is None and (making := self._making.get(key)) is not None and making.suits(mark):
            page = await asyncio.shield(making.page)
        if page is None:
            await self._make(key, mark, scope, receive, send)
        else:
            await answer(page, scope, send)

    def _renew(self, key: Key, scope: Scope) -> None:
        """Make a page anew while readers still get the cached one."""
        if key in self._renewing:
            return

        async def send(message: Any) -> None:
            pass

        async def renew() -> None:
            async with self._in_turn:
                await self._make(key, await self._newest(), scope, empty_body(), send)

        def renewed(task: asyncio.Task[None]) -> None:
            del self._renewing[key]
            if not task.cancelled() and (error := task.exception()):
                log.error("A cached page could not be made anew", exc_info=error)

        self._renewing[key] = asyncio.create_task(renew())
        self._renewing[key].add_done_callback(renewed)

    async def _make(self, key: Key, mark: Mark, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the program answer, and cache the answer where it may be."""
        making = self._making[key] = _Making(mark)
        if not getattr(self._site, "tells_begin", False):
            making.begin()
        taking = _Taking(send)
        headers = without(scope["headers"], ASKED_HERE)
        try:
            await self._site(
                {**scope, "headers": headers, "phucvu.begin": making.begin}, receive, taking
            )
            if taking.head is not None and taking.is_whole:
                page = cached(taking.head, bytes(taking.body), making.mark, making.began)
                self._store(key, page)
                making.page.set_result(page)
                await answer(page, scope, send)
        finally:
            if self._making.get(key) is making:
                del self._making[key]
            if not making.page.done():
                making.page.set_result(None)  # those who waited ask for themselves

    def _store(self, key: Key, page: CachedPage) -> None:
        before = self._pages.pop(key, None)
        self._bytes += page.size - (before.size if before else 0)
        self._pages[key] = page
        while self._bytes > MOST_BYTES:
            _, oldest = self._pages.popitem(last=False)
            self._bytes -= oldest.size


class _Making:
    """A page being made. Until the work on it begins, it will cover all changes up to then."""

    def __init__(self, mark: Mark) -> None:
        self.page: asyncio.Future[CachedPage | None] = asyncio.get_running_loop().create_future()
        self.mark = mark
        self.began = 0.0

    def begin(self) -> None:
        """Note that the program begins its work."""
        self.began = monotonic()

    def suits(self, mark: Mark) -> bool:
        """Tell whether the page will cover the changes up to `mark`."""
        if not self.began:
            self.mark = max(self.mark, mark)
        return self.mark >= mark


class _Taking:
    """Sender that holds back an answer that may be cached, and passes on any other as it comes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._passing = False
        self.head: MutableMapping[str, Any] | None = None
        self.body = bytearray()
        self.is_whole = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and not _may_be_cached(message):
            self._passing = True
        if self._passing:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self.head = message
        else:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)


def _key(scope: Scope) -> Key | None:
    """Return what a page depends on; None where it may depend on who asks."""
    if scope["type"] != "http" or scope["method"] != "GET" or not settings.PHUCVU_PAGES_KEPT:
        return None
    if scope["path"].startswith(_NOT_SHARED):
        return None
    headers = dict(scope["headers"])
    if b"authorization" in headers or b"x-api-key" in headers or b"range" in headers:
        return None
    language = _language(headers.get(b"cookie", b""))
    if language is None:
        return None
    host = headers.get(b"host", b"").lower()
    if _has_foreign_port(host, scope):
        return None
    return (
        scope.get("scheme"), host, scope["path"], scope["query_string"],
        language, b"x-fragment" in headers,
    )  # fmt: skip


def _has_foreign_port(host: bytes, scope: Scope) -> bool:
    """Tell whether a reader put an unknown port behind our name.

    Django accepts any, and each would be cached as a site of its own.
    """
    _, colon, port = host.rpartition(b":")
    if not colon or host.endswith(b"]"):
        return False
    server = scope.get("server")
    known = {str(server[1]).encode()} if server else set()
    known |= {origin.rpartition(":")[2].encode() for origin in settings.CSRF_TRUSTED_ORIGINS}
    return port not in known


def _is_fragment(scope: Scope) -> bool:
    return any(name == b"x-fragment" for name, _ in scope["headers"])


def _language(cookies: bytes) -> str | None:
    """Return the language the cookies choose ('' for none); None where there are other cookies."""
    if not cookies:
        return ""
    try:
        found = SimpleCookie(cookies.decode("latin-1"))
    except CookieError:
        return None
    if set(found) - {settings.LANGUAGE_COOKIE_NAME} or not found:
        return None
    chosen = found[settings.LANGUAGE_COOKIE_NAME].value
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def _may_be_cached(head: MutableMapping[str, Any]) -> bool:
    headers: dict[bytes, bytes] = {name.lower(): value for name, value in head["headers"]}
    length = headers.get(b"content-length", b"")
    return (
        head["status"] == 200
        and headers.keys().isdisjoint((b"set-cookie", b"content-encoding"))
        and b"public" in headers.get(b"cache-control", b"")
        and length.isdigit()
        and int(length) <= LARGEST_PAGE
    )
