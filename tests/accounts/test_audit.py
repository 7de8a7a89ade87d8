"""The audit: appended to, never changed, and a break in its chain shows."""

from __future__ import annotations

import json
import threading
from datetime import date

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from phucvu.accounts import audit
from phucvu.accounts.audit.chain import START, digest
from phucvu.accounts.audit_commands import audit as audit_command
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.units.models import Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def three(unit: Unit) -> list[AuditEntry]:
    return [
        audit.note("an", "dossiers.list", Resource.DOSSIERS, unit=unit, rows=number)
        for number in range(3)
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET actor = 'x'",
        "DELETE FROM accounts_auditentry",
    ],
)
def test_the_store_refuses_to_change_or_remove_a_line(
    three: list[AuditEntry], statement: str
) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert audit.verify().lines == 3


def test_postgresql_refuses_to_empty_the_table(three: list[AuditEntry]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; its DELETE is refused")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE accounts_auditentry")


def test_each_line_carries_the_hash_of_the_one_before(three: list[AuditEntry]) -> None:
    assert [entry.previous for entry in three] == [START, three[0].hash, three[1].hash]
    stored = list(AuditEntry.objects.order_by("id"))
    assert [digest(entry) for entry in stored] == [entry.hash for entry in three]
    verdict = audit.verify()
    assert verdict.whole
    assert verdict.last_hash == three[-1].hash


@pytest.mark.parametrize("name", ["actor", "action", "outcome", "unit_code", "detail", "moment"])
def test_a_changed_line_breaks_the_chain(three: list[AuditEntry], name: str) -> None:
    lines = list(AuditEntry.objects.order_by("id"))
    changed = {"detail": {"rows": 9}, "moment": lines[0].moment}.get(name, "x")
    setattr(lines[1], name, changed)

    assert audit.verify(lines=lines).broken_at == lines[1].pk


def test_a_missing_line_breaks_the_chain_and_a_cut_off_end_shows(three: list[AuditEntry]) -> None:
    lines = list(AuditEntry.objects.order_by("id"))

    assert audit.verify(lines=[lines[0], lines[2]]).broken_at == lines[2].pk
    assert audit.verify(lines=lines[:2]).whole
    assert not audit.verify(three[-1].hash, lines=lines[:2]).whole


def test_what_fails_leaves_no_line(unit: Unit) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.note("an", "grant.made", Resource.GRANTS, unit=unit)
        raise RuntimeError
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads that share the tests' store in memory do not wait for each other")

    def write(name: str) -> None:
        for number in range(5):
            audit.note(name, "a", Resource.DESK, number=number)
        connection.close()

    threads = [threading.Thread(target=write, args=[f"t{n}"]) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = audit.verify()
    assert (verdict.whole, verdict.lines) == (True, 15)
    assert verdict.last_hash == AuditEntry.objects.latest("id").hash


def test_it_is_searched(three: list[AuditEntry]) -> None:
    audit.note("bình", "grant.made", Resource.GRANTS, outcome=AuditEntry.Outcome.REFUSED)
    today = date.today()  # noqa: DTZ011

    def count(**wanted: object) -> int:
        return audit.search(audit.Wanted(**wanted)).count()  # type: ignore[arg-type]

    assert count() == 4
    assert count(text="an dossiers") == 3
    assert count(text="h29") == 3
    assert count(outcome="refused") == 1
    assert count(first=today, last=today) in (0, 4)  # midnight may pass on the way
    assert count(last=date(2020, 1, 1)) == 0
    assert audit.search(audit.Wanted(), units={three[0].unit_id}).count() == 3
    assert audit.search(audit.Wanted(), units=()).count() == 0


def test_by_command_it_is_verified_searched_and_exported(three: list[AuditEntry]) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(audit_command, words)
        assert done.exit_code == 0, done.output
        return done.output

    assert run("verify").splitlines() == [
        "3 entries, the chain is whole.",
        f"Keyed from entry {three[0].pk} on.",
        three[-1].hash,
    ]
    assert "whole" in run("verify", "--expect", three[0].keyed_hash)
    assert "whole" in run("verify", "--expect", three[0].hash)
    lost = CliRunner().invoke(audit_command, ["verify", "--expect", "0" * 64])
    assert lost.exit_code == 1
    assert "cut off" in lost.output
    assert "dossiers.list" in run("search", "an")
    lines = [json.loads(line) for line in run("export").splitlines()]
    assert [line["hash"] for line in lines] == [entry.hash for entry in three]
    assert lines[0]["detail"] == {"rows": 0}
