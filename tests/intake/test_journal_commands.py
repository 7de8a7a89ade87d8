"""`phucvu batch`, `phucvu rebuild`, and withdrawing in the administration site."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.contrib.auth.models import User
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from phucvu.accounts import grants, keys
from phucvu.accounts.words import RoleChoice
from phucvu.intake import journal_commands, rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import APPLIED_PROCEDURES, FIGURES, PROCEDURES
from phucvu.intake.models import Batch
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from tests.intake.messages import message
from tests.intake.rows import applied, figure, procedure

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODE = "H29.01-261001-00001"
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000"}


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_commands._console, "_width", 200)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(journal_commands.batch, [str(argument) for argument in arguments])


def rebuilt(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(
        journal_commands.rebuild, [str(argument) for argument in arguments], input=answer
    )


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    result = batch(*arguments)
    assert result.exit_code == 0, result.output
    return result.output + capsys.readouterr().out


def test_batches_are_listed_and_shown(
    units: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    first = receive([message()], origin="a file").batch
    second = receive([message(**DONE), message("H29.01-261001-2", MaTTHC="")]).batch
    withdraw(second, "an officer", "a mistake")

    listed = shown(capsys, "list")
    assert "a file" in listed
    assert "2026-11-20 10:00:00" in listed
    assert "a file" not in shown(capsys, "list", "--before", first)
    told = shown(capsys, "show", second)
    for part in ("1 accepted", "an officer: a mistake", CODE, "is required"):
        assert part in told
    assert "yes" in shown(capsys, "show", first)
    assert "there is no batch" in batch("show", second + 9).output


def test_the_history_of_a_dossier_is_shown(
    units: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    receive([message(**DONE)])
    receive([message()])

    told = shown(capsys, "history", CODE)

    assert "2026-10-02 09:00:00" in told
    assert "2026-10-01 08:15:00" in told
    assert told.count("stands") == 1
    assert "no batch brought this dossier" in batch("history", "x").output


def test_a_batch_is_withdrawn_with_a_reason(units: SimpleNamespace) -> None:
    number = receive([message()]).batch

    assert batch("withdraw", number).exit_code == 2
    done = batch("withdraw", number, "--reason", "a mistake", "--by", "An")

    assert "0 dossiers restored, 1 removed" in done.output
    assert Batch.objects.get().withdrawn_by == "An"
    assert batch("withdraw", number, "--reason", "again").exit_code == 1


def test_open_refusals_are_listed(
    units: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "No refused record is open" in shown(capsys, "refused")
    receive([message(MaTTHC="")])
    assert "MaTTHC: is required" in shown(capsys, "refused")

    receive([message()])

    assert "No refused record is open" in shown(capsys, "refused")
    assert "MaTTHC: is required" in shown(capsys, "refused", "--all")


def test_a_damaged_register_is_found_and_rebuilt(
    units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive([message(), message("H29.01-261001-2")])
    before = list(Dossier.objects.order_by("pk").values())
    assert rebuilt("--check").exit_code == 0

    Dossier.objects.filter(code=CODE).update(status=2)
    assert rebuilt("--check").exit_code == 1
    assert rebuilt(answer="n\n").exit_code == 1
    assert Dossier.objects.get(code=CODE).status == 2
    done = rebuilt(answer="y\n")

    assert "Rebuilt: 1 facts written, 0 removed" in done.output, done.output
    assert list(Dossier.objects.order_by("pk").values()) == before


def test_a_register_without_a_journal_is_left_alone(units: SimpleNamespace) -> None:
    receive([message()])
    Batch.objects.all().delete()

    result = rebuilt("--yes")

    assert result.exit_code == 1
    assert "journal is empty" in result.output
    assert Dossier.objects.exists()


def test_what_cannot_be_rebuilt_is_said(db: None, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite3"
    there.write_text("")
    new = tmp_path / "new.sqlite3"

    for arguments, said in (
        (("--as-of", "2026-01-01"), "belong together"),
        (("--as-of", "2026-01-01", "--into", there), "exists already"),
        (("--as-of", "then", "--into", new), "write a moment as"),
        (("--as-of", "2999-01-01", "--into", new), "in the future"),
    ):
        assert said in rebuilt(*arguments).output
    assert not new.exists()


def test_a_date_alone_means_its_end() -> None:
    assert journal_commands._moment("2026-03-31").isoformat() == "2026-03-31T23:59:59.999999+07:00"
    assert journal_commands._moment("2026-03-31T17:00+00:00").hour == 17


def test_as_of_makes_a_store_of_its_own_that_verifies(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    with time_machine.travel("2026-11-10T03:00:00+00:00", tick=False):
        early = receive([message(**DONE), message("H29.01-261001-2")]).batch
        receive([applied("1.013395")], kind=APPLIED_PROCEDURES)
        receive([procedure("1.013395", term=3)], kind=PROCEDURES)
        receive([figure(ratio=1), figure("5.1")], kind=FIGURES)
    receive([procedure("1.013395", term=1)], kind=PROCEDURES)
    receive([figure(ratio=2), figure("5.2")], kind=FIGURES)
    receive([message("H29.02-261001-3")])
    withdraw(early, "x", "y")
    file = tmp_path / "then.sqlite3"

    # Django lets a test reach only the stores that were there when it began.
    with mock.patch.object(BaseDatabaseWrapper, "ensure_connection", _connect):
        done = rebuilt("--as-of", "2026-11-15T17:00", "--into", file)

    assert done.exit_code == 0, done.output
    assert "6 facts as of 2026-11-15 17:00" in done.output
    verified = subprocess.run(
        [sys.executable, "-m", "phucvu", "verify"],
        env={**os.environ, "DATABASE_URL": done.output.split("DATABASE_URL=")[1].strip()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "No difference: 2 dossiers" in verified.stdout, verified
    with closing(sqlite3.connect(file)) as store:
        assert store.execute("SELECT COUNT(*) FROM counters_unitcount").fetchone()[0] > 0
        told = "SELECT indicator, ratio, as_of FROM register_statedfigure ORDER BY 1"
        at = "2026-03-31 17:00:00"
        assert store.execute(told).fetchall() == [("5.1", None, at), ("5.3", 1, at)]
        assert store.execute("SELECT COUNT(*) FROM units_unit").fetchone() == (7,)
        assert store.execute("SELECT COUNT(*) FROM register_procedureatunit").fetchone() == (1,)
        assert store.execute("SELECT term FROM register_procedure").fetchall() == [(3,)]
    assert {units.ward2.code} == set(Dossier.objects.values_list("unit__code", flat=True))


def _connect(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.connection is None:
        wrapper.connect()


# --- the administration site ----------------------------------------------------------------


@pytest.fixture
def officer(db: None) -> Client:
    """May see every batch and withdraw it, those that a command brought too."""
    user = User.objects.create_superuser("officer")
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, *batches: int, **more: str) -> str:
    response = client.post(
        reverse("admin:intake_batch_changelist"),
        {"action": "withdraw", "_selected_action": batches, **more},
        follow=True,
    )
    assert response.status_code == 200
    return response.content.decode()


def test_an_officer_withdraws_batches_with_a_reason(
    units: SimpleNamespace, officer: Client
) -> None:
    first = receive([message()], origin="<file>").batch
    second = receive([message("H29.01-261001-2")]).batch

    page = ask(officer, first, second)
    assert "&lt;file&gt;" in page
    assert Dossier.objects.count() == 2
    assert "errornote" in ask(officer, first, second, confirmed="1", reason=" ")
    assert Dossier.objects.count() == 2
    ask(officer, first, second, confirmed="1", reason="a mistake")

    assert not Dossier.objects.exists()
    assert set(Batch.objects.values_list("withdrawn_by", "withdrawal_reason")) == {
        ("officer", "a mistake")
    }


def test_who_may_not_withdraw_is_not_offered_it(units: SimpleNamespace, officer: Client) -> None:
    key, _ = keys.issue(units.city, "sender")
    number = receive([message()], key=key).batch
    account = User.objects.create_user("auditor")
    day = timezone.localdate()
    grants.grant(None, account, RoleChoice.AUDITOR, units.city, day, day + timedelta(days=9))
    auditor = Client()
    auditor.force_login(account)

    page = ask(auditor, number, confirmed="1", reason="a mistake")

    assert "sender" in page
    assert 'value="withdraw"' not in page
    assert Dossier.objects.exists()


def test_a_batch_is_shown_and_cannot_be_changed(units: SimpleNamespace, officer: Client) -> None:
    number = receive([message()]).batch

    page = officer.get(reverse("admin:intake_batch_change", args=[number]))

    assert page.status_code == 200
    assert b'name="origin"' not in page.content


def test_rebuild_holds_one_batch_at_a_time(
    units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phucvu.intake.journal._AT_ONCE", 2)
    monkeypatch.setattr(rebuild, "_AT_ONCE", 2)
    for number in range(5):
        with time_machine.travel(f"2026-11-20T04:0{number}:00+00:00", tick=False):
            receive([message(f"H29.01-261001-{number}"), message(f"H29.02-261001-{number}")])
    before = list(Dossier.objects.order_by("code").values_list("code", "changed_at"))
    Dossier.objects.all().delete()

    assert rebuild.rebuild() == rebuild.Rebuilt(facts=10, written=10, removed=0)
    assert list(Dossier.objects.order_by("code").values_list("code", "changed_at")) == before
