"""Processes that end with their parent, however the parent ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

__all__ = ["end_with"]

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def end_with(parent: int) -> None:
    """Let the kernel kill this process as soon as its parent, the process `parent`, is gone.

    A parent that is killed (`kill -9`, out of memory) cannot stop its children, who would go on
    holding the port. Everything acknowledged is in the store, so killing loses nothing. Only Linux
    can do this; elsewhere the function does nothing. Exits at once where the parent is gone
    already.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    # It may have gone before the kernel knew of our wish.
    if os.getppid() != parent:
        sys.exit(1)
