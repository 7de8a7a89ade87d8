"""Operator at the server, under whose name the audit notes a command."""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.models import User

__all__ = ["COMMAND", "at_server", "name_of"]

COMMAND = "phucvu"
"""Who acts where somebody with access to the server does, by a command; no account's name."""


def name_of(by: User | None) -> str:
    """Return the actor's name in the audit; None stands for a command on the server."""
    return by.get_username() if by else COMMAND


def at_server(by: User | None) -> dict[str, Any]:
    """Return the server's own account, for a command; nothing for an account of the site."""
    if by is not None:
        return {}
    try:
        return {"operator": getpass.getuser()}
    except (KeyError, OSError):
        return {"operator": ""}
