"""Who may send: a key in a header. Cookies give no access, so no request can be forged."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader, HttpBearer

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.api.problems import ProblemError

__all__ = ["KEY_AUTH", "FailureLimit", "failures"]


class FailureLimit:
    """Counts failed attempts, in this process, by address and the beginning of the key.

    Keys cannot be guessed; this spares the store a sender that keeps on knocking with a wrong
    one. It hits nobody else: another address, or another key, is counted apart.
    """

    def __init__(self, most: int = 20, seconds: float = 60.0, remembered: int = 10_000) -> None:
        self._most = most
        self._seconds = seconds
        self._remembered = remembered
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: tuple[str, str]) -> float:
        """Seconds until `who` may try again; 0 for at once."""
        with self._lock:
            count, since = self._failures.get(who, (0, 0.0))
            left = since + self._seconds - time.monotonic()
            return left if count >= self._most and left > 0 else 0.0

    def note(self, who: tuple[str, str]) -> None:
        """Count a failure."""
        with self._lock:
            now = time.monotonic()
            count, since = self._failures.pop(who, (0, now))
            if now - since >= self._seconds:
                count, since = 0, now
            self._failures[who] = count + 1, since
            while len(self._failures) > self._remembered:
                self._failures.popitem(last=False)

    def clear(self) -> None:
        """Forget every failure."""
        with self._lock:
            self._failures.clear()


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
