"""Personal fields of the synchronisation message that may be turned on, and the keys they need.

Read by the settings: nothing of the store is imported here.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["FIELDS", "keys_in", "turned_on"]

FIELDS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "ChuHoSo": _("Applicant"),
        "SoDienThoai": _("Telephone"),
        "Email": _("E-mail"),
        "DiaChiChuHoSo": _("Address"),
        "SoGiayToChuHoSo": _("Number of the identity paper"),
        "MaDoiTuong": _("Code of the applicant"),
    }
)
"""Fields of `DongBoHoSoMC` that may be turned on, with what pages call them."""

_HOW = (
    "Make a key with `PHUCVU_PERSONAL= phucvu personal key FILE` and name the file in"
    " PHUCVU_PERSONAL_KEY_FILE, or leave PHUCVU_PERSONAL empty: then personal data is dropped."
)


def turned_on(names: Sequence[str]) -> tuple[str, ...]:
    """Return the fields in their own order. Raises `ImproperlyConfigured` for an unknown one."""
    unknown = sorted(set(names) - set(FIELDS))
    if unknown:
        raise ImproperlyConfigured(
            f"PHUCVU_PERSONAL names {', '.join(unknown)}; known are {', '.join(FIELDS)}."
        )
    return tuple(name for name in FIELDS if name in names)


def keys_in(on: Sequence[str], given: Sequence[str], file: str) -> tuple[str, ...]:
    """Return the keys, newest first, where a field is `on`: those given, or the lines of a file.

    Raises `ImproperlyConfigured` where there is none, or none that is good, and for a file that
    others than its owner may read.
    """
    if not on:
        return ()
    keys = tuple(given) or (_lines(Path(file)) if file else ())
    if not keys:
        raise ImproperlyConfigured(f"PHUCVU_PERSONAL is set without a key. {_HOW}")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            # Without the key itself, which would then stand in a log.
            raise ImproperlyConfigured(
                f"Key {number} for personal data is no key: 32 bytes in URL-safe base64. {_HOW}"
            ) from None
    return keys


def _lines(file: Path) -> tuple[str, ...]:
    try:
        open_to_others = file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        text = "" if open_to_others else file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"PHUCVU_PERSONAL_KEY_FILE={file} cannot be read: {error}. {_HOW}"
        ) from None
    if open_to_others:
        raise ImproperlyConfigured(
            f"PHUCVU_PERSONAL_KEY_FILE={file} may be read by others; run `chmod 600 {file}`."
        )
    return tuple(line.strip() for line in text.splitlines() if line.strip())
