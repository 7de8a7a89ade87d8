"""Connections to the store in a process that serves, which outlive a request."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from threading import Thread
from time import sleep

from django.db import connections

__all__ = ["keep_open"]

log = logging.getLogger(__name__)

# Each worker's. Those who wait for their turn to write hold one each, and readers must not wait
# with them; PostgreSQL as it comes takes a hundred in all.
_MOST = 20
_IDLE_SECONDS = 60.0
# Whoever gets none within this time is told so; the store is away, or too many ask at once.
_PATIENCE = 10.0  # seconds
_BETWEEN_LOOKS = 0.5  # seconds
_WORTH_IT, _LONG = 16 * 1024 * 1024, 128 * 1024 * 1024  # bytes of log


def keep_open() -> None:
    """Keep connections and other costly things open for the next request.

    PostgreSQL's connections: opening one costs as much as a page. Each is checked before it is
    used, so a restarted server is no error. SQLite's are opened anew, which costs a millisecond;
    but its log is written into the store beside the requests.
    """
    store = connections.settings["default"]
    if store["ENGINE"] == "django.db.backends.postgresql":
        store["CONN_HEALTH_CHECKS"] = True
        pool = {
            "min_size": 1,
            "max_size": _MOST,
            "max_idle": _IDLE_SECONDS,
            "timeout": _PATIENCE,
            # Tries to connect grow rarer; so short, those who ask next begin anew.
            "reconnect_timeout": _PATIENCE,
        }
        store["OPTIONS"] = {"pool": pool, **store["OPTIONS"]}
    elif (path := Path(store["NAME"])).is_file():
        Thread(target=_bring_in_log, args=(path,), name="log", daemon=True).start()


def _bring_in_log(path: Path) -> None:
    """Copy the content of SQLite's log into the store, again and again.

    Otherwise the writer that commits would have to, while all others wait: a quarter of the time of
    a large batch. The copy blocks neither readers nor writers, and as this connection stays open,
    no closing connection is the last one, which would have to copy too.
    """
    log_file = path.with_name(path.name + "-wal")
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()  # only now is the store open
    while True:
        sleep(_BETWEEN_LOOKS)
        try:
            if (size := log_file.stat().st_size) > _WORTH_IT:
                store.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            if size > _LONG:
                # Writers without a pause would make it ever longer. It is shortened between two
                # of them, who wait for what came since: so first what came during the long copy.
                store.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except FileNotFoundError:
            continue  # nothing was written yet
        except sqlite3.Error:
            log.exception("The log could not be brought into the store; trying again")
