"""Processes that answer: Granian, with our limits.

`phucvu serve` starts this module as a process of its own (`python -m phucvu.config.serving`), which
listens and starts the workers. See `docs/decisions/0021-server.md` for why this server.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")

from django.conf import settings
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from phucvu.config.open_files import allow
from phucvu.config.orphans import end_with

__all__ = ["command", "serve"]

_SITE = "phucvu.config.asgi:application"
# Open pages' streams never end by themselves: whoever stops the server waits so long (s).
_STOPPING = 2
_BACKLOG = 1024
# Bytes a connection may have read ahead, its headers among them: so much memory each may cost.
_READ_AHEAD = 64 * 1024


def command(host: str, port: int, workers: int = 1, site: str = _SITE) -> list[str]:
    """Return the command that runs `serve` in a process that ends with this one."""
    numbers = [str(port), str(workers), str(os.getpid())]
    return [sys.executable, "-m", "phucvu.config.serving", site, host, *numbers]


def serve(host: str, port: int, workers: int = 1, site: str = _SITE) -> None:
    """Answer until told to stop (SIGTERM, SIGINT). A worker that fails is replaced."""
    each = allow(settings.PHUCVU_CONNECTIONS)
    Granian(
        site,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        # HTTP/1.1 alone: what comes before this server speaks it too, and HTTP/2 would bring
        # limits of its own.
        http=HTTPModes.http1,
        websockets=False,
        backlog=_BACKLOG,
        # Connections of each worker. More of them wait until others end.
        backpressure=each,
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.PHUCVU_HEADER_SECONDS * 1000,
            max_buffer_size=_READ_AHEAD,
        ),
        respawn_failed_workers=True,
        workers_kill_timeout=_STOPPING,
        log_level=LogLevels.info if settings.DEBUG else LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    _site, _host, _port, _workers, _parent = sys.argv[1:]
    end_with(int(_parent))
    serve(_host, int(_port), int(_workers), _site)
