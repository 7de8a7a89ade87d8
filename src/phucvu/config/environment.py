"""Settings from the environment, each with its default. `docs/settings.md` lists them."""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_network
from pathlib import Path

from phucvu.config.private_files import make_private

__all__ = [
    "data_folder",
    "flag",
    "networks",
    "one_of",
    "pair",
    "secret_key",
    "text",
    "whole",
    "words",
]


def data_folder() -> Path:
    """Return `PHUCVU_DATA`, the one folder the program writes to; by default `var/`, made
    private.
    """
    folder = Path(os.environ.get("PHUCVU_DATA", "var")).resolve()
    make_private(folder)
    return folder


def secret_key(folder: Path) -> str:
    """Return `PHUCVU_SECRET_KEY`, or a key made once and stored in `folder` for its owner only."""
    given = os.environ.get("PHUCVU_SECRET_KEY")
    if given:
        return given
    key_file = folder / "secret_key"
    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return key_file.read_text(encoding="ascii")
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key


def flag(name: str, default: bool = False) -> bool:
    """Read a yes/no setting: 1/0, yes/no, true/false. Raises `ValueError`, naming it, otherwise."""
    given = text(name).lower()
    if given == "":
        return default
    if given in {"1", "yes", "true", "on"}:
        return True
    if given in {"0", "no", "false", "off"}:
        return False
    raise ValueError(f"{name}={given!r}: expected 1 or 0 (or yes/no, true/false)")


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """Read one of these words, the first by default. Raises `ValueError`, naming the setting."""
    given = text(name).lower() or choices[0]
    if given not in choices:
        raise ValueError(f"{name}={given!r}: expected one of {', '.join(choices)}")
    return given


def text(name: str) -> str:
    """Read a setting as it is written; empty where it is not given."""
    return os.environ.get(name, "").strip()


def whole(name: str, default: int) -> int:
    """Read a whole number, 0 or more. Raises `ValueError`, naming the setting, otherwise."""
    given = text(name) or str(default)
    if not (given.isascii() and given.isdigit()):
        raise ValueError(f"{name}={given!r}: expected a whole number")
    return int(given)


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated setting as a list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def networks(name: str, default: str = "") -> list[str]:
    """Read addresses and networks (10.0.0.0/8). Raises `ValueError`, naming the setting."""
    found = words(name, default)
    for written in found:
        try:
            ip_network(written)
        except ValueError as error:
            raise ValueError(
                f"{name}={written!r}: expected addresses or networks: {error}"
            ) from None
    return found


def pair(name: str, default: tuple[str, str]) -> tuple[str, str]:
    """Read two words with a comma between them. Raises `ValueError` for more or fewer."""
    found = words(name)
    if not found:
        return default
    if len(found) != 2:
        raise ValueError(f"{name}={','.join(found)!r}: expected two parts with a comma between")
    return found[0], found[1]
