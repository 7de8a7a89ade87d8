"""The `phucvu` command as its users meet it."""

from __future__ import annotations

import pytest

from tests.server import Server


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    return Server(tmp_path_factory.mktemp("fresh"))


def test_a_store_without_tables_says_what_to_run(fresh):
    done = fresh.command("units", "list", check=False)
    assert done.returncode == 1
    assert done.stderr == "Error: The store is not up to date. Run `phucvu migrate` first.\n"


def test_help_lists_every_command(fresh):
    listed = fresh.command("--help").stdout
    for word in ("serve", "migrate", "import", "figures", "score", "verify", "portal"):
        assert f"  {word} " in listed


def test_an_unknown_command_is_named(fresh):
    done = fresh.command("inport", check=False)
    assert done.returncode == 2
    assert "No such command 'inport'" in done.stderr


def test_a_wrong_setting_is_named(fresh, monkeypatch):
    monkeypatch.setitem(fresh.environment, "PHUCVU_TLS", "maybe")
    done = fresh.command("units", "list", check=False)
    assert "PHUCVU_TLS='maybe': expected 1 or 0" in done.stderr
