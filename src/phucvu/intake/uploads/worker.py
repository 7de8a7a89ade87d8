"""Worker that takes in confirmed files, one after the other, in a thread of the server.

One worker at a time: a lock on the folder, which goes with the process that holds it. So a worker
that has the lock and finds an upload that is *running* knows that its process was killed, and goes
on where its last batch stands; nothing is taken in twice.
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from phucvu.accounts.asking import scope_of
from phucvu.intake.actions import Receipt
from phucvu.intake.formats.base import Entry, FileError
from phucvu.intake.importing import UnitError, UsageError, import_file
from phucvu.intake.mapping import MappingError
from phucvu.intake.uploads.folders import file_of, sweep, top
from phucvu.intake.uploads.models import Upload
from phucvu.intake.uploads.plans import plan_of, said_of
from phucvu.units.tree import load_eras

__all__ = ["confirm", "run_waiting", "wake"]

_log = logging.getLogger(__name__)
_State = Upload.State
_FAULTS = (FileError, MappingError, UnitError, UsageError)


def confirm(upload: Upload) -> bool:
    """Put the upload in the queue; False where it is no longer to be confirmed."""
    changed = Upload.objects.filter(
        pk=upload.pk, state__in=[_State.HELD, _State.INTERRUPTED]
    ).update(state=_State.WAITING, reason="", ended_at=None)
    if changed:
        wake()
    return bool(changed)


def wake() -> None:
    """Start a worker for waiting uploads where none runs; return at once."""
    threading.Thread(target=_take_turn, name="uploads", daemon=True).start()


def _take_turn() -> None:
    import fcntl  # not on Windows, where everything else still runs

    try:
        # Whoever comes second waits here, and then finds what was confirmed meanwhile.
        with (top() / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            close_old_connections()
            with translation.override(settings.LANGUAGE_CODE):
                run_waiting()
    except DatabaseError:
        _log.warning("the store cannot be read; files that were brought wait for the next start")
    finally:
        connection.close()


def run_waiting() -> None:
    """Take in every upload that waits or whose process was killed. Only for who has the lock."""
    sweep()
    while (upload := _next()) is not None:
        _run(upload)


def _next() -> Upload | None:
    """Return the next upload: first one that was cut short, then in the order they came."""
    pending = Upload.objects.filter(state__in=[_State.RUNNING, _State.WAITING])
    for upload in pending.select_related("by").order_by("state", "made_at"):
        if file_of(upload).exists():  # else it lies on another server
            return upload
    return None


def _run(upload: Upload) -> None:
    mine = Upload.objects.filter(pk=upload.pk)
    mine.update(state=_State.RUNNING, started_at=upload.started_at or timezone.now())

    def note(receipt: Receipt, part: list[Entry]) -> None:
        mine.update(
            line=part[-1].line,
            accepted=F("accepted") + receipt.accepted,
            unchanged=F("unchanged") + receipt.unchanged,
            superseded=F("superseded") + receipt.superseded,
            refused=F("refused") + receipt.refused,
        )

    state, reason = _State.DONE, ""
    try:
        planned = plan_of(upload)
        import_file(
            planned,
            load_eras(),
            origin=upload.origin,
            reach=scope_of(upload.by, planned.kind.thing),
            skip=upload.taken,
            note=note,
        )
    except _FAULTS as error:
        state, reason = _State.BROKEN, said_of(upload, error).partition("\n")[0]
    except Exception:
        # Ours, not the file's: the store is away, the disk is full. What stands, stands.
        _log.exception("the upload %s was interrupted", upload.pk)
        state = _State.INTERRUPTED
        reason = _(
            "A fault of this system, not of the file. What was taken in stands; go on later."
        )
    mine.update(state=state, reason=reason, ended_at=timezone.now())
    if state in (_State.DONE, _State.BROKEN):
        file_of(upload).unlink(missing_ok=True)
