"""A real log of fines is imported by command: payments and fees count, appeals are petitions."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.process.fines import UNIT, appeals, cases, fines
from tests.server import Server


def written(path: Path, records: Iterable[Any]) -> str:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return str(path)


@pytest.fixture(scope="module")
def log(shared):
    with (shared / "data" / "eventlogs" / "roadtraffic100traces.csv").open() as file:
        return cases(csv.DictReader(file))


@pytest.fixture(scope="module")
def server(tmp_path_factory, log):
    folder = tmp_path_factory.mktemp("fines")
    server = Server(folder)
    server.migrate()
    server.command("units", "add", UNIT, "Polizia municipale", "--kind", "commune",
                   "--time-zone", "Europe/Rome")  # fmt: skip
    server.command("import", written(folder / "fines.jsonl", fines(log)))
    server.command("import", written(folder / "appeals.jsonl", appeals(log)),
                   "--kind", "petitions")  # fmt: skip
    return server


def rows(server: Server, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.folder / "phucvu.sqlite3") as store:
        return store.execute(query).fetchall()


def test_payments_and_fees_are_those_of_the_log(server, log):
    paid = sum(any(e["concept:name"] == "Payment" for e in events) for events in log.values())
    total = sum(round(float(e["amount"]) * 100) for events in log.values()
                for e in events if e["concept:name"] == "Create Fine")  # fmt: skip
    query = (
        "SELECT count(*), sum(payment = 2), sum(status = 9), sum(fee_total) FROM register_dossier"
    )
    assert rows(server, query) == [(len(log), paid, paid, total)]
    assert (len(log), paid) == (100, 48)


def test_appeals_are_petitions_that_name_their_fine(server, log):
    expected = list(appeals(log))
    found = rows(
        server,
        "SELECT p.dossier_code, p.state, d.petitions FROM register_petition p"
        " JOIN register_dossier d ON d.code = p.dossier_code",
    )
    assert found == [(appeal["dossier_code"], "published", 1) for appeal in expected]
    assert expected


def test_counts_agree_and_a_second_import_changes_nothing(server, log, tmp_path):
    again = server.command("import", written(tmp_path / "fines.jsonl", fines(log)))
    assert "100 unchanged" in again.stderr + again.stdout
    assert "No difference" in server.command("verify").stdout
    assert server.command("rebuild", "--check", check=False).returncode == 0
