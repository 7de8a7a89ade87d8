"""Failures are counted for all processes together, and a restart forgets none."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phucvu.accounts.failures import FailureLimit, Pace
from phucvu.accounts.models import AttemptCount

WHO = ("192.0.2.1", "pv_wrong")
_A_PROCESS = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "phucvu.config.settings"
django.setup()
from django.test import Client
def sign_in(password):
    page = Client(HTTP_HOST="localhost").post(
        "/tai-khoan/login/", {"login": "canbo", "password": password})
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
    second = process(f"print({wrong.format(3, 9)}, sign_in('đúng mật khẩu 766'))")
    assert second == f"{['wrong'] * 2 + ['locked']} {[401] * 8 + [429]} locked"
