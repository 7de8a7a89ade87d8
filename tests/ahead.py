"""The program with another clock, for a server that a test starts: it runs on from the moment in
the file `TEST_CLOCK`, and jumps when the test writes another moment into it."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime
from pathlib import Path

import time_machine

_file = Path(os.environ["TEST_CLOCK"])
_wait = time.sleep
_first = _file.read_text(encoding="utf-8")
_clock = time_machine.travel(datetime.fromisoformat(_first)).start()


def _follow(shown: str) -> None:
    while True:
        _wait(0.02)
        written = _file.read_text(encoding="utf-8")
        if written and written != shown:
            shown = written
            _clock.move_to(datetime.fromisoformat(shown))


threading.Thread(target=_follow, args=(_first,), daemon=True).start()

from phucvu.config.asgi import application  # noqa: E402

__all__ = ["application"]
