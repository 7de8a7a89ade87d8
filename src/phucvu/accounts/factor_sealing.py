"""Sealing of the secrets of second factors: of authenticator apps, and recovery codes.

A copy of the store must not be enough to make anybody's codes. The keys (Fernet, the newest first,
one a line) are outside it: in the file `PHUCVU_FACTOR_KEY_FILE`, which is made at first need and
may be read by its owner only.
"""

from __future__ import annotations

import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["FactorAdapter", "is_sealed", "open_sealed", "seal"]

_log = logging.getLogger(__name__)
_MARK = "sealed:"


def is_sealed(text: str) -> bool:
    """Tell whether a stored secret is sealed, under whatever key."""
    return text.startswith(_MARK)


def seal(text: str) -> str:
    """Encrypt a secret under the newest key."""
    return _MARK + _ring().encrypt(text.encode()).decode("ascii")


def open_sealed(kept: str) -> str:
    """Decrypt a secret; where no key opens it, return one that fits no code."""
    if is_sealed(kept):
        try:
            return _ring().decrypt(kept.removeprefix(_MARK).encode("ascii")).decode()
        except InvalidToken:
            _log.error(
                "A second factor cannot be read: none of the keys in %s opens it. Put the key of "
                "that time back, or have the account enrol anew.",
                settings.PHUCVU_FACTOR_KEY_FILE,
            )
    return secrets.token_hex(20).upper().translate(str.maketrans("0189", "ABCD"))


class FactorAdapter(DefaultMFAAdapter):
    """Adapter of the library of second factors that seals the secrets it stores."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(encrypted_text)


def _ring() -> MultiFernet:
    file = Path(settings.PHUCVU_FACTOR_KEY_FILE)
    if not file.exists():
        _make(file)
    return _ring_of(file.read_text(encoding="ascii"))


def _make(file: Path) -> None:
    """Make the first key file in one step: of two processes that try, one succeeds."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        made.write(Fernet.generate_key() + b"\n")
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


@lru_cache(maxsize=4)
def _ring_of(text: str) -> MultiFernet:
    return MultiFernet([Fernet(line) for line in text.split()])
