"""Choosing another edition for a period: by command, with a reason, in the audit, on the pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.test import Client

from phucvu.accounts.records.audit import AuditEntry
from phucvu.changes.models import Change
from phucvu.editions.finding import Basis, Editions
from phucvu.results.scorecard_commands import scorecard
from phucvu.scoring import Period

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(scorecard, list(words))
    assert done.exit_code == code, done.output
    return done.output


def test_a_choice_shows_on_the_page_and_in_the_audit_until_it_is_taken_back(
    country: SimpleNamespace, client: Client
) -> None:
    before = Change.objects.count()
    reason = "Cổng tính sai 4.2 trong năm"
    run("choose", "qd766-document", "2026", "--reason", reason)
    assert Change.objects.count() == before + 1
    page = client.get("/don-vi/H20/?ky=2026").content.decode()
    assert reason in page
    assert "theo tài liệu mô tả" in page
    assert reason in client.get("/bo-chi-so/").content.decode()
    assert reason in run("list")
    score = client.get("/api/v1/units/H20/score?period=2026").json()
    assert score["edition"]["id"] == "qd766-document"
    assert score["edition"]["basis"] == "chosen"
    entry = AuditEntry.objects.get(action="scorecard.chosen")
    assert (entry.actor, entry.detail["reason"]) == ("phucvu", reason)
    assert (entry.detail["edition"], entry.detail["periods"]) == ("qd766-document", ["2026"])

    # Other periods, and the year as it was known before, are scored as they were.
    assert client.get("/api/v1/units/H20/score?period=2026-01").json()["edition"]["basis"] == (
        "in_force"
    )
    then = "/api/v1/units/H20/score?period=2026&as_of=2026-01-05T00:00:00Z"
    assert client.get(then).json()["edition"]["id"] == "qd766-portal-2026"

    run("take-back", "2026", "--reason", "Cổng đã sửa")
    assert reason not in client.get("/don-vi/H20/?ky=2026").content.decode()
    assert AuditEntry.objects.filter(action="scorecard.taken_back").count() == 1
    assert Editions.open().of(Period.parse("2026")).basis is Basis.IN_FORCE


def test_what_cannot_be_chosen_is_refused_in_words(country: SimpleNamespace) -> None:
    assert "There is no scorecard 'x' in use" in run("choose", "x", "2026", "--reason", "r", code=1)
    assert "A reason is needed" in run("choose", "qd766-document", "2026", "--reason", " ", code=1)
    assert "is not a period" in run("choose", "qd766-document", "26", "--reason", "r", code=2)
    assert "No scorecard was chosen for 2026" in run("take-back", "2026", "--reason", "r", code=1)
    assert not AuditEntry.objects.filter(action__startswith="scorecard.").exists()
