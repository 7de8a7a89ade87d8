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
from phucvu.config.lanes import route_permission_of_path
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
        if scope["type"] != "http" or not scope["query_string"]:
            await self._app(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        of_api = path.startswith(_API)
        if method not in ("GET", "HEAD") and not of_api:
            await self._app(scope, receive, send)
            return
        try:
            given = parse_qsl(
                scope["query_string"].decode("latin-1"), keep_blank_values=True,
                max_num_fields=_MOST,
            )  # fmt: skip
        except ValueError:
            await refuse(scope, send, 400, _too_many)
            return
        known = _of_api(path, method) if of_api else _of_page(path)
        if known is None:
            await self._app(scope, receive, send)
            return
        strange = sorted({name for name, _value in given} - known)
        if strange and of_api:
            await refuse(scope, send, 400, lambda: _unknown(strange[0], known))
            return
        # Of one that is given twice the last counts, as in the views.
        known_ones = {name: value for name, value in given if name in known}
        await self._app(
            {**scope, "query_string": urlencode(sorted(known_ones.items())).encode()}, receive, send
        )


def _of_page(path: str) -> frozenset[str] | None:
    route_permission = route_permission_of_path(path)
    return None if route_permission is None else route_permission.asks


def _of_api(path: str, method: str) -> frozenset[str] | None:
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    described = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    return _parameters().get((described, "get" if method == "HEAD" else method.lower()))


@lru_cache(maxsize=1)
def _parameters() -> dict[tuple[str, str], frozenset[str]]:
    """Return the parameters of each address and method of the API, by its description."""
    described = api.get_openapi_schema()["paths"]
    return {
        (path, method): frozenset(
            each["name"] for each in told.get("parameters", ()) if each["in"] == "query"
        )
        for path, methods in described.items()
        for method, told in methods.items()
    }


def _unknown(name: str, known: frozenset[str]) -> tuple[str, str]:
    detail = _("There is no parameter “%(name)s” here. Known: %(known)s.")
    listed = ", ".join(sorted(known)) or "–"
    return _("A parameter is not known"), detail % {"name": name[:50], "known": listed}


def _too_many() -> tuple[str, str]:
    detail = _("An address may have at most %(most)d parameters.")
    return _("A parameter is not known"), detail % {"most": _MOST}
