"""Folders of brought files: one each, below `PHUCVU_DATA/uploads`, for as long as needed.

The file itself may hold personal data: it goes as soon as it is taken in, or a day after it was
brought and not confirmed. The refused rows hold only columns that are read, and stay a week.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from phucvu.intake.uploads.models import Upload

__all__ = [
    "file_of",
    "folder_of",
    "forget",
    "mapping_of",
    "refused_of",
    "safe_name",
    "sweep",
    "top",
]

_HELD_FOR = timedelta(days=1)
_RESULT_FOR = timedelta(days=7)
# Of letters that take up to three bytes each, where a name has room for 255.
_LONGEST_NAME = 60
_MAPPING = "mapping.yaml"
_FILE = "file"


def top() -> Path:
    """Return the folder of all brought files, which only this program may look into."""
    folder = Path(settings.DATA) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def folder_of(upload: Upload) -> Path:
    """Return the upload's own folder."""
    return top() / str(upload.pk)


def file_of(upload: Upload) -> Path:
    """Return the file. Its name tells its form, so it keeps it, in a folder where nothing else
    is.
    """
    return folder_of(upload) / _FILE / upload.name


def mapping_of(upload: Upload) -> Path:
    """Return the path of the mapping; it exists once somebody confirmed the file's columns."""
    return folder_of(upload) / _MAPPING


def refused_of(upload: Upload) -> Path | None:
    """Return the file of refused rows, in the form they came in; None where there are none."""
    found = sorted((folder_of(upload) / _FILE).glob("*.refused.*"))
    return found[0] if found and not upload.open else None


def safe_name(name: str) -> str:
    """Return a file's name as a folder may hold it: short, composed, its suffixes kept."""
    composed = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in composed if letter.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if suffix.lower() == "gz":
        stem, dot, suffix = stem.rpartition(".")[0], ".", f"{stem.rpartition('.')[2]}.gz"
    room = _LONGEST_NAME - len(suffix)
    return f"{stem[:room] or 'tep'}{dot}{suffix[:20]}" if dot else name[:_LONGEST_NAME] or "tep"


def forget(upload: Upload) -> None:
    """Remove the upload and everything that belongs to it; facts taken in stay."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)
    upload.delete()


def sweep() -> None:
    """Remove what is older than needed, and folders whose upload is gone."""
    now = timezone.now()
    held = Upload.objects.filter(state=Upload.State.HELD, made_at__lt=now - _HELD_FOR)
    ended = Upload.objects.filter(ended_at__lt=now - _RESULT_FOR)
    for upload in [*held, *ended]:
        forget(upload)
    known = set(Upload.objects.values_list("pk", flat=True))
    for folder, number in _folders():
        # One that is just being made has no row yet.
        if number not in known and _age(folder) > _HELD_FOR:
            shutil.rmtree(folder, ignore_errors=True)


def _folders() -> Iterator[tuple[Path, UUID]]:
    for folder in top().iterdir():
        with suppress(ValueError):
            yield folder, UUID(folder.name)


def _age(folder: Path) -> timedelta:
    return timedelta(seconds=timezone.now().timestamp() - folder.stat().st_mtime)
