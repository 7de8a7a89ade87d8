"""A server killed at any moment loses nothing it acknowledged and counts nothing twice."""

from __future__ import annotations

import random
import sqlite3
import threading
import time

import httpx
import pytest

from tests.server import Server

BATCH = 3_000
MOMENTS = 6


def message(batch: int) -> list[dict[str, str]]:
    return [
        {
            "MaHoSo": f"VT.1-260302-{batch:02d}{number:05d}",
            "MaTTHC": f"1.00{number % 40:04d}",
            "KenhThucHien": "2",
            "TrangThaiHoSo": "4",
            "NgayNopHoSo": "20260302080000",
            "NgayTiepNhan": "20260302080500",
            "NgayHenTra": "20260312170000",
        }
        for number in range(BATCH)
    ]


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.migrate()
    server.command("units", "add", "VT.1", "Phường 1", "--kind", "commune")
    yield server
    server.stop()


def test_a_batch_is_there_whole_or_not_at_all(server, tmp_path):
    made = server.command("key", "create", "VT.1", "--name", "test").stdout
    key = made.strip().splitlines()[-1]
    acknowledged = set()
    chance = random.Random(766)
    server.start()
    start = time.perf_counter()
    httpx.post(f"{server.url}/api/v1/dossiers", json=message(0),
               headers={"X-API-Key": key}, timeout=60).raise_for_status()  # fmt: skip
    acknowledged.add(0)
    usual = time.perf_counter() - start

    for batch in range(1, MOMENTS + 1):

        def post(batch: int = batch) -> None:
            try:
                answer = httpx.post(f"{server.url}/api/v1/dossiers", json=message(batch),
                                    headers={"X-API-Key": key}, timeout=60)  # fmt: skip
                if answer.status_code == httpx.codes.OK:
                    acknowledged.add(batch)
            except httpx.TransportError:
                pass  # killed: no answer, no promise

        thread = threading.Thread(target=post)
        thread.start()
        time.sleep(chance.uniform(0.1, 1.0) * usual)
        server.kill()
        thread.join()
        server.start()
    server.stop()

    with sqlite3.connect(tmp_path / "phucvu.sqlite3") as store:
        stored = dict(
            store.execute("SELECT substr(code, 13, 2), count(*) FROM register_dossier GROUP BY 1")
        )
    assert set(stored.values()) == {BATCH}
    assert {f"{batch:02d}" for batch in acknowledged} <= set(stored)
    verified = server.command("verify")
    assert "No difference" in verified.stdout
    print(f"{len(acknowledged)} acknowledged, {len(stored)} stored whole of {MOMENTS + 1}")
