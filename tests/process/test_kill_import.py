"""A long import killed at any moment: what was acknowledged is there, once, and the counts agree.

`PHUCVU_KILL_RECORDS=200000` runs it as long as an installation's first import is.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server import Server

RECORDS = int(os.environ.get("PHUCVU_KILL_RECORDS", "12000"))
KILLS = 10
BATCH = 1_000


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data")
    server.folder.mkdir()
    server.migrate()
    server.command("units", "add", "VT.1", "Phường 1", "--kind", "commune")
    return server


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "year.jsonl"
    with path.open("w") as lines:
        for number in range(RECORDS):
            day = 1 + number % 28
            lines.write(json.dumps({
                "MaHoSo": f"VT.1-2603{day:02d}-{number:06d}", "MaTTHC": f"1.00{number % 40:04d}",
                "KenhThucHien": "2", "TrangThaiHoSo": "9" if number % 3 else "4",
                "NgayTiepNhan": f"202603{day:02d}080500", "NgayHenTra": "20260412170000",
                "NgayKetThucXuLy": "20260402170000" if number % 3 else "",
            }) + "\n")  # fmt: skip
    return path


def start(server: Server, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "phucvu", *words],
        env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def journalled(server: Server) -> tuple[int, int]:
    """Batches and dossiers the journal holds, as another process sees them."""
    with sqlite3.connect(server.folder / "phucvu.sqlite3") as store:
        (batches,) = store.execute("SELECT count(*) FROM intake_batch").fetchone()
        (dossiers,) = store.execute("SELECT count(*) FROM register_dossier").fetchone()
    return batches, dossiers


def test_ten_kills_lose_nothing_and_count_nothing_twice(server, file) -> None:
    chance = random.Random(766)
    acknowledged = 0
    for kill in range(KILLS):
        process = start(server, "import", str(file))
        # Each round comes somewhat further than the one before, to a moment nobody chose.
        wanted = acknowledged + BATCH * chance.randint(0, max(1, RECORDS // BATCH // KILLS))
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if journalled(server)[1] >= wanted:
                time.sleep(chance.uniform(0, 0.08))
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        batches, dossiers = journalled(server)
        assert dossiers % BATCH == 0, "a batch is there whole or not at all"
        assert dossiers >= acknowledged, "what stood before the kill stands after it"
        acknowledged = dossiers
        print(f"kill {kill + 1}: {dossiers:,} dossiers in {batches} batches")

    last = start(server, "import", str(file))
    said, _ = last.communicate(timeout=600)
    assert last.returncode == 0, said
    batches, dossiers = journalled(server)
    assert dossiers == RECORDS
    assert batches == RECORDS // BATCH, "a batch that stood already was not journalled again"
    assert f"{RECORDS - acknowledged:,} accepted, {acknowledged:,} unchanged" in said
    assert "No difference" in server.command("verify").stdout
    assert server.command("rebuild", "--check", check=False).returncode == 0
