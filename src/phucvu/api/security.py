"""Who may send: a key in a header. Cookies give no access, so no request can be forged."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader, HttpBearer

from phucvu.accounts import keys
from phucvu.accounts.failures import FailureLimit
from phucvu.accounts.models import ApiKey
from phucvu.api.problems import ProblemError

__all__ = ["KEY_AUTH", "failures"]


failures = FailureLimit()


def _check(request: HttpRequest, text: str | None) -> ApiKey | None:
    """The key, or None for no or a wrong one. Raises `ProblemError` 403 or 429."""
    if not text:
        return None
    who = (str(request.META.get("REMOTE_ADDR", "")), keys.prefix_of(text))
    wait = failures.wait(who)
    if wait:
        raise ProblemError(
            429,
            _("Too many attempts with a wrong key. Try again in %(seconds)d seconds.")
            % {"seconds": int(wait) + 1},
            headers={"Retry-After": str(int(wait) + 1)},
        )
    try:
        key = keys.authenticate(text)
    except keys.RevokedKeyError:
        failures.note(who)
        raise ProblemError(403, _("This key has been revoked; ask for a new one.")) from None
    if key is None:
        failures.note(who)
    return key


class BearerKey(HttpBearer):
    """`Authorization: Bearer …`"""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return _check(request, token)


class HeaderKey(APIKeyHeader):
    """`X-API-Key: …`"""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        return _check(request, key)


KEY_AUTH = [BearerKey(), HeaderKey()]
