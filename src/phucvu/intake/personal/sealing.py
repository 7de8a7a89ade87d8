"""Sealing and opening with Fernet (AES-128-CBC with HMAC-SHA-256), several keys while they
change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

__all__ = ["UnreadableError", "mark_of", "newest_mark", "open_sealed", "reseal", "seal"]


class UnreadableError(ValueError):
    """Error of data that none of the keys opens, or that was sealed for another dossier."""


class _Within(msgspec.Struct):
    """Sealed content; it holds the code, so that a row cannot be passed off as another
    dossier's.
    """

    code: str
    values: dict[str, str]


def mark_of(key: str) -> str:
    """Return a mark that tells keys apart without giving one away: they are 256 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def newest_mark() -> str:
    """Return the mark of the key that seals."""
    return mark_of(settings.PHUCVU_PERSONAL_KEYS[0])


def seal(code: str, values: Mapping[str, str]) -> bytes:
    """Seal the personal data of a version of the dossier `code`, under the newest key."""
    return _ring().encrypt(msgspec.json.encode(_Within(code, dict(values))))


def open_sealed(code: str, sealed: bytes) -> dict[str, str]:
    """Open sealed data, by field. Raises `UnreadableError`."""
    try:
        within = msgspec.json.decode(_ring().decrypt(sealed), type=_Within)
    except InvalidToken:
        raise UnreadableError(_("None of the keys opens this.")) from None
    if within.code != code:
        raise UnreadableError(_("This was sealed for another dossier."))
    return within.values


def reseal(sealed: bytes) -> bytes:
    """Seal the data anew under the newest key. Raises `UnreadableError`."""
    try:
        return _ring().rotate(sealed)
    except InvalidToken:
        raise UnreadableError(_("None of the keys opens this.")) from None


def _ring() -> MultiFernet:
    return _ring_of(tuple(settings.PHUCVU_PERSONAL_KEYS))


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
