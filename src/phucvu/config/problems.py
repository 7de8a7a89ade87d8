"""Errors of the API that no operation made, as problem documents too.

An address nobody knows, a method that is not taken, a host that is not ours, a failure of the
program: the framework answers them with pages, for people.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from phucvu.api.problems import problem

__all__ = ["Problems"]

_KIND = "application/problem+json"


class Problems:
    """Middleware that stands before all others, so that none answers the API with a page."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(_KIND):
            return response
        headers = {
            name: value
            for name, value in response.items()
            if name not in ("Content-Type", "Content-Length")
        }
        told = problem(response.status_code, _detail(response.status_code, headers), headers)
        told.cookies = response.cookies
        return told


def _detail(status: int, headers: dict[str, str]) -> str:
    if status == 404:
        return _("There is nothing at this address; /api/v1/openapi.json lists those there are.")
    if status == 405:
        return _("This address takes %(methods)s.") % {"methods": headers.get("Allow", "")}
    if status >= 500:
        return _("The program failed; its operator can read why in the log.")
    return _("The server does not take this request.")
