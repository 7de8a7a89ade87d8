"""An audit whose chain was reckoned anew, or whose end was cut off, does not fit what was noted."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.server import Server

WRITE = """
import django; django.setup()
from phucvu.accounts import audit
from phucvu.accounts.policy import Resource
for number in range(3):
    audit.note("nv.an", f"did.{number}", Resource.DOOR)
"""
RECKON_ANEW = """
import django; django.setup()
from django.db import connection
from phucvu.accounts.audit.chain import START, digest
from phucvu.accounts.models import AuditEntry
with connection.cursor() as cursor:
    cursor.execute("DROP TRIGGER audit_no_update")
previous = START
for entry in AuditEntry.objects.order_by("id"):
    entry.actor, entry.previous = "nobody", previous
    entry.hash = digest(entry)
    entry.save()
    previous = entry.hash
"""


@pytest.fixture
def audited(tmp_path: Path) -> Server:
    server = Server(tmp_path / "data")
    server.folder.mkdir()
    server.environment.pop("DATABASE_URL", None)
    server.migrate()
    run(server, WRITE)
    assert "3 entries, the chain is whole" in server.command("audit", "verify").stdout
    return server


def run(server: Server, script: str) -> None:
    subprocess.run([sys.executable, "-c", script], env=server.environment, check=True)


def noticed(server: Server) -> None:
    told = server.command("audit", "verify", check=False)
    assert told.returncode == 1
    assert "not in it any more" in told.stderr
    assert server.command("verify", check=False).returncode == 1


def test_a_chain_reckoned_anew_is_noticed(audited: Server) -> None:
    run(audited, RECKON_ANEW)
    noticed(audited)


def test_an_end_that_was_cut_off_is_noticed(audited: Server) -> None:
    with closing(sqlite3.connect(audited.folder / "phucvu.sqlite3", isolation_level=None)) as store:
        store.execute("DROP TRIGGER audit_no_delete")
        store.execute("DELETE FROM accounts_auditentry WHERE id = (SELECT MAX(id) FROM"
                      " accounts_auditentry)")  # fmt: skip
    noticed(audited)


def test_only_its_owner_may_read_what_is_noted(audited: Server) -> None:
    assert (audited.folder / "audit_head").stat().st_mode & 0o077 == 0
