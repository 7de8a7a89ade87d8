"""A real server in a process of its own, with its own data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from phucvu.config import serving
from tests.conftest import ROOT
from tests.migrated import copy_store

__all__ = ["Server"]

_PATIENCE = 60.0  # seconds until it must answer


class Server:
    """`phucvu` with a data folder: commands, and the site as a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clock = folder / "clock"
        self.environment = {
            **os.environ,
            "PHUCVU_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
            # Tests of it turn it on; the others sign in by password alone.
            "PHUCVU_SECOND_FACTOR": "0",
            # What a test has changed it wants to see at once.
            "PHUCVU_PAGES_KEPT": "0",
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `phucvu` with these words."""
        done = subprocess.run(
            [sys.executable, "-m", "phucvu", *words],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise AssertionError(f"phucvu {' '.join(words)}: {done.stdout}\n{done.stderr}")
        return done

    def migrate(self) -> None:
        """Begin with an empty store, as after `phucvu migrate`."""
        if "DATABASE_URL" in self.environment:
            self.command("migrate")
        else:
            copy_store(self.folder / "phucvu.sqlite3")

    def start(
        self, days_ahead: int = 0, *, clock: datetime | None = None, workers: int = 1
    ) -> None:
        """Start serving and wait until it answers.

        `days_ahead`: with its clock so far ahead; `clock`: with its clock at a moment.
        """
        if days_ahead:
            clock = datetime.now().astimezone() + timedelta(days=days_ahead)
        site = "phucvu.config.asgi:application"
        if clock is not None:
            site = "tests.ahead:application"
            self.set_clock(clock)
        self._process = subprocess.Popen(
            serving.command("127.0.0.1", self.port, workers, site), cwd=ROOT,
            env=self.environment | {"TEST_CLOCK": str(self._clock)},
        )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=1).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            assert self._process.poll() is None, "the server stopped while starting"
            time.sleep(0.05)
        raise AssertionError("the server did not answer")

    def set_clock(self, moment: datetime) -> None:
        """Let the clock of a server that was started with one jump to a moment."""
        written = self._clock.with_suffix(".new")
        written.write_text(moment.isoformat(), encoding="utf-8")
        written.replace(self._clock)

    @property
    def worker(self) -> int:
        """The id of the process that answers."""
        assert self._process is not None
        listens = self._process.pid
        children = Path(f"/proc/{listens}/task/{listens}/children").read_text().split()
        return int(children[0])

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it kindly."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=15)
            self._process = None
