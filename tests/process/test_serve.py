"""`phucvu serve` ends as a whole, however it ends, and can be started again at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from phucvu.config import open_files
from tests.server import Server

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel ends orphans on Linux"
)


class Served:
    """`phucvu serve` as an operator starts it."""

    def __init__(self, server: Server, *words: str) -> None:
        self.url = server.url
        self.process = subprocess.Popen(
            [sys.executable, "-m", "phucvu", "serve", "--port", str(server.port), *words],
            env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def started(self) -> str:
        """Wait until it says its address; what it said until then."""
        said = ""
        for line in self.process.stdout or ():
            said += line
            if self.url in line:
                return said
        raise AssertionError(said)

    def below(self) -> set[int]:
        """The processes it started, and those they started."""
        found, looked = set(), [self.process.pid]
        while looked:
            task = Path(f"/proc/{(each := looked.pop())}/task/{each}/children")
            children = {int(child) for child in task.read_text().split()}
            found |= children
            looked += children
        return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.migrate()
    yield server


def alive(process: int) -> bool:
    """Whether it runs; one that ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_killed_it_takes_all_along_and_starts_again_at_once(server: Server) -> None:
    served = Served(server, "--workers", "2")
    served.started()
    below = served.below()
    assert len(below) >= 3  # one that listens, two that answer
    served.process.kill()
    served.process.wait(timeout=5)
    again = Served(server)
    try:
        again.started()
        assert httpx.get(f"{server.url}/healthz", timeout=5).text == "ok"
        assert [process for process in below if alive(process)] == []
    finally:
        again.process.terminate()
        again.process.wait(timeout=15)
    assert again.process.returncode == 0


def test_a_worker_that_dies_is_replaced(server: Server) -> None:
    server.start()
    try:
        os.kill(server.worker, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{server.url}/healthz", timeout=2).text == "ok":
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            pytest.fail("nobody answers")
    finally:
        server.stop()


def test_too_few_open_files_are_told() -> None:
    """The start raises its own limit as far as the system lets it, and says what is missing."""
    asked = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[1])));"
        "import logging; logging.basicConfig(); from phucvu.config.open_files import allow;"
        "print(allow(2000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )

    def start(hard: int) -> tuple[str, str]:
        done = subprocess.run([sys.executable, "-c", asked, str(hard)],
                              capture_output=True, text=True, check=True)  # fmt: skip
        return done.stdout.strip(), done.stderr

    enough = 2000 + open_files._OURS
    assert start(5000) == (f"2000 {enough}", "")
    fit, told = start(1024)
    assert fit == "724 1024"
    assert "Only 724 connections at once: the system allows 1024 open files." in told
    assert f"Raise it to {enough}" in told
