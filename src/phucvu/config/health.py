"""Health of the server: is it up, can it read and write?

`/healthz`
    200 `ok` where the store answers and can be written, and the disk takes a file; else 503 and
    what is wrong, a line each. Within two seconds, whatever is down.
`/readyz`
    The same as JSON, and besides: is the store's structure up to date, is there room on the disk?
    A balancer sends nobody to a server that is not ready.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from phucvu.config.faults import Fault, fault_of, note, over

__all__ = ["HealthCheck", "checks", "healthy", "ready", "store_is_away", "watch"]

_PATIENCE = 1.5  # seconds a check may take; a watcher is told within two
_FRESH = 1.0  # seconds a result holds, so that asking often costs nothing
_PIECE = 64 * 1024  # bytes: what a file must find room for


@dataclass(frozen=True)
class HealthCheck:
    """Result of one check: its name and its fault, empty where nothing is wrong."""

    name: str
    fault: str = ""


class _Looked:
    """Check that runs once at a time beside the requests; its result holds for a while."""

    def __init__(self, name: str, look: Callable[[], str], slow: str) -> None:
        self._name = name
        self._look = look
        self._slow = slow
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"health-{name}")
        self._lock = Lock()
        self._running: Future[str] | None = None
        self._done = (-_FRESH, "")

    def __call__(self) -> HealthCheck:
        with self._lock:
            at, found = self._done
            if monotonic() - at < _FRESH:
                return HealthCheck(self._name, found)
            if self._running is None:
                self._running = self._thread.submit(self._look)
            running = self._running
        try:
            found = running.result(_PATIENCE)
        except TimeoutError:
            return HealthCheck(self._name, self._slow)
        with self._lock:
            if self._running is running:
                self._running, self._done = None, (monotonic(), found)
        return HealthCheck(self._name, found)


# --- what is looked at ----------------------------------------------------------------------

_AWAY = gettext_noop("the store does not answer")
_READ_ONLY = gettext_noop("the store cannot be written")
_FULL = gettext_noop("the disk is full")
_SMALL = gettext_noop("the disk is nearly full")
_BEHIND = gettext_noop("the store is not up to date: run `phucvu migrate`")
_LONG = gettext_noop("the disk does not answer")


def _store() -> str:
    """Check that the store can be read and written, by a connection of its own that waits for none.

    The write changes nothing: SQLite's `user_version`, which stays 0; in PostgreSQL a logical
    message that nobody reads.
    """
    store = connections.settings["default"]
    try:
        if store["ENGINE"] == "django.db.backends.postgresql":
            _write_postgresql(store)
        else:
            _write_sqlite(store)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return ""  # somebody is writing
        return _FULL if fault_of(error) is Fault.DISK_FULL else _READ_ONLY
    except psycopg.errors.ReadOnlySqlTransaction:
        return _READ_ONLY
    except (psycopg.Error, sqlite3.Error, OSError) as error:
        return _FULL if fault_of(error) is Fault.DISK_FULL else _AWAY
    return ""


def _write_postgresql(store: dict[str, Any]) -> None:
    with _reach(store) as connection:
        connection.execute("SELECT pg_logical_emit_message(true, 'phucvu', '')")


def _reach(store: dict[str, Any]) -> psycopg.Connection:
    """Open a connection to PostgreSQL beside those of the requests."""
    names = {"NAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user"}
    words: dict[str, Any] = {
        word: str(store[name]) for name, word in names.items() if store.get(name)
    }
    words |= {name: word for name, word in store["OPTIONS"].items() if name.startswith("ssl")}
    return psycopg.connect(
        **words,
        password=store["PASSWORD"] or None,
        connect_timeout=2,
        options=f"-c statement_timeout={int(_PATIENCE * 1000)}",
        autocommit=True,
    )


def _write_sqlite(store: dict[str, Any]) -> None:
    path = Path(str(store["NAME"]))
    if str(store["NAME"]).startswith("file:") or not path.is_absolute():
        return  # in memory, as in tests: nothing to reach
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0.5)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA user_version=0")
    finally:
        connection.close()


def _disk() -> str:
    """Check that a file finds room where the program writes."""
    try:
        with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, buffering=0) as file:
            if file.write(bytes(_PIECE)) < _PIECE:
                return _FULL
            os.fsync(file.fileno())
    except OSError as error:
        return _FULL if fault_of(error) is Fault.DISK_FULL else str(error.strerror)
    return ""


def _room() -> str:
    free = shutil.disk_usage(settings.DATA).free
    return _SMALL if free < settings.PHUCVU_DISK_MIB << 20 else ""


def _structure() -> str:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()
    return _BEHIND if plan else ""


_store_looked = _Looked("store", _store, _AWAY)
_disk_looked = _Looked("disk", _disk, _LONG)
_room_looked = _Looked("room", _room, _LONG)
_structure_looked = _Looked("structure", _structure, _AWAY)


def checks() -> list[HealthCheck]:
    """Run the checks of `/healthz`, and log which fault began and which is over."""
    # Begun together: both may be slow at once.
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda look: look(), (_store_looked, _disk_looked)))
    faults = {each.fault for each in found}
    for fault, signs in ((Fault.STORE_AWAY, {_AWAY, _READ_ONLY}), (Fault.DISK_FULL, {_FULL})):
        if faults & signs:
            note(fault)
        else:
            over(fault)
    return found


# --- beside the requests --------------------------------------------------------------------

_BETWEEN_LOOKS = 2.0  # seconds
_SLOW = "slow"
_MOST_SLOW = 3  # looks
_away = False


def store_is_away() -> bool:
    """Tell whether the store did not answer at the last look, a few seconds ago."""
    return _away


def watch() -> None:
    """Look at PostgreSQL again and again, so that requests need not wait to find it away.

    SQLite is a file: whether it can be read shows at once.
    """
    store = connections.settings["default"]
    if store["ENGINE"] == "django.db.backends.postgresql":
        Thread(target=_watch, args=(store,), name="watch", daemon=True).start()


def _watch(store: dict[str, Any]) -> None:
    global _away  # noqa: PLW0603 - the one thing this thread tells the others
    look = _Looked("watch", lambda: _answers(store), _SLOW)
    slow = 0
    while True:
        found = look().fault
        # A busy machine is slow too: only a store that stays silent is away.
        slow = slow + 1 if found == _SLOW else 0
        _away = found == _AWAY or slow >= _MOST_SLOW
        if _away:
            note(Fault.STORE_AWAY)
        elif not found:
            over(Fault.STORE_AWAY)
        sleep(_BETWEEN_LOOKS)


def _answers(store: dict[str, Any]) -> str:
    try:
        with _reach(store) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        return _AWAY if fault_of(error) is Fault.STORE_AWAY else ""
    return ""


# --- the addresses --------------------------------------------------------------------------


def healthy(request: HttpRequest) -> HttpResponse:
    """Answer 200 "ok", or 503 and what is wrong."""
    wrong = [check for check in checks() if check.fault]
    text = "\n".join(f"{check.name}: {_(check.fault)}" for check in wrong) or "ok"
    return HttpResponse(
        text, status=503 if wrong else 200, content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def ready(request: HttpRequest) -> HttpResponse:
    """Answer the checks of `/healthz`, of room and of structure as JSON: `ok` or what is wrong."""
    found = checks()
    if not any(check.fault for check in found):
        found += [_room_looked(), _structure_looked()]
    body = {check.name: _(check.fault) if check.fault else "ok" for check in found}
    status = 503 if any(check.fault for check in found) else 200
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
