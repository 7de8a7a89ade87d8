"""A real server, a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lands import land_of_squares
from tests.conftest import ROOT
from tests.server import Server

CHROMIUM = Path("/usr/bin/chromium")
MANIFEST = ROOT / "src/phucvu/web/static/dist/manifest.json"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WARD = "VT.26506"

_LOAD = """
import django
django.setup()
from phucvu.example.keys import example_key
from phucvu.example.loading import load_static
load_static()
print(example_key())
"""


class City:
    """The example's units on a running server, and a key to send its dossiers with."""

    def __init__(self, server: Server, key: str) -> None:
        self.server, self.url = server, server.url
        self._client = httpx.Client(headers={"X-API-Key": key}, timeout=30)
        self._sent = 0

    def send(self, unit: str, late: bool = False) -> None:
        """One dossier of the unit, finished today: in time, or two days late."""
        self._sent += 1
        now = datetime.now().replace(hour=10)  # noqa: DTZ005 - wall time of the sender
        start = now - timedelta(days=12)
        promised = now - timedelta(days=2) if late else now + timedelta(days=2)
        message = {
            "MaHoSo": f"{unit}-{start:%y%m%d}-{self._sent:05d}",
            "MaTTHC": "1.013395",
            "TenTTHC": "Cấp bản sao trích lục hộ tịch",
            "MaLinhVuc": "G15-HT01",
            "TenLinhVuc": "Hộ tịch",
            "KenhThucHien": "2",
            "LoaiDoiTuong": "1",
            "NgayNopHoSo": _stamp(start),
            "NgayTiepNhan": _stamp(start),
            "NgayHenTra": _stamp(promised),
            "NgayKetThucXuLy": _stamp(now - timedelta(days=1)),
            "TrangThaiHoSo": "9",
        }
        answer = self._client.post(f"{self.url}/api/v1/dossiers", json=[message])
        answer.raise_for_status()
        assert answer.json()["accepted"] == 1, answer.text


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S")


@pytest.fixture(scope="session", autouse=True)
def built_front_end() -> None:
    """The pages' scripts and style; skipped with a reason where they are not built."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    if not MANIFEST.exists():
        pytest.skip("the front end is not built: run `npm ci && npm run build`")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The example with a few dossiers in one ward."""
    server = Server(tmp_path_factory.mktemp("city"))
    server.migrate()
    done = subprocess.run(
        [sys.executable, "-c", _LOAD],
        env=server.environment, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    server.start()
    city = City(server, done.stdout.split()[-1])
    for _ in range(4):
        city.send(WARD)
    city.send("VT.TP", late=True)
    yield city
    server.kill()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with nothing in its store."""
    server = Server(tmp_path_factory.mktemp("empty"))
    server.migrate()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def land(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A province of hundreds of communes with borders, and one of a few."""
    server = land_of_squares(tmp_path_factory.mktemp("land"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()
