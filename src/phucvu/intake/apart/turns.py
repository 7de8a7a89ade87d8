"""Limit on the files looked at together, by all processes of this installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings
from django.utils.translation import gettext as _

from phucvu.intake.formats.base import FileError

__all__ = ["turn"]

_PAUSE = 0.05  # s


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait until one of the places is free, and hold it; the system frees it with the process.

    Raises `FileError` where none becomes free within the time of a look.
    """
    folder = Path(settings.DATA) / "turns"
    folder.mkdir(mode=0o700, exist_ok=True)
    places = [
        os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        for number in range(max(1, settings.PHUCVU_FILES_AT_ONCE))
    ]
    try:
        begun = monotonic()
        while not any(_taken(place) for place in places):
            if monotonic() - begun > settings.PHUCVU_FILE_SECONDS:
                raise FileError(
                    _("%(file)s: other files are being looked at; try again in a minute")
                    % {"file": path}
                )
            sleep(_PAUSE)
        yield
    finally:
        for place in places:
            os.close(place)


def _taken(place: int) -> bool:
    import fcntl  # not on Windows

    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
