"""Connections to the store that outlive a request, in a process that serves."""

from __future__ import annotations

from django.db import connections

__all__ = ["keep_open"]

# Each worker's. Those who wait for their turn to write hold one each, and readers must not wait
# with them; PostgreSQL as it comes takes a hundred in all.
_MOST = 20
_IDLE_SECONDS = 60.0


def keep_open() -> None:
    """Keep PostgreSQL's connections for the next request, for opening one costs as much as a page.

    Each is asked whether it still lives before it is used, so a restarted server is no error.
    SQLite's are opened anew: that costs a millisecond, and each request has a thread of its own.
    """
    store = connections.settings["default"]
    if store["ENGINE"] == "django.db.backends.postgresql":
        store["CONN_HEALTH_CHECKS"] = True
        pool = {"min_size": 1, "max_size": _MOST, "max_idle": _IDLE_SECONDS}
        store["OPTIONS"] = {"pool": pool, **store["OPTIONS"]}
