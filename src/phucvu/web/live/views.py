"""View of the stream, where the program answers it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse

from phucvu.web.live.hub import hub
from phucvu.web.live.marks import Mark

__all__ = ["HEADERS", "events", "stream"]

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


async def events(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of events. `?don-vi=` (may repeat) selects units.

    A server answers it before the program (`phucvu.web.live.front`), unless it is full.
    """
    return await stream(request, frozenset(request.GET.getlist("don-vi")))


async def stream(
    request: HttpRequest, followed: frozenset[str]
) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of events about these units (about all, where empty)."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if hub().is_full:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    since = request.headers.get("Last-Event-ID") or request.GET.get("tu", "")
    return StreamingHttpResponse(hub().listen(followed, Mark.parse(since)), headers=HEADERS)
