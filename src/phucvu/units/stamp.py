"""A token that is renewed with every write to the units, so that they can be cached.

It is random, not counted: a transaction that is rolled back takes its token with it, and no later
one can bear it again.
"""

from __future__ import annotations

import secrets

from django.db import connection, models

__all__ = ["Stamp", "bump", "current"]

_ONLY = 1


class Stamp(models.Model):
    """The one row that holds the token."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token


def bump() -> None:
    """Renew the token, in the transaction that writes units."""
    Stamp.objects.update_or_create(pk=_ONLY, defaults={"token": secrets.token_hex(16)})


def current() -> str | None:
    """Return the token; None where no unit was ever written: then nothing may be cached."""
    # Asked before every use of the tree. The same by model makes so many objects that Python's
    # garbage collector comes by every few times, and walks over all the cached units: 4 ms.
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM units_stamp WHERE id = %s", [_ONLY])
        row = cursor.fetchone()
    return row[0] if row else None
