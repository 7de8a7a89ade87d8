"""A dossier falls overdue at midnight: every page, in every process, knows it at once."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.server import Server

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WARD = "VT.26506"
STREAMS = 6  # so many that both processes have some
_LOAD = """
import django
django.setup()
from phucvu.example.keys import example_key
from phucvu.example.loading import load_static
load_static()
print(example_key())
"""


@pytest.fixture
def eve() -> datetime:
    """The evening before December, so early that midnight comes when the test says so."""
    return datetime(datetime.now(ZONE).year, 11, 30, 20, 0, tzinfo=ZONE)


@pytest.fixture
def server(tmp_path: Path, eve: datetime) -> Iterator[Server]:
    server = Server(tmp_path)
    server.environment["PHUCVU_PAGES_KEPT"] = "60"
    server.migrate()
    done = subprocess.run(
        [sys.executable, "-c", _LOAD],
        env=server.environment, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    server.start(clock=eve, workers=2)
    send(server, done.stdout.split()[-1], eve)
    yield server
    server.kill()


def send(server: Server, key: str, eve: datetime) -> None:
    """An open dossier that was promised for the day that ends."""

    def stamp(moment: datetime) -> str:
        return moment.strftime("%Y%m%d%H%M%S")

    start = eve - timedelta(days=9)
    message = {
        "MaHoSo": f"{WARD}-{start:%y%m%d}-00001", "MaTTHC": "1.013395",
        "TenTTHC": "Cấp bản sao trích lục hộ tịch", "MaLinhVuc": "G15-HT01",
        "TenLinhVuc": "Hộ tịch", "KenhThucHien": "2", "LoaiDoiTuong": "1",
        "NgayNopHoSo": stamp(start), "NgayTiepNhan": stamp(start),
        "NgayHenTra": stamp(eve.replace(hour=17, minute=0, second=0)), "TrangThaiHoSo": "2",
    }  # fmt: skip
    answer = httpx.post(
        f"{server.url}/api/v1/dossiers", json=[message], headers={"X-API-Key": key}, timeout=30
    )
    assert answer.json()["accepted"] == 1, answer.text


def page(server: Server, year: int) -> tuple[str, str]:
    """The points of 2.1 on the ward's page, and the mark it follows the events from."""
    # A connection of its own: any of the processes answers.
    text = httpx.get(f"{server.url}/don-vi/{WARD}/?ky={year}", timeout=30).text
    number = re.search(r'data-number="p-2\.1"[^>]*>\s*([^<\s]*)', text)
    since = re.search(r'data-live-since="([^"]*)"', text)
    assert number and since
    return number[1], since[1]


class Stream(threading.Thread):
    """Follows the ward; when it was told of it first."""

    def __init__(self, server: Server, since: str) -> None:
        super().__init__(daemon=True)
        self._address = f"{server.url}/su-kien/?don-vi={WARD}&tu={since}"
        self.open = threading.Event()
        self.told = threading.Event()

    def run(self) -> None:
        with httpx.stream("GET", self._address, timeout=60) as answer:
            for line in answer.iter_lines():
                self.open.set()
                if line.startswith("data:") and WARD in line:
                    self.told.set()
                    return


def test_midnight_reaches_every_process(server: Server, eve: datetime) -> None:
    before, since = page(server, eve.year)
    for _ in range(8):  # every process keeps the page
        assert page(server, eve.year) == (before, since)
    assert httpx.get(f"{server.url}/nhung/{WARD}/huy-hieu.svg?ky={eve.year}-12").status_code == 404
    streams = [Stream(server, since) for _ in range(STREAMS)]
    for stream in streams:
        stream.start()
    assert all(stream.open.wait(10) for stream in streams)
    assert not any(stream.told.is_set() for stream in streams)

    midnight = eve + timedelta(hours=4)
    server.set_clock(midnight)
    time.sleep(0.1)  # the clocks of both processes jump
    shown = {page(server, eve.year) for _ in range(8)}
    started = time.monotonic()
    assert all(stream.told.wait(5) for stream in streams), "an open page was not told"
    print(f"told {time.monotonic() - started:.2f} s after the reloads")
    assert {number for number, _ in shown} != {before}, "a reload was served a page of yesterday"
    assert len({number for number, _ in shown}) == 1
    (mark,) = {mark for _, mark in shown}
    assert mark.split("-")[1] == str(int(midnight.timestamp()))

    # The month that begins has a badge; a page of yesterday that comes back is told at once.
    badge = httpx.get(f"{server.url}/nhung/{WARD}/huy-hieu.svg?ky={eve.year}-12", timeout=30)
    assert badge.status_code == 200
    late = Stream(server, since)
    late.start()
    assert late.told.wait(5)
