"""Actions on API keys: to make, replace and end them, each with its permission and audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts import audit, keys
from phucvu.accounts.asking import may
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import ApiKey
from phucvu.accounts.operator import at_server, name_of
from phucvu.accounts.policy import Resource
from phucvu.accounts.second_person import is_head_of, tell_heads
from phucvu.units.models import Unit

__all__ = ["end", "make", "refuse", "replace"]

_LONGEST_NAME = 100
_LONGEST_OVERLAP = 90


def make(
    by: User | None,
    unit: Unit,
    name: str,
    purpose: ApiKey.Purpose,
    expires_at: datetime | None = None,
    address: str = "",
) -> tuple[ApiKey, str]:
    """Make a key for `unit` and all below it, for one purpose; return it with its text.

    The text is stored nowhere else. A key that reads dossiers waits for a head of the unit
    (`second_person.confirm_key`). `by` is None for a command on the server. Raises `AccessError`
    without a name, with an end that is past, or where `by` may not.
    """
    _check(by, unit)
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise AccessError(_("Say what the key is for, in at most 100 characters."))
    if expires_at is not None and expires_at <= timezone.now():
        raise AccessError(_("The key would be over already; choose a later day."))
    with transaction.atomic():
        made, text = keys.issue(
            unit, name, purpose, expires_at, made_by=name_of(by), waits=_waits(by, purpose)
        )
        _note(by, made, "key.made", address)
        if made.waits:
            tell_heads(made, name_of(by))
    return made, text


def replace(
    by: User | None, key: ApiKey, overlap_days: int, address: str = ""
) -> tuple[ApiKey, str]:
    """Make a new key in the place of a working one, which stays good for so many days (0 to 90).

    Raises `AccessError` for a key that is over or was replaced already, or where `by` may not.
    """
    _check(by, key.unit)
    if not 0 <= overlap_days <= _LONGEST_OVERLAP:
        raise AccessError(_("The old key can stay good for 0 to 90 days."))
    try:
        with transaction.atomic():
            overlap, waits = timedelta(days=overlap_days), _waits(by, key.purpose)
            new, text = keys.rotate(key, overlap, made_by=name_of(by), waits=waits)
            _note(by, new, "key.rotated", address, replaces=key.prefix)
            if new.waits:
                tell_heads(new, name_of(by))
    except keys.RevokedKeyError as error:
        raise AccessError(_("This key is over, or was replaced already.")) from error
    return new, text


def end(by: User | None, key: ApiKey, address: str = "") -> None:
    """Revoke a key from now on; one that is revoked already stays unchanged.

    Raises `AccessError` where `by` may not.
    """
    _check(by, key.unit)
    if key.revoked_at is None:
        with transaction.atomic():
            keys.revoke(key)
            _note(by, key, "key.revoked", address)


def refuse(by: User, key: ApiKey, address: str = "") -> None:
    """End a waiting key, as a head of its unit. Raises `AccessError` for any other key."""
    if not key.waits or not is_head_of(by, key.unit):
        raise AccessError(_("This key does not wait for anybody."))
    if key.revoked_at is None:
        with transaction.atomic():
            keys.revoke(key)
            _note(by, key, "key.refused", address)


def _waits(by: User | None, purpose: str) -> bool:
    """Tell whether a head has to agree: to a key that reads, unless it is made on the server."""
    return by is not None and purpose == ApiKey.Purpose.READ


def _check(by: User | None, unit: Unit) -> None:
    if by is not None and not may(by, Resource.KEYS, unit):
        raise AccessError(_("The unit lies outside what was granted to you."))


def _note(by: User | None, key: ApiKey, action: str, address: str, replaces: str = "") -> None:
    audit.note(
        name_of(by), action, Resource.KEYS, unit=key.unit, address=address,
        key=key.prefix, purpose=key.purpose, replaces=replaces, waits=key.waits, **at_server(by),
    )  # fmt: skip
