"""Slowing down whoever keeps on knocking with a wrong key or password."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

__all__ = ["FailureLimit"]


class FailureLimit:
    """Counts failed attempts, in this process, by an address and a name: of a key, of an account.

    It hits nobody else: another address, or another name, is counted apart.
    """

    def __init__(self, most: int = 20, seconds: float = 60.0, remembered: int = 10_000) -> None:
        self._most = most
        self._seconds = seconds
        self._remembered = remembered
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: tuple[str, str]) -> float:
        """Seconds until `who` may try again; 0 for at once."""
        with self._lock:
            count, since = self._failures.get(who, (0, 0.0))
            left = since + self._seconds - time.monotonic()
            return left if count >= self._most and left > 0 else 0.0

    def note(self, who: tuple[str, str]) -> None:
        """Count a failure."""
        with self._lock:
            now = time.monotonic()
            count, since = self._failures.pop(who, (0, now))
            if now - since >= self._seconds:
                count, since = 0, now
            self._failures[who] = count + 1, since
            while len(self._failures) > self._remembered:
                self._failures.popitem(last=False)

    def clear(self) -> None:
        """Forget every failure."""
        with self._lock:
            self._failures.clear()
