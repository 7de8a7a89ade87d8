"""Lanes of requests and the width of each (`phucvu.edge.lanes`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from phucvu.accounts.policy import PUBLIC, Resource
from phucvu.accounts.route_permissions import RoutePermission
from phucvu.config.route_permissions import route_permission_at
from phucvu.edge.lanes import Lane

__all__ = ["lane_of", "lanes", "route_permission_of_path"]

_ALONE = ("/healthz", "/readyz")
# Their views only wait for changes.
_STREAM = "/su-kien/"
_FILES = "/du-lieu/"


def lanes() -> Mapping[str, Lane]:
    """Return the lanes of one worker; together they need fewer connections than the store's pool
    has.
    """
    waiting = settings.PHUCVU_WAITING
    intake = Lane(settings.PHUCVU_INTAKE_AT_ONCE, waiting)
    return {
        "intake": intake,
        "asking": Lane(2, waiting),
        "pages": Lane(settings.PHUCVU_PAGES_AT_ONCE, waiting, yields_to=intake),
        "files": Lane(1, waiting, yields_to=intake),
        "desk": Lane(3, waiting, yields_to=intake),
        # Passwords are hashed for a tenth of a second of the processor each.
        "doors": Lane(1, waiting, yields_to=intake),
        "static": Lane(2, waiting),
    }


def lane_of(scope: Mapping[str, Any]) -> str | None:
    """Return the lane of a request; None for health checks and for streams."""
    path: str = scope["path"]
    if path.startswith(_ALONE) or path.endswith(_STREAM):
        return None
    if path.startswith(settings.STATIC_URL):
        return "static"
    route_permission = route_permission_of_path(path)
    if scope.get("phucvu.asking") is not None:
        return "asking"
    if route_permission is None:
        return "pages"
    if route_permission.thing in (Resource.SEND, Resource.SEND_CATALOGUE):
        return "intake"
    headers = dict(scope["headers"])
    if b"sessionid=" in headers.get(b"cookie", b""):
        return "desk"
    if route_permission.thing is Resource.DOOR:
        return "doors"
    if route_permission.thing in PUBLIC:
        return "files" if path.startswith(_FILES) and path != _FILES else "pages"
    return "desk"


@lru_cache(maxsize=2_000)
def route_permission_of_path(path: str) -> RoutePermission | None:
    """Return the route permission of an address; None where there is no such address."""
    try:
        return route_permission_at(resolve(path))
    except Resolver404:
        return None
