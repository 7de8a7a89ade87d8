"""The stream as an answer of the program."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse

from phucvu.web.live.hub import hub

__all__ = ["HEADERS", "events", "seen", "stream"]

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
_ID = re.compile(r"[0-9]{1,18}")


async def events(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The stream of events. `?don-vi=` (may repeat): only about these units.

    A server answers it before the program (`phucvu.web.live.front`), unless it is full.
    """
    return await stream(request, frozenset(request.GET.getlist("don-vi")))


async def stream(
    request: HttpRequest, followed: frozenset[str]
) -> HttpResponse | StreamingHttpResponse:
    """The stream of events about these units (about all, where empty)."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if hub().is_full:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    since = request.headers.get("Last-Event-ID") or request.GET.get("tu", "")
    return StreamingHttpResponse(hub().listen(followed, seen(since)), headers=HEADERS)


def seen(written: str) -> int | None:
    """The change a listener says it saw last; None where it says nothing of the kind."""
    return int(written) if _ID.fullmatch(written) else None
