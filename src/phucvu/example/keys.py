"""API key of the example city, in a file only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from phucvu.accounts.keys import RevokedKeyError, authenticate, issue
from phucvu.example.vungtau import CITY
from phucvu.units.models import Unit

__all__ = ["example_key"]

_FILE = "example.key"


def example_key() -> str:
    """Return the key in `PHUCVU_DATA/example.key`; make a new one where that is missing or
    revoked.
    """
    file = Path(settings.DATA) / _FILE
    known = file.read_text(encoding="ascii").strip() if file.is_file() else ""
    try:
        if known and authenticate(known) is not None:
            return known
    except RevokedKeyError:
        pass  # somebody revoked it; the example makes itself another
    _row, plain = issue(Unit.objects.get(code=CITY, valid_to=None), "example")
    file.unlink(missing_ok=True)  # so that the mode below is the new file's from the start
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(plain)
    return plain
