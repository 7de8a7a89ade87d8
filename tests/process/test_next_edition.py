"""A new edition, added while the site is served: the law follows the period, and nothing else.

The made-up edition of 2027 (`tests.editions.next_year`) numbers a component anew, has a new one,
changes a rule and drops one. What 2026 shows stays byte for byte as it was; 2027 follows the new
rule at once, counted once, and so does what the running server takes in afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.editions.next_year import NEXT, write
from tests.postgres import PostgresServer, postgres_server
from tests.server import Server

__all__ = ["postgres_server"]

PORTAL = "qd766-portal-2026"
SPRING = datetime(2027, 4, 15, 3, tzinfo=UTC)
# What a page says of the moment it was made, and of the change it was made after.
MOVING = re.compile(r'data-live-(since|words)="[^"]*"|15/04/2027 \d\d:\d\d|2027-04-15T[0-9:.]+')
PAGES = (
    "/don-vi/VT.1/?ky=2026", "/don-vi/VT/?ky=2026-12", "/bang-xep-hang/VT/?ky=2026",
    "/ban-do/VT/?ky=2026", "/chi-so/2.1/?don-vi=VT.1&ky=2026", "/chi-so/4.7/?don-vi=VT&ky=2026",
    "/bang-xep-hang/VT/dien-bien/?ky=2026", "/nhung/VT.1/huy-hieu.svg?ky=2026",
    "/don-vi/VT.1/thu-tuc/?ky=2026",
    "/api/v1/units/VT.1/score?period=2026", "/api/v1/units/VT/trend?period=2026-12",
    "/api/v1/units/VT/scoreboard?period=2026&kind=commune",
    "/du-lieu/diem/VT/2026.csv", "/du-lieu/don-vi/VT.1/2026/dien-bien.csv",
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data")
    server.folder.mkdir()
    server.environment.pop("DATABASE_URL", None)
    server.environment |= {"PHUCVU_API_PER_MINUTE": "1000000", "PHUCVU_LOG_REQUESTS": "0"}
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres_server")
        server.environment["DATABASE_URL"] = postgres.create_database(f"next{uuid4().hex}")
    server.command("migrate")
    server.command("units", "add", "VT", "Thành phố Vũng Tàu", "--kind", "district")
    server.command("units", "add", "VT.1", "Phường 1", "--kind", "commune", "--parent", "VT")
    yield server
    server.stop()


def dossier(unit: str, month: str, number: int, channel: str) -> dict[str, str]:
    code = f"{unit}-{month[2:]}02-{number:06d}"
    return {
        "MaHoSo": code, "MaTTHC": f"1.00000{number % 3}", "KenhThucHien": channel,
        "TrangThaiHoSo": "9", "NgayTiepNhan": f"{month}02080500", "NgayHenTra": f"{month}12170000",
        "NgayKetThucXuLy": f"{month}{'08' if number % 4 else '20'}100000",
    }  # fmt: skip


def shown(server: Server, address: str) -> str:
    answer = httpx.get(server.url + address, timeout=60)
    assert answer.status_code == 200, (address, answer.text[:500])
    return MOVING.sub("", answer.text)


def differing(before: str, after: str) -> list[str]:
    """The lines that are not the same."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def told(server: Server, address: str) -> Any:
    return httpx.get(f"{server.url}/api/v1/units/{address}", timeout=60).json()


def component(score: dict[str, Any], id_: str) -> tuple[Any, ...]:
    found = next(each for each in score["components"] if each["id"] == id_)
    return found["numerator"], found["denominator"], found["maximum"]


def falsify(server: Server, by: int) -> None:
    """Change a count of the old measures: whoever counts them again would put it right."""
    server.command("manage", "shell", "-c", (
        "from django.db.models import F;"
        "from phucvu.counters.models import CountedMeasure, UnitCount, slot;"
        "column = slot(CountedMeasure.objects.get(name='received').slot);"
        "print(UnitCount.objects.filter(placed_month=202602, unit__code='VT.1')"
        f".update(**{{column: F(column) + {by}}}))"
    ))  # fmt: skip


def test_a_new_edition_scores_its_own_periods_and_leaves_the_others(
    server: Server, tmp_path: Path
) -> None:
    made = server.command("key", "create", "VT", "--name", "test").stdout
    headers = {"X-API-Key": made.strip().splitlines()[-1]}
    server.start(clock=SPRING)

    def send(*dossiers: dict[str, str]) -> None:
        answer = httpx.post(
            f"{server.url}/api/v1/dossiers", json=list(dossiers), headers=headers, timeout=60
        )
        assert answer.status_code == 200, answer.text
        assert {each["result"] for each in answer.json()["results"]} == {"accepted"}

    months = [f"2026{month:02d}" for month in range(1, 13)] + ["202701", "202702", "202703"]
    send(*(
        dossier("VT.1", month, number, "2" if number % 2 else "1")
        for month in months for number in range(6)
    ))  # fmt: skip
    falsify(server, 1000)
    before = {address: shown(server, address) for address in PAGES}
    assert told(server, "VT.1/score?period=2027-Q1")["edition"]["id"] == PORTAL

    added = server.command("scorecard", "add", str(write(tmp_path / "new")))
    assert "1 added; 1 new measures counted" in added.stdout

    for address, said in before.items():
        assert differing(said, shown(server, address)) == [], address
    score = told(server, "VT.1/score?period=2027-Q1")
    assert (score["edition"]["id"], score["edition"]["basis"]) == (NEXT, "in_force")
    ids = [each["id"] for each in score["components"]]
    assert "4.7" not in ids
    assert component(score, "2.3") == (12, 18, 20)  # what was 2.1
    assert component(score, "2.1") == (9, 18, 0)  # new, counted over what was there already
    assert component(score, "4.1")[2] == 8
    assert "giả định" in shown(server, "/don-vi/VT.1/?ky=2027-Q1")
    assert httpx.get(f"{server.url}/chi-so/4.7/?don-vi=VT&ky=2027-Q1").status_code == 404

    # The running server counts for it what comes in from now on.
    send(dossier("VT.1", "202703", 100, "1"))
    assert component(told(server, "VT.1/score?period=2027-Q1"), "2.1")[:2] == (10, 19)

    # Over the boundary: each month by its own rule, under one number, and no change told.
    trend = told(server, "VT.1/trend?period=2027-02")
    line = {point["period"]: point for point in trend["components"]["2.3"]}
    assert (line["2026-12"]["edition"], line["2026-12"]["component"]) == (PORTAL, "2.1")
    assert (line["2027-01"]["edition"], line["2027-01"]["component"]) == (NEXT, "2.3")
    assert "01/01/2027: từ đây chấm theo" in shown(server, "/chi-so/2.3/?don-vi=VT.1&ky=2027-02")

    # Counted once: not when it is added again, not when the program starts again, and the old
    # measures never, or the false count would have been put right.
    again = server.command("scorecard", "add", str(tmp_path / "new" / f"{NEXT}.yaml"))
    assert "0 added; 0 new measures counted" in again.stdout
    server.stop()
    server.command("migrate")
    server.start(clock=SPRING)
    for address in ("/api/v1/units/VT.1/score?period=2026", "/du-lieu/diem/VT/2026.csv"):
        assert shown(server, address) == before[address]
    assert component(told(server, "VT.1/score?period=2027-Q1"), "2.1")[:2] == (10, 19)
    falsify(server, -1000)
    assert "No difference" in server.command("verify").stdout
