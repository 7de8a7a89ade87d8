"""Failures are counted for all processes together, and a restart forgets none."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
import time_machine
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from phucvu.accounts.failures import FailureLimit, Pace
from phucvu.accounts.models import AttemptCount

WHO = ("192.0.2.1", "pv_wrong")
_A_PROCESS = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "phucvu.config.settings"
django.setup()
from django.test import Client
def sign_in(password, login="canbo"):
    page = Client(HTTP_HOST="localhost").post(
        "/tai-khoan/login/", {"login": login, "password": password})
    return "in" if page.status_code == 302 else "locked" if "nhiều lần" in page.text else "wrong"
def key(text):
    return Client(HTTP_HOST="localhost").post("/api/v1/dossiers", "[]", "application/json",
        headers={"X-API-Key": text}).status_code
def make():
    from django.core.management import call_command
    from django.contrib.auth.models import User
    call_command("migrate", verbosity=0)
    User.objects.create_user("canbo", password="đúng mật khẩu 766")
"""


@pytest.mark.database
@pytest.mark.django_db
class TestFailures:
    def test_two_that_count_together(self) -> None:
        one, other = (FailureLimit("key", most=4, seconds=60) for _ in range(2))
        assert [limit.note(WHO) for limit in (one, other, one)] == [0.0, 0.0, 0.0]
        assert (one.wait(WHO), other.wait(WHO)) == (0.0, 0.0)
        assert 0 < other.note(WHO) <= 60
        assert 0 < one.wait(WHO) <= 60
        assert one.wait((WHO[0], "pv_other")) == 0.0
        assert one.wait(("192.0.2.2", WHO[1])) == 0.0
        assert FailureLimit("other", most=4).wait(WHO) == 0.0
        assert WHO[0] not in str(list(AttemptCount.objects.values()))

    def test_it_begins_anew_after_its_time(self) -> None:
        limit = FailureLimit("key", most=2, seconds=60)
        with time_machine.travel("2026-11-20T08:00:00+07:00", tick=False) as clock:
            limit.note(WHO, 2)
            clock.shift(59)
            assert limit.wait(WHO) == pytest.approx(1, abs=0.01)
            clock.shift(2)
            assert limit.wait(WHO) == 0.0
            assert limit.note(WHO) == 0.0
            clock.shift(7_200)
            limit.note(("192.0.2.9", ""))
        assert AttemptCount.objects.count() == 1  # the old one is gone

    def test_the_pace_holds_together_and_costs_the_quiet_nothing(self) -> None:
        one, other = Pace("api", 100), Pace("api", 100)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for _ in range(4):
                assert one.ask("192.0.2.1") == 0.0
        assert len(queries) == 0
        let = 4
        for _ in range(200):
            let += (one.ask("192.0.2.1") == 0.0) + (other.ask("192.0.2.1") == 0.0)
        assert 100 <= let <= 110
        assert one.ask("192.0.2.2") == 0.0


@pytest.mark.database
@pytest.mark.django_db
class TestTaking:
    def test_what_succeeds_is_given_back(self) -> None:
        limit = FailureLimit("sign-in", most=2, seconds=60)
        assert [limit.take(WHO) for _ in range(3)] == [True, True, False]
        limit.give_back(WHO)
        assert [limit.take(WHO) for _ in range(2)] == [True, False]
        limit.forget(WHO)
        assert limit.take(WHO)

    def test_random_keys_are_few_writes_and_none_once_shut(self) -> None:
        client = Client(REMOTE_ADDR="192.0.2.77")

        def knock() -> int:
            headers = {"X-API-Key": f"pv_{secrets.token_urlsafe(32)}"}
            return client.post(
                "/api/v1/dossiers", "[]", "application/json", headers=headers
            ).status_code

        with CaptureQueriesContext(connection) as queries:
            answers = [knock() for _ in range(100)]
        assert (answers[0], answers[-1]) == (401, 429)
        writes = [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]
        assert len([sql for sql in writes if "attemptcount" in sql.lower()]) <= 2 * 5
        assert AttemptCount.objects.count() == 1

    def test_an_account_is_locked_by_its_name_and_its_mail_address_together(self) -> None:
        User.objects.create_user("canbo", "canbo@example.vn", "đúng mật khẩu 766")
        names = ["canbo", "canbo@example.vn", "CANBO", "Canbo@Example.vn", "canbo"]
        assert [sign_in(name, "sai", f"192.0.2.{n}") for n, name in enumerate(names)] == [
            "wrong"
        ] * 5
        for name in ("canbo", "canbo@example.vn"):
            assert sign_in(name, "đúng mật khẩu 766", "192.0.2.99") == "locked"

    def test_others_attempts_do_not_unlock_an_account(self) -> None:
        """300 entries were kept: 280 attempts of others made room for five more of one's own."""
        User.objects.create_user("canbo", "canbo@example.vn", "đúng mật khẩu 766")
        for _ in range(5):
            sign_in("canbo", "sai", "192.0.2.1")
        with patch.object(AuthenticationBackend, "authenticate", return_value=None):
            for number in range(320):
                sign_in(f"ai-{number}", "sai", f"198.51.100.{number % 250}")
        assert sign_in("canbo", "đúng mật khẩu 766", "192.0.2.2") == "locked"

    def test_success_does_not_count(self) -> None:
        User.objects.create_user("canbo", "canbo@example.vn", "đúng mật khẩu 766")
        for _ in range(7):
            assert sign_in("canbo", "đúng mật khẩu 766", "192.0.2.1") == "in"


def sign_in(name: str, password: str, address: str) -> str:
    """Try to sign in: in, wrong or locked."""
    page = Client(REMOTE_ADDR=address).post(
        "/tai-khoan/login/", {"login": name, "password": password}
    )
    if page.status_code == 302:
        return "in"
    return "locked" if "nhiều lần" in page.text else "wrong"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_none_is_lost() -> None:
    def knock(_number: int) -> None:
        try:
            FailureLimit("key", most=10_000).note(WHO)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; the next test has several processes")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(knock, range(40)))
    assert AttemptCount.objects.get().count == 40


def test_processes_lock_together_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PHUCVU_DATA": str(tmp_path)}
    environment.pop("DATABASE_URL", None)

    def process(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", f"{_A_PROCESS}\n{code}"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    wrong = "[sign_in('sai') for _ in range({})], [key('pv_wrong_key_1') for _ in range({})]"
    first = process(f"make(); print({wrong.format(3, 12)})")
    assert first == f"{['wrong'] * 3} {[401] * 12}"
    second = process(f"print({wrong.format(3, 11)}, sign_in('đúng mật khẩu 766'))")
    assert second == f"{['wrong'] * 2 + ['locked']} {[401] * 10 + [429]} locked"
