"""Parameters of addresses: known ones in one order, others left out or refused.

A page is cached by its address. An address with a made-up parameter would be made anew each time,
and push other pages out of the cache. Links that are passed on carry such parameters (`utm_source`,
`fbclid`), so a page leaves them out; a program that sends the API an unknown parameter is told.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from phucvu.api.routes import api
from phucvu.config.lanes import door_of_path
from phucvu.edge.answers import refuse

__all__ = ["KnownQueries"]

_Scope = dict[str, Any]
_Receive = Callable[[], Awaitable[Any]]
_Send = Callable[[Any], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]

_API = "/api/v1/"
_MOST = 50  # parameters


class KnownQueries:
    """The program behind a check of its addresses' parameters."""

    def __init__(self, app: _App) -> None:
        self._app = app

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        asks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not asks or not scope["query_string"]:
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        try:
            given = parse_qsl(
                scope["query_string"].decode("latin-1"), keep_blank_values=True,
                max_num_fields=_MOST,
            )  # fmt: skip
        except ValueError:
            await refuse(scope, send, 400, _too_many)
            return
        known = _of_api(path) if path.startswith(_API) else _of_page(path)
        if known is None:
            await self._app(scope, receive, send)
            return
        strange = sorted({name for name, _value in given} - known)
        if strange and path.startswith(_API):
            await refuse(scope, send, 400, lambda: _unknown(strange[0], known))
            return
        # Of one that is given twice the last counts, as in the views.
        known_ones = {name: value for name, value in given if name in known}
        await self._app(
            {**scope, "query_string": urlencode(sorted(known_ones.items())).encode()}, receive, send
        )


def _of_page(path: str) -> frozenset[str] | None:
    door = door_of_path(path)
    return None if door is None else door.asks


def _of_api(path: str) -> frozenset[str] | None:
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    return _parameters().get("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route))


@lru_cache(maxsize=1)
def _parameters() -> dict[str, frozenset[str]]:
    """Return the parameters of each address of the API, by its description."""
    described = api.get_openapi_schema()["paths"]
    return {
        path: frozenset(
            each["name"] for each in methods["get"].get("parameters", ()) if each["in"] == "query"
        )
        for path, methods in described.items()
        if "get" in methods
    }


def _unknown(name: str, known: frozenset[str]) -> tuple[str, str]:
    detail = _("There is no parameter “%(name)s” here. Known: %(known)s.")
    listed = ", ".join(sorted(known)) or "–"
    return _("A parameter is not known"), detail % {"name": name[:50], "known": listed}


def _too_many() -> tuple[str, str]:
    detail = _("An address may have at most %(most)d parameters.")
    return _("A parameter is not known"), detail % {"most": _MOST}
