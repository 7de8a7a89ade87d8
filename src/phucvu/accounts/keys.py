"""API keys: making, checking and revoking the keys that let another system send facts.

A key is 256 random bits, so one round of SHA-256 makes it as safe as a slow hash makes a password:
there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from phucvu.accounts.models import ApiKey
from phucvu.units.models import Unit

__all__ = [
    "ExpiredKeyError",
    "RevokedKeyError",
    "WaitingKeyError",
    "authenticate",
    "issue",
    "prefix_of",
    "revoke",
    "rotate",
]

# The mark lets a scanner find a key that was committed or pasted by mistake.
_MARK = "pv_"
_PREFIX_LENGTH = 12
_LONGEST = 200
_USE_NOTED_EVERY = timedelta(minutes=1)


class RevokedKeyError(Exception):
    """Error of a key that was good once and has been revoked."""


class WaitingKeyError(RevokedKeyError):
    """Error of a key to which no head of the unit has agreed yet."""


class ExpiredKeyError(RevokedKeyError):
    """Error of a key that was good until its end came."""


def issue(
    unit: Unit,
    name: str,
    purpose: ApiKey.Purpose = ApiKey.Purpose.SEND,
    expires_at: datetime | None = None,
    *,
    made_by: str = "",
    waits: bool = False,
) -> tuple[ApiKey, str]:
    """Make a key for `unit` and everything below it, for one purpose.

    With `waits` it opens nothing until a head of the unit agrees to it (`second_person`). Returns
    the key's row and its plain text, which exists nowhere else: show it once.
    """
    text = _MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name,
        unit=unit,
        purpose=purpose,
        prefix=text[:_PREFIX_LENGTH],
        digest=_digest(text),
        expires_at=expires_at,
        made_by=made_by,
        waits=waits,
    )
    return key, text


def rotate(
    key: ApiKey, overlap: timedelta = timedelta(days=7), *, made_by: str = "", waits: bool = False
) -> tuple[ApiKey, str]:
    """Make a new key in the place of a working one, which stays good for `overlap`.

    An end of the old one holds for the new one too. Raises `RevokedKeyError` for a key that does
    not work, or that has been replaced already.
    """
    now = timezone.now()
    with transaction.atomic():
        key = ApiKey.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key.pk)
        if key.revoked_at or (key.expires_at and key.expires_at <= now):
            raise RevokedKeyError(key.prefix)
        if ApiKey.objects.filter(replaces=key).exists():
            raise RevokedKeyError(key.prefix)
        new, text = issue(
            key.unit, key.name, ApiKey.Purpose(key.purpose), key.expires_at,
            made_by=made_by, waits=waits or key.waits,
        )  # fmt: skip
        new.replaces = key
        new.save(update_fields=["replaces"])
        last = now + overlap
        key.expires_at = min(key.expires_at, last) if key.expires_at else last
        key.save(update_fields=["expires_at"])
    return new, text


def authenticate(header_value: str) -> ApiKey | None:
    """Return the key whose plain text this is, with or without the word `Bearer` before it.

    Returns None for a text that is no key. Raises `RevokedKeyError` for a revoked one,
    `WaitingKeyError` for one that no head has agreed to, `ExpiredKeyError` for one that is over.
    """
    text = _without_scheme(header_value)
    if not text.startswith(_MARK) or len(text) > _LONGEST or not text.isascii():
        return None
    digest = _digest(text)
    for key in ApiKey.objects.select_related("unit").filter(prefix=text[:_PREFIX_LENGTH]):
        if hmac.compare_digest(key.digest, digest):
            if key.revoked_at is not None:
                raise RevokedKeyError(key.prefix)
            if key.waits:
                raise WaitingKeyError(key.prefix)
            if key.expires_at is not None and key.expires_at <= timezone.now():
                raise ExpiredKeyError(key.prefix)
            _note_use(key)
            return key
    return None


def revoke(key: ApiKey) -> None:
    """Revoke the key from now on. A second time changes nothing."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def prefix_of(header_value: str) -> str:
    """Return the part of a key that may be shown and logged."""
    return _without_scheme(header_value)[:_PREFIX_LENGTH]


def _without_scheme(header_value: str) -> str:
    text = header_value.strip()
    scheme, space, rest = text.partition(" ")
    return rest.strip() if space and scheme.lower() == "bearer" else text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _note_use(key: ApiKey) -> None:
    """Store when the key was used, but not with every request of a busy sender."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= _USE_NOTED_EVERY:
        key.last_used_at = now
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
