"""Requests to read a file in a process of its own."""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from phucvu.intake.apart import frames, jobs
from phucvu.intake.apart.limits import Limits, limits_for
from phucvu.intake.apart.turns import turn
from phucvu.intake.apart.wire import FAULT, HEAD, JOB_HEAD, MEMORY, NUMBER, PART, RESULT, Job
from phucvu.intake.codes import population_db_codes
from phucvu.intake.formats.base import Entry, FileError
from phucvu.intake.mapping import MappingError

__all__ = ["look", "parts"]

# Where no process can be forked (Windows) files are read here, and nothing limits them.
_CAN_FORK = hasattr(os, "fork")
_FAULTS = {"FileError": FileError, "MappingError": MappingError}
_PIPE = 1 << 20  # so far a child reads ahead, while what it read is written to the store
_WAIT_FOR_END = 5.0  # s, until the keeper says how a child ended


def look(path: Path, name: str, *arguments: Any) -> Any:
    """Run one of `jobs.LOOKS` on a file. Raises `FileError` or `MappingError`."""
    if not _CAN_FORK:
        return jobs.LOOKS[name](path, *arguments)
    job = _job(path, name, arguments, limits_for(path, whole=False))
    with turn(path), closing(_frames(job)) as answer:
        return frames.unpacked(next(answer)[1])


def parts(
    path: Path, name: str, *arguments: Any, at_once: int, whole: bool
) -> Generator[list[Entry], None, None]:
    """Yield the entries that one of `jobs.READINGS` reads, so many at once; fewer where they are
    large.

    `whole` reads the file to take all of it in, else to look at its beginning. The parts are the
    same each time. The process ends with the iterator. Raises `FileError` or `MappingError` after
    the parts that could be read.
    """
    if not _CAN_FORK:
        for packed in frames.packed_parts(jobs.READINGS[name](path, *arguments), at_once):
            yield frames.unpacked_part(packed)
        return
    job = _job(path, name, arguments, limits_for(path, whole=whole), at_once)
    with nullcontext() if whole else turn(path), closing(_frames(job)) as answer:
        for letter, content in answer:
            if letter == PART:
                yield frames.unpacked_part(content)


def _job(
    path: Path, name: str, arguments: tuple[Any, ...], limits: Limits, at_once: int = 0
) -> Job:
    language = get_language() or "en"
    codes = population_db_codes()
    return Job(name, path, arguments, limits, language, codes, str(Path.cwd()), at_once)


def _frames(job: Job) -> Generator[tuple[bytes, bytes], None, None]:
    """Yield the frames of the child, the result last. Raises `FileError` or `MappingError`."""
    child = _Child(job)
    try:
        while True:
            letter, content = child.frame()
            if letter == MEMORY:
                raise job.limits.too_much(job.path)
            if letter == FAULT:
                name, text = frames.unpacked(content)
                raise _FAULTS[name](text)
            yield letter, content
            if letter == RESULT:
                return
    finally:
        child.end()


class _Child:
    """Process that reads one file."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._pipe, there = os.pipe()
        self._end, end_there = os.pipe()
        try:
            with suppress(OSError):
                _enlarge(self._pipe)
            self._number = _KEEPER.start(pickle.dumps(job), there, end_there)
        except BaseException:
            os.close(self._pipe)
            os.close(self._end)
            raise
        finally:
            os.close(there)
            os.close(end_there)
        self._left = float(job.limits.waited)

    def frame(self) -> tuple[bytes, bytes]:
        """Read the next frame. Raises `FileError` where none comes."""
        letter, size = HEAD.unpack(self._read(HEAD.size))
        if size > frames.LARGEST:
            raise self._job.limits.too_much(self._job.path)
        return letter, self._read(size)

    def _read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            begun = monotonic()
            ready = _is_ready(self._pipe, max(self._left, 0))
            self._left -= monotonic() - begun
            if not ready:
                raise self._job.limits.too_long(self._job.path)
            piece = os.read(self._pipe, min(size - len(found), _PIPE))
            if not piece:
                raise self._broken()
            found += piece
        return bytes(found)

    def _broken(self) -> FileError:
        """Return the error of a child that ended without a result."""
        limits, path = self._job.limits, self._job.path
        status = self._status(_WAIT_FOR_END)
        number = os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else 0
        if number == signal.SIGXCPU:
            return limits.too_long(path)
        # What cannot get memory ends itself, or the system ends it.
        if number in (signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV, signal.SIGBUS):
            return limits.too_much(path)
        reason = _("it cannot be read: the reader of such files failed at it")
        return FileError(f"{path}: {reason}")

    def _status(self, seconds: float) -> int | None:
        """Return the child's exit status; None while it runs."""
        told = os.read(self._end, NUMBER.size) if _is_ready(self._end, seconds) else b""
        return NUMBER.unpack(told)[0] if len(told) == NUMBER.size else None

    def end(self) -> None:
        """Kill the child, with everything it started, unless it has ended."""
        if not _is_ready(self._end, 0):
            with suppress(ProcessLookupError):
                os.killpg(self._number, signal.SIGKILL)
        os.close(self._pipe)
        os.close(self._end)


def _is_ready(pipe: int, seconds: float) -> bool:
    """Wait until there is something to read or the other end is closed; False after `seconds`."""
    poll = select.poll()  # `select` knows no number above 1,023, and a server has many
    poll.register(pipe, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _enlarge(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


class _Keeper:
    """Process that forks the children; it is started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, job: bytes, frames_to: int, end_to: int) -> int:
        """Have a child do a job; return its number. Raises `OSError` where none can be started."""
        with self._lock:
            try:
                return self._asked(job, frames_to, end_to)
            except (OSError, EOFError):  # it ended: nobody had asked for a while
                self.forget()
                return self._asked(job, frames_to, end_to)

    def _asked(self, job: bytes, frames_to: int, end_to: int) -> int:
        control = self._control or self._started()
        socket.send_fds(control, [JOB_HEAD.pack(len(job))], [frames_to, end_to])
        control.sendall(job)
        told = control.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(told) < NUMBER.size:
            raise EOFError
        number: int = NUMBER.unpack(told)[0]
        return number

    def _started(self) -> socket.socket:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"{__package__}.keeper", str(there.fileno())],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                # One that reserves as it likes would take the limit for itself.
                env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
            )
        self._control = here
        return here

    def forget(self) -> None:
        """Release the keeper; it ends when the last program that could ask has ended."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.poll()
        self._control = self._process = None

    def forget_in_child(self) -> None:
        """Release the keeper after a fork: it belongs to the program that started it."""
        if self._control is not None:
            self._control.close()
        self._lock = threading.Lock()
        self._control = self._process = None


_KEEPER = _Keeper()
if _CAN_FORK:
    os.register_at_fork(after_in_child=_KEEPER.forget_in_child)
