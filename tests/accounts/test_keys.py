"""API keys: shown once, kept as a hash, good until revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from phucvu.accounts import keys
from phucvu.accounts.commands import key as key_command
from phucvu.accounts.models import ApiKey
from phucvu.units.models import Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_only_a_hash_and_the_beginning_are_kept(unit: Unit) -> None:
    key, text = keys.issue(unit, "provincial system")

    stored = str(ApiKey.objects.values().get())
    assert text.startswith("pv_")
    assert len(text) == 46
    assert key.prefix == text[:12]
    assert text not in stored
    assert text[12:] not in stored


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer  {} ", " {} "])
def test_the_text_is_recognised_in_a_header(unit: Unit, form: str) -> None:
    key, text = keys.issue(unit, "a")

    assert keys.authenticate(form.format(text)) == key


@pytest.mark.parametrize("change", ["{}x", "x{}", "pv_", "", "Bearer", "Basic {}", "{}é"])
def test_anything_else_is_no_key(unit: Unit, change: str) -> None:
    _, text = keys.issue(unit, "a")

    assert keys.authenticate(change.format(text)) is None
    assert keys.authenticate(text[:12] + "x" * 34) is None
    assert keys.authenticate("pv_" + "x" * 10_000) is None


def test_a_revoked_key_is_told_from_a_wrong_one(unit: Unit) -> None:
    key, text = keys.issue(unit, "a")

    keys.revoke(key)
    revoked_at = key.revoked_at
    keys.revoke(key)

    assert key.revoked_at == revoked_at
    with pytest.raises(keys.RevokedKeyError):
        keys.authenticate(text)


def test_its_use_is_noted_at_most_once_a_minute(unit: Unit) -> None:
    key, text = keys.issue(unit, "a")
    start = datetime(2026, 11, 20, 3, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        keys.authenticate(text)
        clock.shift(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as queries:
            keys.authenticate(text)
        key.refresh_from_db()
        assert len(queries) == 1
        assert key.last_used_at == start
        clock.shift(timedelta(seconds=1))
        keys.authenticate(text)
        key.refresh_from_db()
        assert key.last_used_at == start + timedelta(minutes=1)


def test_keys_are_made_listed_and_revoked_by_command(unit: Unit) -> None:
    run = CliRunner().invoke

    made = run(key_command, ["create", "H29", "--name", "one-stop system"])
    text = made.stdout.strip()
    key = keys.authenticate(text)
    assert key is not None
    assert (key.name, key.unit) == ("one-stop system", unit)
    listed = run(key_command, ["list"])
    assert key.prefix in listed.output
    assert text not in listed.output
    assert run(key_command, ["revoke", key.prefix]).exit_code == 0
    with pytest.raises(keys.RevokedKeyError):
        keys.authenticate(text)
    assert "no working key" in run(key_command, ["revoke", key.prefix]).output
    assert "no unit in force" in run(key_command, ["create", "H99", "--name", "x"]).output


def test_an_administrator_revokes_keys_and_cannot_make_or_delete_one(
    unit: Unit, client: Client
) -> None:
    key, _ = keys.issue(unit, "a")
    client.force_login(User.objects.create_superuser("admin"))
    page = "/admin/accounts/apikey/"

    assert client.get(page).status_code == 200
    assert client.get(f"{page}{key.pk}/change/").status_code == 200
    assert client.get(f"{page}add/").status_code == 403
    assert client.post(f"{page}{key.pk}/delete/").status_code == 403
    client.post(page, {"action": "revoke", "_selected_action": [key.pk]})

    key.refresh_from_db()
    assert key.revoked_at is not None
