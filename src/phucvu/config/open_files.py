"""Limit of open files and connections of a process."""

from __future__ import annotations

import logging
import resource

__all__ = ["allow"]

log = logging.getLogger(__name__)

# Beside connections: the store, its log, pages of the program, bodies that are taken in.
_OURS = 300


def allow(connections: int) -> int:
    """Raise the limit of this process, and of those it starts, to hold so many connections.

    A shell and systemd allow 1,024 by default, and further connections wait without a word. Returns
    the number of connections that fit; logs it where they are fewer than asked for.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OURS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        soft = allowed
    fit = connections if soft == resource.RLIM_INFINITY else min(connections, soft - _OURS)
    if fit < connections:
        log.warning(
            "Only %d connections at once: the system allows %d open files. Raise it to %d "
            "(LimitNOFILE= of the service, ulimit -Hn), or set PHUCVU_CONNECTIONS lower.",
            max(fit, 1), soft, wanted,
        )  # fmt: skip
    return max(fit, 1)
