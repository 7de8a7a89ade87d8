"""The program with its clock ahead, for a server that a test starts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import time_machine

_days = int(os.environ["TEST_DAYS_AHEAD"])
time_machine.travel(datetime.now().astimezone() + timedelta(days=_days)).start()

from phucvu.config.asgi import application  # noqa: E402

__all__ = ["application"]
