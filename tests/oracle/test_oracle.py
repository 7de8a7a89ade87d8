"""A small world compared with the plain count, on both stores; the command does more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.oracle.comparing import compare
from tests.oracle.periods import Span, periods_of
from tests.oracle.points import DOCUMENT, PORTAL
from tests.oracle.world import World
from tests.postgres import PostgresServer, postgres_server
from tests.server import Server

__all__ = ["postgres_server"]  # a fixture

KINDS = ("-03", "-9M")


def some_periods(year: int) -> list[Span]:
    """One of each kind, and the year."""
    return [span for span in periods_of(year) if span[0].endswith((*KINDS, str(year)))]


@pytest.fixture(params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> Iterator[Server]:
    server = Server(tmp_path)
    if request.param == "postgresql":
        server.environment["DATABASE_URL"] = postgres_server.create_database("oracle")
    else:
        server.environment.pop("DATABASE_URL", None)
    yield server
    server.stop()


def test_every_figure_is_what_a_plain_count_of_the_facts_gives(server, request):
    on_sqlite = "sqlite" in request.node.name
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    found = compare(
        server, World(seed=7 if on_sqlite else 8, now=now), dossiers=240, changes=9,
        edition=PORTAL if on_sqlite else DOCUMENT, periods=some_periods,
    )  # fmt: skip
    assert found.figures > 2_000
    assert not found.differences, "\n".join(found.differences[:40])
