"""A backup taken while facts come in holds all acknowledged before; a plain copy is none."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.postgres import PostgresServer, postgres_server
from tests.server import Server

__all__ = ["postgres_server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data")
    server.folder.mkdir()
    server.environment.pop("DATABASE_URL", None)
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        server.environment["DATABASE_URL"] = postgres.create_database(f"backup{uuid4().hex}")
    server.migrate()
    server.command("units", "add", "VT.1", "Phường 1", "--kind", "commune")
    yield server
    server.stop()


def dossier(number: int) -> dict[str, Any]:
    return {
        "MaHoSo": f"VT.1-260302-{number:06d}", "MaTTHC": f"1.00{number % 40:04d}",
        "KenhThucHien": "2", "TrangThaiHoSo": "4", "NgayTiepNhan": "20260302080500",
        "NgayHenTra": "20260412170000",
    }  # fmt: skip


class Writer(threading.Thread):
    """Sends one small batch after the other, and notes each code once it is acknowledged."""

    def __init__(self, server: Server, key: str) -> None:
        super().__init__(daemon=True)
        self._server, self._key = server, key
        self.acknowledged: list[str] = []
        self._stop_asked = threading.Event()

    def run(self) -> None:
        numbers = count()
        with httpx.Client(base_url=self._server.url, timeout=60) as client:
            while not self._stop_asked.is_set():
                sent = [dossier(next(numbers)) for _ in range(3)]
                answer = client.post(
                    "/api/v1/dossiers", json={"data": sent},
                    headers={"Authorization": f"Bearer {self._key}"},
                )  # fmt: skip
                assert answer.status_code == 200, answer.text
                self.acknowledged += [each["MaHoSo"] for each in sent]

    def wait_for(self, more: int) -> None:
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.acknowledged) >= wanted

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(60)


def elsewhere(server: Server, folder: Path, request: pytest.FixtureRequest, name: str) -> Server:
    """An empty installation of the same kind, with the key that was kept elsewhere."""
    other = Server(folder)
    other.folder.mkdir()
    other.environment.pop("DATABASE_URL", None)
    if "DATABASE_URL" in server.environment:
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        other.environment["DATABASE_URL"] = postgres.create_database(f"{name}{uuid4().hex}")
    if (key := server.folder / "integrity_key").exists():  # made when something is first keyed
        shutil.copy(key, other.folder)
    return other


CODES = """
import django; django.setup()
from phucvu.register.models import Dossier
print("\\n".join(Dossier.objects.values_list("code", flat=True)))
"""


def codes(server: Server) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODES], env=server.environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_a_backup_under_constant_writing_lacks_nothing_acknowledged(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = server.command("key", "create", "VT.1", "--name", "sender").stdout
    key = next(word for word in made.split() if len(word) > 30)
    (server.folder / "scorecards").mkdir(exist_ok=True)
    (server.folder / "scorecards" / "note.txt").write_text("kept")
    server.start()
    writer = Writer(server, key)
    writer.start()
    writer.wait_for(30)
    before = set(writer.acknowledged)
    told = server.command("backup", str(tmp_path / "backup"))
    writer.wait_for(9)
    writer.stop()
    server.stop()

    assert "secret_key" in told.stdout
    names = {file.name for file in (tmp_path / "backup").rglob("*")}
    assert not names & {"secret_key", "factor_key", "integrity_key"}
    modes = {file.stat().st_mode & 0o077 for file in (tmp_path / "backup").rglob("*")}
    assert modes == {0} or {file for file in (tmp_path / "backup").rglob("*") if file.is_dir()}
    other = elsewhere(server, tmp_path / "other", request, "restored")
    done = other.command("restore", str(tmp_path / "backup"))

    assert "Verified: no difference." in done.stdout
    back = codes(other)
    assert before <= back, "acknowledged before the backup began"
    assert back <= set(writer.acknowledged)
    assert len(back) % 3 == 0, "a batch is there whole or not at all"
    assert (other.folder / "scorecards" / "note.txt").read_text() == "kept"
    assert other.command("verify").returncode == 0
    # It goes on: numbers that were given are not given again.
    other.command("units", "add", "VT.2", "Phường 2", "--kind", "commune")
    refused = other.command("restore", str(tmp_path / "backup"), check=False)
    assert refused.returncode == 1
    assert "exists already" in refused.stderr or "not empty" in refused.stderr
    assert codes(other) == back


def test_without_the_integrity_key_a_store_that_was_brought_back_is_not_proved(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server.command("key", "create", "VT.1", "--name", "sender")
    server.command("backup", str(tmp_path / "backup"))
    other = elsewhere(server, tmp_path / "other", request, "keyless")
    (other.folder / "integrity_key").unlink()

    done = other.command("restore", str(tmp_path / "backup"), check=False)

    assert (done.returncode, "The integrity key is missing" in done.stderr) == (1, True)
    refused = other.command("key", "create", "VT.1", "--name", "more", check=False)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "The integrity key is missing" in refused.stderr
    served = other.command("serve", "--port", str(other.port), check=False)
    assert (served.returncode, "The integrity key is missing" in served.stderr) == (1, True)
    other.command("integrity", "new-key", "--reason", "lost with the machine")
    assert "the chain is whole" in other.command("audit", "verify").stdout
    other.command("key", "create", "VT.1", "--name", "more")
    assert other.command("verify").returncode == 0


def test_a_damaged_backup_is_refused(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server.command("backup", str(tmp_path / "backup"))
    again = server.command("backup", str(tmp_path / "backup"), check=False)
    assert "exists already" in again.stderr
    other = elsewhere(server, tmp_path / "other", request, "damaged")
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    file = tmp_path / "backup" / sorted(manifest["files"])[0]
    file.write_bytes(file.read_bytes() + b"x")

    done = other.command("restore", str(tmp_path / "backup"), check=False)

    assert done.returncode == 1
    assert "not what was backed up" in done.stderr
    shutil.rmtree(tmp_path / "backup" / "tables", ignore_errors=True)
    (tmp_path / "backup" / "manifest.json").unlink()
    none = other.command("restore", str(tmp_path / "backup"), check=False)
    assert "is no backup" in none.stderr


def test_a_plain_copy_taken_while_serving_is_noticed(tmp_path: Path) -> None:
    served = Server(tmp_path / "data")
    served.folder.mkdir()
    served.environment.pop("DATABASE_URL", None)
    served.migrate()
    served.command("units", "add", "VT.1", "Phường 1", "--kind", "commune")
    process = subprocess.Popen(
        [sys.executable, "-m", "phucvu", "serve", "--port", str(served.port)],
        env=served.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{served.url}/healthz", timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        sent = tmp_path / "sent.jsonl"
        sent.write_text("".join(json.dumps(dossier(number)) + "\n" for number in range(50)))
        served.command("import", str(sent))
        copy = Server(tmp_path / "copy")
        copy.folder.mkdir()
        copy.environment.pop("DATABASE_URL", None)
        shutil.copy(served.folder / "phucvu.sqlite3", copy.folder / "phucvu.sqlite3")
        # Looking into it before does not make it whole.
        copy.command("units", "list")

        told = copy.command("verify", check=False)
        living = served.command("verify", check=False)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)

    assert told.returncode == 1
    assert "copied while it was served" in told.stderr
    assert living.returncode == 0, living.stderr
    # Stopped, the file is whole, and a plain copy of it too.
    rest = Server(tmp_path / "rest")
    rest.folder.mkdir()
    rest.environment.pop("DATABASE_URL", None)
    shutil.copy(served.folder / "phucvu.sqlite3", rest.folder / "phucvu.sqlite3")
    shutil.copy(served.folder / "integrity_key", rest.folder)
    assert "50 dossiers" in rest.command("verify").stdout


def test_a_store_left_by_a_killed_server_is_whole(tmp_path: Path) -> None:
    left = Server(tmp_path / "data")
    left.folder.mkdir()
    left.environment.pop("DATABASE_URL", None)
    left.migrate()
    script = (
        "import django; django.setup()\n"
        "from phucvu.upkeep import store_file\n"
        "from phucvu.units.models import Unit\n"
        "import os\n"
        "with store_file.in_use():\n"
        "    Unit.objects.create(code='X', name='X', kind='commune')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script], env=left.environment, check=False)

    # The first command brings the log in; the next finds none, and nothing is missing.
    assert "X" in left.command("units", "list").stdout
    assert left.command("verify").returncode == 0
