"""Who sat at the server, where a command did something: for the audit."""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.models import User

__all__ = ["COMMAND", "at_server", "name_of"]

COMMAND = "phucvu"
"""Who acts where somebody with access to the server does, by a command; no account's name."""


def name_of(by: User | None) -> str:
    """Who acts, as the audit names them; None for a command on the server."""
    return by.get_username() if by else COMMAND


def at_server(by: User | None) -> dict[str, Any]:
    """The server's own account, where a command did it; nothing else."""
    if by is not None:
        return {}
    try:
        return {"operator": getpass.getuser()}
    except (KeyError, OSError):
        return {"operator": ""}
