"""View of the boundaries of the units below one, for maps."""

from __future__ import annotations

import hashlib
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import etag, require_safe

from phucvu import clock
from phucvu.units import boundaries, stamp
from phucvu.units.tree import load_tree

__all__ = ["below"]

_CACHED_FOR = 3600  # seconds


def _version(request: HttpRequest, code: str) -> str:
    asked = f"{stamp.current()} {clock.today()} {code} {request.GET.urlencode()}"
    return f'"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'


@require_safe
@etag(_version)
def below(request: HttpRequest, code: str) -> HttpResponse:
    """Answer GeoJSON of the units directly below one; `?ngay=` is the day, `?muc=` the level of
    detail.

    `?loai=` selects a kind; where none is directly below, those further below.
    """
    try:
        written = request.GET.get("ngay", "")
        day = date.fromisoformat(written) if written else clock.today()
        level = int(request.GET.get("muc", "2"))
        parent = load_tree(day).by_code(code)
        if parent is None:
            raise Http404
        body = boundaries.of(parent.id, day, level, request.GET.get("loai", ""))
    except ValueError as error:
        raise Http404(str(error)) from error
    answer = HttpResponse(body, content_type="application/geo+json")
    answer.headers["Cache-Control"] = f"public, max-age={_CACHED_FOR}"
    return answer
