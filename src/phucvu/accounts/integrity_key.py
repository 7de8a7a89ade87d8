"""The integrity key: who can write to the store, but has not the key, changes nothing unseen.

What the store must show unchanged carries a *keyed hash*: the mark of a key, a colon, and the
HMAC-SHA-256 of the content under it, in hexadecimal digits. The keys lie outside the store, in the
file `PHUCVU_INTEGRITY_KEY_FILE`: one a line, the newest first; older ones still check what was
keyed with them. The store knows the marks of its keys (`IntegrityKey`), so a lost file is told and
no second first key is made.
"""

from __future__ import annotations

import hmac
import os
import secrets
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from phucvu.accounts.records.integrity import IntegrityKey

__all__ = [
    "Fit",
    "IntegrityKeyError",
    "Key",
    "add",
    "fit",
    "forget",
    "keyed_hash",
    "keys",
    "make",
    "ready",
]

_SHORTEST = 32  # characters of a key
_MARK = 8  # hexadecimal digits that tell keys apart
_read: dict[Path, tuple[int, tuple[Key, ...]]] = {}
_known: set[str] = set()


class IntegrityKeyError(Exception):
    """Error: the key is missing, another store's, or unreadable; the message says what to do."""


class Key(NamedTuple):
    """A key and the mark it is known by."""

    mark: str
    secret: bytes

    def hash(self, purpose: str, content: bytes) -> str:
        """Return the keyed hash of `content`; another purpose gives another."""
        code = hmac.new(self.secret, purpose.encode() + b"\0" + content, sha256)
        return f"{self.mark}:{code.hexdigest()}"


class Fit(Enum):
    """Outcome of comparing a keyed hash with a content."""

    FITS = "fits"
    DIFFERS = "differs"
    UNKNOWN_KEY = "unknown key"


def file_of_keys() -> Path:
    """Return the file, which only its owner may read or write."""
    return Path(settings.PHUCVU_INTEGRITY_KEY_FILE)


def keyed_hash(purpose: str, content: bytes) -> str:
    """Return the keyed hash of `content` under the newest key.

    Raises `IntegrityKeyError` where the store was keyed with a key that is not there.
    """
    return _newest().hash(purpose, content)


def fit(purpose: str, content: bytes, found: str) -> Fit:
    """Tell whether a keyed hash is that of `content`.

    Raises `IntegrityKeyError` where there is no key.
    """
    mark = found.partition(":")[0]
    for key in keys():
        if key.mark == mark:
            same = hmac.compare_digest(key.hash(purpose, content).encode(), found.encode())
            return Fit.FITS if same else Fit.DIFFERS
    return Fit.UNKNOWN_KEY


def keys() -> tuple[Key, ...]:
    """Return the keys, the newest first; those read before, where the file has gone since.

    Raises `IntegrityKeyError` where there are none, or what is there are no keys.
    """
    file = file_of_keys()
    try:
        changed = file.stat().st_mtime_ns
        if file not in _read or _read[file][0] != changed:
            _read[file] = changed, _keys_in(file)
    except FileNotFoundError:
        if file not in _read:
            raise IntegrityKeyError(
                f"The integrity key is missing: there is no {file}. Put it back from where its copy"
                " is kept (PHUCVU_INTEGRITY_KEY_FILE says where it lies); without it nothing can be"
                " checked."
            ) from None
    return _read[file][1]


def keys_at_hand() -> tuple[Key, ...]:
    """Return the keys in the file; none where it is missing.

    Raises `IntegrityKeyError` where the file holds something else.
    """
    return _keys_in(file_of_keys()) if file_of_keys().exists() else ()


def ready() -> Key:
    """Return the newest key, made where the store needs a first one; to be called before serving.

    Raises `IntegrityKeyError` where the store was keyed with a key that is not there.
    """
    file = file_of_keys()
    marks = set(IntegrityKey.objects.values_list("mark", flat=True))
    if not marks and file not in _read and not file.exists():
        make()
    found = keys()
    if marks and marks.isdisjoint(key.mark for key in found):
        raise IntegrityKeyError(
            f"{file} holds another key than this store was keyed with"
            f" ({', '.join(sorted(marks))}; there: {', '.join(key.mark for key in found)})."
            " Put the store's own key back (PHUCVU_INTEGRITY_KEY_FILE says where it lies)."
        )
    return found[0]


def _newest() -> Key:
    """Return the newest key; the store knows it from now on."""
    key = keys()[0] if _known else ready()
    if key.mark not in _known:
        IntegrityKey.objects.get_or_create(mark=key.mark)
        _known.add(key.mark)
    return key


def forget() -> None:
    """Read the keys anew when they are next needed."""
    _read.clear()
    _known.clear()


def make() -> None:
    """Make the file with a first key, unless it is there: of two processes that do, one does."""
    file = file_of_keys()
    fresh = _fresh(file, "")
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def add() -> Key:
    """Put a new key before those in the file, which is made where it is missing."""
    file = file_of_keys()
    before = file.read_text(encoding="ascii") if file.exists() else ""
    _fresh(file, before).replace(file)
    _read.pop(file, None)
    return keys()[0]


def _fresh(file: Path, older: str) -> Path:
    """Write a file beside `file` with a new key first, readable by its owner only."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write(f"{secrets.token_urlsafe(_SHORTEST)}\n{older}")
        made.flush()
        os.fsync(made.fileno())
    return fresh


def _keys_in(file: Path) -> tuple[Key, ...]:
    try:
        lines = file.read_text(encoding="ascii").split()
    except UnicodeDecodeError:
        lines = []
    if not lines or any(len(line) < _SHORTEST for line in lines):
        raise IntegrityKeyError(
            f"{file}: expected keys of at least {_SHORTEST} letters and digits, one a line. Put the"
            " file back as it was."
        )
    return tuple(Key(_mark_of(line), line.encode()) for line in lines)


def _mark_of(line: str) -> str:
    return sha256(b"phucvu.integrity.mark\0" + line.encode()).hexdigest()[:_MARK]
