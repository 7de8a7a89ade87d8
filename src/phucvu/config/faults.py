"""Faults of the place the program runs in: the disk is full, the store is away.

Such a fault is no error of the program. It is answered with its own status and words, and logged
once when it begins and once when it is over, not with a traceback for each request.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from threading import Lock
from time import monotonic
from typing import Any

import msgspec
import psycopg
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.defaults import server_error
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

__all__ = ["Fault", "Faults", "KnownFaults", "answer", "failed", "fault_of", "note", "over"]

log = logging.getLogger(__name__)

_AGAIN = 10  # seconds after which a sender may try again
_FULL_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# How SQLite tells that there is no room (to write, to keep, to make a file longer), and that its
# file cannot be used.
_NO_ROOM = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
}
_UNUSABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
# PostgreSQL's: the disk is full; classes of what lies with the connection or the server.
_DISK_FULL = "53100"
_AWAY = ("08", "53", "57P", "25006")


class Fault(Enum):
    """A fault: the status it is answered with, its title and what to do, in words."""

    DISK_FULL = (
        507,
        gettext_noop("The disk is full"),
        gettext_noop(
            "What was sent could not be kept, and nothing of it was. Send it again when the "
            "operator has made room."
        ),
    )
    STORE_AWAY = (
        503,
        gettext_noop("The store does not answer"),
        gettext_noop("Nothing of what was sent was kept. Try again in a few seconds."),
    )

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status = status
        self.title = title
        self.detail = detail


def fault_of(error: BaseException | None) -> Fault | None:
    """Return the fault an error comes from; None where it is an error of the program."""
    for each in _chain(error):
        if found := _fault(each):
            return found
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _fault(error: BaseException) -> Fault | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        primary = code & 0xFF  # the extended code says more in its higher bytes
        if primary == sqlite3.SQLITE_FULL or code in _NO_ROOM:
            return Fault.DISK_FULL
        return Fault.STORE_AWAY if primary in _UNUSABLE else None
    if isinstance(error, PoolTimeout | PoolClosed | TooManyRequests):
        return Fault.STORE_AWAY
    if isinstance(error, psycopg.Error):
        state = error.sqlstate or ""
        if state == _DISK_FULL:
            return Fault.DISK_FULL
        lost = isinstance(error, psycopg.OperationalError) and not state
        return Fault.STORE_AWAY if lost or state.startswith(_AWAY) else None
    if isinstance(error, OSError) and error.errno in _FULL_CODES:
        return Fault.DISK_FULL
    return None


# --- answering ------------------------------------------------------------------------------


class Faults:
    """Middleware that answers a view's failure by a fault before Django makes it a server error."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a fault; return None, which leaves the error to Django, for any other error."""
        fault = fault_of(error)
        return None if fault is None else answer(request.path, fault)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed outside its view (`handler500`)."""
    fault = fault_of(sys.exc_info()[1])
    return server_error(request) if fault is None else answer(request.path, fault)


def answer(path: str, fault: Fault) -> HttpResponse:
    """Answer a fault with a problem document to programs, a page to people; note it in the log."""
    note(fault)
    title, detail = _(fault.title), _(fault.detail)
    if path.startswith("/api/"):
        problem = {
            "type": "about:blank", "title": title, "status": fault.status, "detail": detail,
        }  # fmt: skip
        response = HttpResponse(
            msgspec.json.encode(problem), content_type="application/problem+json"
        )
    else:
        words = {"title": title, "detail": detail, "status": fault.status}
        response = HttpResponse(render_to_string("refusal.html", words))
    response.status_code = fault.status
    response.headers["Cache-Control"] = "no-store"
    if fault is Fault.STORE_AWAY:
        response.headers["Retry-After"] = str(_AGAIN)
    return response


# --- telling once ---------------------------------------------------------------------------

_QUIET = 60.0  # seconds without a fault after which its next occurrence is told anew
_told: dict[Fault, float] = {}
_lock = Lock()


def note(fault: Fault, **more: Any) -> None:
    """Log a fault, unless it is logged as begun already."""
    with _lock:
        last = _told.get(fault)
        _told[fault] = monotonic()
    if last is None or monotonic() - last > _QUIET:
        log.error(_WORDS[fault], extra=more)


_WORDS = {
    Fault.DISK_FULL: "The disk is full: nothing can be taken in until there is room again",
    Fault.STORE_AWAY: "The store does not answer: requests are refused until it does",
}


def over(fault: Fault) -> None:
    """Log that a fault is over, where it was logged that it began."""
    with _lock:
        began = _told.pop(fault, None)
    if began is not None:
        log.warning("%s: over", fault.title)


class KnownFaults(logging.Filter):
    """Log filter that keeps out repeated tracebacks of a known fault, and addresses.

    Django logs each answer of 500 and more, with the address and everything in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written; the kind of address replaces a request's
        address.
        """
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, DatabaseError | OSError) and fault_of(error) is not None:
            return False
        if record.name != "django.request":
            return True
        request = record.__dict__.pop("request", None)
        match = getattr(request, "resolver_match", None)
        record.msg, record.args = "A request failed", ()
        record.route = match.route if match is not None else ""
        return getattr(record, "status_code", 0) not in {fault.status for fault in Fault}
