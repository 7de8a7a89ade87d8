"""A cached page: whole, compressed, with its entity tag."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any

from django.conf import settings

from phucvu.web.live.marks import Mark

__all__ = ["ASKED_HERE", "CachedPage", "answer", "cached", "without"]

Headers = Iterable[tuple[bytes, bytes]]

ASKED_HERE = (b"accept-encoding", b"if-none-match", b"if-modified-since")
"""headers answered from the cached page, so the program is not asked"""
_SAID_HERE = (b"content-length", b"content-encoding", b"etag", b"date")
# So many times what it takes to make a page may be old.
_TOO_OLD = 10
# After this part of the time for which a page may be cached it is made anew in the background.
_RENEWED = 0.5
_CHEAP = 0.05  # seconds: what takes less is made at once
_SMALL = 500  # bytes that are not worth compressing


@dataclass(frozen=True)
class CachedPage:
    """An answer of the program, the mark after which it was made, when and in how long."""

    headers: tuple[tuple[bytes, bytes], ...]
    plain: bytes
    packed: bytes
    etag: bytes
    mark: Mark
    made: float
    took: float

    def is_fresh(self, mark: Mark) -> bool:
        """Tell whether the program would answer the same now."""
        age = monotonic() - self.made
        return self.mark == mark and age < settings.PHUCVU_PAGES_KEPT * _RENEWED

    def is_bearable(self, mark: Mark) -> bool:
        """Tell whether the page may be served while it is made anew."""
        age = monotonic() - self.made
        if self.mark == mark:
            return age < settings.PHUCVU_PAGES_KEPT
        if self.mark.midnight != mark.midnight:  # time changes more than whoever made it could know
            return False
        costly = self.took >= _CHEAP
        return costly and age < min(_TOO_OLD * self.took, settings.PHUCVU_PAGES_KEPT)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed)


def cached(head: Any, body: bytes, mark: Mark, began: float) -> CachedPage:
    """Make a cached page of an answer that the program began to make at `began`."""
    given = [value for name, value in head["headers"] if name.lower() == b"etag"]
    etag = (
        given[0].removeprefix(b"W/") if given else b'"%s"' % sha256(body).hexdigest()[:32].encode()
    )
    return CachedPage(
        headers=tuple(without(head["headers"], _SAID_HERE)),
        plain=body,
        packed=gzip.compress(body, 6) if len(body) > _SMALL else b"",
        etag=b"W/" + etag,
        mark=mark,
        made=began,
        took=monotonic() - began,
    )


async def answer(
    page: CachedPage, scope: dict[str, Any], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Answer with a cached page: compressed, plain, or 304 where the reader has it."""
    asked = dict(scope["headers"])
    known = {
        tag.strip().removeprefix(b"W/") for tag in asked.get(b"if-none-match", b"").split(b",")
    }
    if page.etag.removeprefix(b"W/") in known:
        status, body, more = 304, b"", []
    else:
        packed = page.packed and b"gzip" in asked.get(b"accept-encoding", b"")
        status, body = 200, page.packed if packed else page.plain
        more = [(b"content-length", str(len(body)).encode())]
        if packed:
            more.append((b"content-encoding", b"gzip"))
    if page.packed:
        more.append((b"vary", b"Accept-Encoding"))
    headers = [*page.headers, (b"etag", page.etag), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def without(headers: Headers, names: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
    """Return the headers without those of these names (in small letters)."""
    return [(name, value) for name, value in headers if name.lower() not in names]
