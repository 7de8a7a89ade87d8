"""Access to the API by a key in a header. Cookies give no access, so no request can be forged."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader, HttpBearer

from phucvu.accounts import audit, keys
from phucvu.accounts.asking import may
from phucvu.accounts.failures import Pace
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.api.problems import ProblemError
from phucvu.edge.askers import network_of
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode

__all__ = ["KEY_AUTH", "failures", "key_of", "key_to", "note_refusal", "require"]

failures = Pace("key", most=settings.PHUCVU_WRONG_KEYS_PER_MINUTE, reports=4)


def _check(request: HttpRequest, text: str | None, thing: Resource) -> ApiKey | None:
    """Return the key, or None for no or a wrong one. Raises `ProblemError` 403 or 429."""
    if not text:
        return None
    try:
        key = keys.authenticate(text)
    except keys.ExpiredKeyError:
        _note_wrong(request)
        raise ProblemError(403, _("This key is no longer good; ask for a new one.")) from None
    except keys.WaitingKeyError:
        told = _("This key opens nothing yet: a head of the unit has to agree to it first.")
        raise ProblemError(403, told) from None
    except keys.RevokedKeyError:
        _note_wrong(request)
        raise ProblemError(403, _("This key has been revoked; ask for a new one.")) from None
    if key is None:
        _note_wrong(request)
    elif not may(key, thing):
        _refuse(request, key, thing, None)
    return key


def _note_wrong(request: HttpRequest) -> None:
    """Count a wrong key of this address. Raises `ProblemError` 429 where there were too many.

    A good key is never refused for the wrong ones of its address: nobody guesses 256 bits. What
    is limited is what they cost: a look-up each, and a write for every fifth until it is shut.
    """
    wait = ceil(failures.ask(network_of(str(request.META.get("REMOTE_ADDR", "")))))
    if wait:
        raise ProblemError(
            429,
            _("Too many attempts with a wrong key. Try again in %(seconds)d seconds.")
            % {"seconds": wait},
            headers={"Retry-After": str(wait)},
        )


def require(request: HttpRequest, thing: Resource, unit: UnitNode) -> None:
    """Go on only where the request's key is good for the unit. Raises `ProblemError` 403."""
    key = key_of(request)
    if not may(key, thing, unit):
        _refuse(request, key, thing, unit)


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key a request was opened with."""
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    return key


def _refuse(request: HttpRequest, key: ApiKey, thing: Resource, unit: UnitNode | None) -> None:
    note_refusal(request, key, thing, unit)
    raise ProblemError(
        403,
        _("This key is good for %(unit)s, %(purpose)s; it does not open this.")
        % {"unit": key.unit.code, "purpose": key.get_purpose_display()},
    )


def note_refusal(
    request: HttpRequest, key: ApiKey, thing: Resource, unit: Unit | UnitNode | None
) -> None:
    """Write to the audit that a key did not open something."""
    audit.note(
        str(key),
        f"{request.method} {request.path}"[:60],
        thing,
        unit=unit,
        outcome=AuditEntry.Outcome.REFUSED,
        address=str(request.META.get("REMOTE_ADDR", "")),
    )


class BearerKey(HttpBearer):
    """Key in the header `Authorization: Bearer …`"""

    def __init__(self, thing: Resource) -> None:
        super().__init__()
        self._thing = thing

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return _check(request, token, self._thing)


class HeaderKey(APIKeyHeader):
    """Key in the header `X-API-Key: …`"""

    param_name = "X-API-Key"

    def __init__(self, thing: Resource) -> None:
        super().__init__()
        self._thing = thing

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        return _check(request, key, self._thing)


def key_to(thing: Resource) -> list[Any]:
    """List the ways to open an operation: keys whose purpose has the permission."""
    return [BearerKey(thing), HeaderKey(thing)]


KEY_AUTH = key_to(Resource.SEND)
