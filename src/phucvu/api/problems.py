"""Errors as problem documents (RFC 9457), in the language of the request."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from phucvu.api.parameters import described_reason

__all__ = ["PROBLEM_SCHEMA", "ProblemError", "problem", "register_problems"]

_TITLES = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("A key is needed"),
    403: gettext_lazy("The key does not open this"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("The method is not taken here"),
    409: gettext_lazy("The name is taken"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("The content type is not supported"),
    422: gettext_lazy("A parameter is not valid"),
    429: gettext_lazy("Too many attempts"),
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "position": {
            "type": "integer",
            "description": "Of JSON that cannot be read: the byte, from 0, at which reading ended.",
        },
    },
}


class ProblemError(Exception):
    """Error that ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members


def register_problems(api: NinjaAPI) -> None:
    """Make every error of the API a problem document."""

    @api.exception_handler(ProblemError)
    def on_problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
        return problem(error.status, error.detail, error.headers, **error.members)

    @api.exception_handler(AuthenticationError)
    def on_missing_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        detail = _("Send a valid key as “Authorization: Bearer …” or “X-API-Key: …”.")
        return problem(401, detail, {"WWW-Authenticate": "Bearer"})

    @api.exception_handler(HttpError)
    def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error), {})

    @api.exception_handler(ValidationError)
    def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        details = [f"{item['loc'][-1]}: {described_reason(item)}" for item in error.errors]
        return problem(422, "; ".join(details), {})


def problem(status: int, detail: str, headers: dict[str, str], **members: Any) -> HttpResponse:
    """Return an error as a problem document; `members` beside those every problem has."""
    document = {
        "type": "about:blank",
        "title": str(_TITLES.get(status, _("Error"))),
        "status": status,
        "detail": detail,
        **members,
    }
    return HttpResponse(
        msgspec.json.encode(document),
        status=status,
        content_type="application/problem+json",
        headers=headers,
    )
