"""What the operator is told: a full disk, a store that is away, a line for each request."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.postgres import PostgresServer
from tests.server import Server

_DOSSIER = {
    "MaTTHC": "1.004", "TrangThaiHoSo": "4", "NgayTiepNhan": "20260302080500",
    "NgayHenTra": "20260312170000",
}  # fmt: skip


class Told(Server):
    """A server that writes its log, as JSON, to a file of its own."""

    def __init__(self, folder: Path, log: Path, **environment: str) -> None:
        super().__init__(folder)
        self.environment |= {"PHUCVU_LOG": "json", "PHUCVU_DISK_MIB": "1", **environment}
        self._log = log

    def prepare(self) -> str:
        """Make a ward and start; the text of a key to send for it."""
        self.migrate()
        self.command("units", "add", "VT.1", "Phường 1", "--kind", "commune")
        made = self.command("key", "create", "VT.1", "--name", "test").stdout
        with self._log.open("ab") as log:
            kept = os.dup(2)
            os.dup2(log.fileno(), 2)
            try:
                self.start()
            finally:
                os.dup2(kept, 2)
                os.close(kept)
        return made.strip().splitlines()[-1]

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """What the log says so far."""
        rows = [json.loads(row) for row in self._log.read_text(encoding="utf-8").splitlines()
                if row.startswith("{")]  # fmt: skip
        return [row for row in rows if not event or row["event"] == event]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60)

    def send(self, key: str, *numbers: str) -> httpx.Response:
        rows = [{"MaHoSo": f"VT.1-260302-{number}", **_DOSSIER} for number in numbers]
        return httpx.post(f"{self.url}/api/v1/dossiers", json=rows, timeout=60,
                          headers={"X-API-Key": key})  # fmt: skip


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("only who may mount a disk can fill one: run it as root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for piece in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
    return ballast


def test_a_full_disk_is_told_and_over_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    server = Told(small_disk, tmp_path / "log")
    key = server.prepare()
    try:
        assert server.send(key, "1").json()["accepted"] == 1
        assert (server.get("/healthz").text, server.get("/readyz").status_code) == ("ok", 200)
        assert server.get("/readyz").json() == dict.fromkeys(
            ("store", "disk", "room", "structure"), "ok"
        )
        ballast = fill(small_disk)
        refused = [server.send(key, *(f"{batch}-{n}" for n in range(2_000))) for batch in range(3)]

        last = refused[-1]
        assert last.status_code == 507
        assert last.headers["Content-Type"] == "application/problem+json"
        assert last.json()["status"] == 507
        assert "đĩa" in last.json()["title"].lower()
        time.sleep(1.1)
        for address in ("/healthz", "/readyz"):
            began = time.monotonic()
            answer = server.get(address)
            assert (answer.status_code, time.monotonic() - began < 2) == (503, True), address
        assert server.get("/don-vi/VT.1/").status_code == 200  # what can be read is
        assert len(server.lines("The disk is full: nothing can be taken in until there is room "
                                "again")) == 1  # fmt: skip

        ballast.unlink()
        time.sleep(1.1)
        assert server.get("/healthz").text == "ok"
        assert server.send(key, "2").json()["accepted"] == 1
        assert server.command("verify").returncode == 0
    finally:
        server.stop()
    assert not any("exception" in row for row in server.lines())


def test_a_store_that_is_away_is_told_at_once(tmp_path: Path) -> None:
    with PostgresServer() as store:
        server = Told(tmp_path / "data", tmp_path / "log", DATABASE_URL=store.url)
        server.folder.mkdir()
        key = server.prepare()
        try:
            assert server.send(key, "1").json()["accepted"] == 1
            assert server.get("/readyz").status_code == 200
            store.stop()
            time.sleep(4)  # it is looked at every other second
            for address, status in (("/healthz", 503), ("/readyz", 503), ("/", 503),
                                    ("/api/v1/units", 503), ("/ban-lam-viec/", 503)):  # fmt: skip
                began = time.monotonic()
                answer = server.get(address)
                took = time.monotonic() - began
                assert (answer.status_code, took < 2) == (status, True), (address, took)
            assert int(answer.headers["Retry-After"]) > 0
            sent = server.send(key, "2")
            assert sent.status_code == 503
            assert sent.headers["Content-Type"] == "application/problem+json"
            assert len([row for row in server.lines() if row["level"] == "error"]) == 1
        finally:
            server.stop()


def asked(server: Told) -> list[dict[str, Any]]:
    """The lines of what was asked for after the start."""
    return [row for row in server.lines("request") if row["route"] != "healthz"]


def test_each_request_and_batch_has_one_line_without_what_was_sent(tmp_path: Path) -> None:
    server = Told(tmp_path / "data", tmp_path / "log")
    server.folder.mkdir()
    key = server.prepare()
    try:
        server.send(key, "0-SECRET")
        server.get("/don-vi/VT.1/?tu=0909123456")
        server.get("/khong-co/0909123456/")
        server.get("/tai-khoan/password/reset/key/1-abcdef/")
        deadline = time.monotonic() + 10
        while len(asked(server)) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)  # a line is written after its answer
    finally:
        server.stop()
    rows = asked(server)
    assert [(row["method"], row["status"], row["route"]) for row in rows[:3]] == [
        ("POST", 200, "api/v1/dossiers"),
        ("GET", 200, "don-vi/<code:code>/"),
        ("GET", 404, ""),
    ]
    assert rows[3]["route"].startswith("tai-khoan/password/reset/key/")
    assert all(row["ms"] > 0 and row["bytes"] > 0 for row in rows[:3])
    (batch,) = server.lines("batch")
    assert (batch["kind"], batch["records"], batch["accepted"]) == ("dossiers", 1, 1)
    text = json.dumps(server.lines())
    assert not [word for word in ("0909123456", "SECRET", "abcdef", key) if word in text]
