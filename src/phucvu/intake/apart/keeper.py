"""Keeper: the process that forks a child for each file, small, with one thread, without the store.

`python -m phucvu.intake.apart.keeper FD`: FD is a socket to the program that asks. For each job
come a head, the job, and two pipes; back goes the child's number. Into the first pipe the child
writes its frames, into the second goes its exit status. When the socket closes, or nobody asked for
a while, everything ends.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import django
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from phucvu.config.orphans import end_with
from phucvu.intake.apart.wire import FAULT, HEAD, JOB_HEAD, MEMORY, NUMBER, PART, RESULT, Job

__all__ = ["serve"]

_IDLE = 600.0  # s


def serve(control: socket.socket) -> None:
    """Fork a child for each job that comes, until nobody is there to ask."""
    alarm, bell = os.pipe()
    os.set_blocking(bell, False)
    os.set_blocking(alarm, False)
    signal.set_wakeup_fd(bell)
    signal.signal(signal.SIGCHLD, lambda *_signal: None)
    ends: dict[int, int] = {}
    while True:
        ready, _out, _odd = select.select([control.fileno(), alarm], [], [], _IDLE)
        if alarm in ready:
            os.read(alarm, 4096)
            _bury(ends)
        if control.fileno() in ready:
            head, pipes, _flags, _address = socket.recv_fds(control, JOB_HEAD.size, 2)
            if len(head) < JOB_HEAD.size:
                break
            packed = _received(control, JOB_HEAD.unpack(head)[0])
            frames, end = pipes
            keeper = os.getpid()
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                for other in (control.fileno(), alarm, bell, end, *ends.values()):
                    os.close(other)
                _be_child(packed, frames, keeper)
            with suppress(OSError):  # it did so itself, or has ended
                os.setpgid(child, child)
            os.close(frames)
            ends[child] = end
            control.sendall(NUMBER.pack(child))
        if not ready and not ends:
            break
    for child in ends:
        os.killpg(child, signal.SIGKILL)


def _received(control: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = control.recv(size - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


def _bury(ends: dict[int, int]) -> None:
    """Write the exit status of each child that ended."""
    while ends:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        end = ends.pop(child)
        with suppress(OSError):  # nobody waits any more
            os.write(end, NUMBER.pack(status))
        os.close(end)


# --- the child --------------------------------------------------------------------------------


def _be_child(packed: bytes, pipe: int, keeper: int) -> None:
    """Do the job, and end; at the latest with the process `keeper`."""
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if os.getpgid(0) != os.getpid():
            os.setpgid(0, 0)
        # So that even a keeper that is killed leaves no child behind.
        end_with(keeper)
        job: Job = pickle.loads(packed)  # noqa: S301 - it comes from the program that started us
        settings.PHUCVU_POPULATION_DB_CODES = job.population_db_codes
        os.chdir(job.folder)
        translation.activate(job.language)
        with os.fdopen(pipe, "wb", buffering=0) as out:
            _do(job, out)
        code = 0
    except BrokenPipeError:
        pass  # nobody waits any more
    except BaseException as error:  # a child must not come back into the loop
        sys.stderr.write(f"reading a file: {type(error).__name__}\n")
    finally:
        os._exit(code)


def _do(job: Job, out: BinaryIO) -> None:
    from phucvu.intake.apart import frames, jobs
    from phucvu.intake.formats.base import FileError
    from phucvu.intake.mapping import MappingError

    job.limits.apply()
    try:
        if job.name in jobs.LOOKS:
            found = jobs.LOOKS[job.name](job.path, *job.arguments)
            _send(out, RESULT, frames.packed(found))
        else:
            entries = jobs.READINGS[job.name](job.path, *job.arguments)
            for part in frames.packed_parts(entries, job.at_once):
                _send(out, PART, part)
            _send(out, RESULT, frames.packed(None))
    except MemoryError:
        _send(out, MEMORY, b"")
    except (FileError, MappingError) as error:
        fault = type(error).__name__, str(error)
        _send(out, FAULT, frames.packed(fault))
    except BrokenPipeError:
        raise
    except BaseException as error:  # a library's own panics are no Exception
        # No reader foresaw it. The name of the fault says nothing of what the file holds.
        reason = _("it is not what its name says, or damaged (%(fault)s)")
        text = f"{job.path}: {reason % {'fault': type(error).__name__}}"
        _send(out, FAULT, frames.packed(("FileError", text)))


def _send(out: BinaryIO, letter: bytes, content: bytes) -> None:
    for piece in (HEAD.pack(letter, len(content)), content):
        view = memoryview(piece)
        while view:
            view = view[out.write(view) :]


def _main() -> None:
    from phucvu.intake.apart import jobs  # noqa: F401 - so that no child has to

    package = Path(__file__).resolve().parents[2]
    settings.configure(
        USE_I18N=True, LANGUAGE_CODE="vi", LOCALE_PATHS=[package / "locale"], INSTALLED_APPS=[]
    )
    django.setup()
    for language in ("vi", "en"):
        with translation.override(language):
            _("must be an object")
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control)


if __name__ == "__main__":
    _main()
