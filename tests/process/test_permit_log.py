"""A real event log, from its file to a scorecard, by the commands of the documentation."""

from __future__ import annotations

import json

import pytest

from tests.conftest import ROOT
from tests.server import Server

EXAMPLE = ROOT / "src" / "phucvu" / "example" / "permit_log"


@pytest.fixture(scope="module")
def log(tmp_path_factory, shared):
    server = Server(tmp_path_factory.mktemp("log"))
    server.migrate()
    server.command("units", "add", "NL.COSELOG", "Gemeente", "--kind", "commune",
                   "--time-zone", "Europe/Amsterdam")  # fmt: skip
    server.command("scorecard", "add", *map(str, sorted(EXAMPLE.glob("permit-log-by-*.yaml"))))
    server.command("import", str(shared / "data" / "eventlogs" / "receipt.csv"),
                   "--mapping", str(EXAMPLE / "mapping.yaml"))  # fmt: skip
    return server


def indicators(log: Server, scorecard: str) -> dict:
    words = ("score", "NL.COSELOG", "2010-10..2012-01", "--scorecard", scorecard, "--json")
    return json.loads(log.command(*words).stdout)["indicators"]


@pytest.mark.parametrize(("grain", "on_time"), [("date", 1020), ("timestamp", 952)])
def test_on_time_of_the_closed_cases(log, grain, on_time):
    found = indicators(log, f"permit-log-by-{grain}")["2.1"]
    assert (found["numerator"], found["denominator"]) == (on_time, 1329)
    assert found["source"] == "counted"


def test_online_share_of_all_cases(log):
    found = indicators(log, "permit-log-by-date")["3.3"]
    assert (found["numerator"], found["denominator"]) == (1250, 1434)
    assert found["ratio"] == "87.17"


def test_counts_equal_a_recount_and_a_second_import_changes_nothing(log, shared):
    again = log.command("import", str(shared / "data" / "eventlogs" / "receipt.csv"),
                        "--mapping", str(EXAMPLE / "mapping.yaml"))  # fmt: skip
    assert "1,434 unchanged" in again.stderr + again.stdout
    assert "No difference: 1,434 dossiers" in log.command("verify").stdout
