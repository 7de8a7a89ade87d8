"""Common parts of the addresses that take facts: the sender, and the request's own name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from phucvu.api.problems import ProblemError
from phucvu.api.security import key_of
from phucvu.intake.actions import Receipt, receive
from phucvu.intake.kinds import FactKind
from phucvu.intake.requests import MAX_NAME, NAME, OtherContentError, Request

__all__ = ["MAX_RECORDS", "answered", "check_number", "take_in"]

MAX_RECORDS = 10_000


def take_in(
    request: HttpRequest,
    kind: FactKind,
    records: Sequence[object],
    body: bytes,
    *,
    correction: bool = False,
) -> Receipt:
    """Take in the records of a request, by the key it was sent with.

    Raises `ProblemError`: 400 for an unusable `Idempotency-Key`, 409 for one of another content.
    """
    try:
        return receive(
            records,
            key=key_of(request),
            origin=f"API {request.META.get('REMOTE_ADDR', '')}".strip(),
            correction=correction,
            kind=kind,
            request=_named(request, body),
        )
    except OtherContentError as error:
        raise ProblemError(409, str(error)) from error


def answered(answer: Any) -> HttpResponse:
    """Make an answer in JSON."""
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def check_number(records: Sequence[object]) -> None:
    """Raise `ProblemError` 413 where there are too many."""
    if len(records) > MAX_RECORDS:
        raise ProblemError(
            413,
            _("A request may hold %(most)d records; this one holds %(sent)d. Send several.")
            % {"most": MAX_RECORDS, "sent": len(records)},
        )


def _named(request: HttpRequest, body: bytes) -> Request | None:
    name = request.headers.get("Idempotency-Key")
    if name is None:
        return None
    name = name.strip()
    if len(name) > MAX_NAME or not re.fullmatch(NAME, name):
        raise ProblemError(
            400,
            _("An Idempotency-Key has 1 to %(most)d printable ASCII characters.")
            % {"most": MAX_NAME},
        )
    return Request(name, body)
