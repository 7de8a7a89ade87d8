"""Who can write to the store, but has not the key, does not pass for the program."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection

from phucvu.accounts import audit, integrity_key
from phucvu.accounts.audit.chain import KEY_LOST, KEYED, START, digest
from phucvu.accounts.audit.checking import faults
from phucvu.accounts.audit.head import NOTED
from phucvu.accounts.audit_commands import audit as audit_command
from phucvu.accounts.integrity_key import IntegrityKeyError
from phucvu.accounts.models import AuditEntry, IntegrityKey
from phucvu.accounts.noted_head import Head
from phucvu.accounts.policy import Resource
from phucvu.upkeep.integrity_commands import integrity

pytestmark = [pytest.mark.database, pytest.mark.django_db]

triggers = import_module("phucvu.accounts.migrations.0003_audit_append_only")
keying = import_module("phucvu.accounts.migrations.0008_keyed_audit")


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "integrity_key"
    settings.PHUCVU_INTEGRITY_KEY_FILE = str(file)
    integrity_key.forget()
    yield file
    integrity_key.forget()


@pytest.fixture
def lines(own_key: Path, django_capture_on_commit_callbacks) -> list[AuditEntry]:
    return [write(django_capture_on_commit_callbacks, f"did.{number}") for number in range(4)]


def write(capture, action: str) -> AuditEntry:
    """As in a transaction of its own, after which the line is noted outside the store."""
    with capture(execute=True):
        return audit.note("nv.an", action, Resource.DOOR)


def in_the_store() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


@pytest.fixture
def no_triggers() -> None:
    with connection.cursor() as cursor:
        for statement in triggers.BACK[connection.vendor]:
            cursor.execute(statement)


def reckon_anew(rows: list[AuditEntry], keyed_hash: str | None = "") -> None:
    """All that can be done without the key; `keyed_hash` "" leaves what is there."""
    previous = START
    for row in rows:
        row.previous = previous
        row.hash = previous = digest(row)
        if keyed_hash != "":
            row.keyed_hash = keyed_hash
        row.save()


def test_the_key_is_made_for_its_owner_only(own_key: Path, lines: list[AuditEntry]) -> None:
    assert own_key.stat().st_mode & 0o077 == 0
    assert IntegrityKey.objects.get().mark == lines[0].keyed_hash.partition(":")[0]
    assert own_key.read_text().strip() not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("keyed_hash", ["", None, f"{'0' * 8}:{'0' * 64}"])
@pytest.mark.parametrize("noted", [True, False])
def test_a_chain_reckoned_anew_without_the_key_is_not_whole(
    lines: list[AuditEntry], no_triggers: None, keyed_hash: str | None, noted: bool
) -> None:
    rows = in_the_store()
    rows[1].actor = "nobody"
    reckon_anew(rows, keyed_hash)
    if not noted:
        NOTED.set_to(None)

    verdict = audit.verify()
    assert not verdict.whole
    assert (verdict.broken_at == rows[1].pk) == (keyed_hash == "")
    assert ("is not in it any more" in " ".join(faults())) == noted
    done = CliRunner().invoke(audit_command, ["verify"])
    assert done.exit_code == 1


@pytest.mark.parametrize("keyed_hash", ["", None, f"{'0' * 8}:{'0' * 64}"])
def test_the_programs_next_line_does_not_make_it_good(
    lines: list[AuditEntry],
    no_triggers: None,
    keyed_hash: str | None,
    django_capture_on_commit_callbacks,
) -> None:
    rows = in_the_store()
    rows[1].actor = "nobody"
    reckon_anew(rows, keyed_hash)
    write(django_capture_on_commit_callbacks, "went.on")

    assert not audit.verify().whole
    assert NOTED.read() == Head(lines[-1].pk, lines[-1].hash)
    assert NOTED.contradicted()


def test_a_cut_off_end_stays_known_when_the_program_goes_on(
    lines: list[AuditEntry], no_triggers: None, django_capture_on_commit_callbacks
) -> None:
    AuditEntry.objects.filter(pk__gte=lines[2].pk).delete()
    assert audit.verify().whole
    assert "lines were cut off" in " ".join(faults())

    write(django_capture_on_commit_callbacks, "went.on")
    write(django_capture_on_commit_callbacks, "and.on")
    assert audit.verify().whole
    assert "lines were cut off" in " ".join(faults())


def test_a_chain_of_its_own_is_noted_as_it_grows(
    lines: list[AuditEntry], django_capture_on_commit_callbacks
) -> None:
    assert NOTED.read() == Head(lines[-1].pk, lines[-1].hash)
    NOTED.set_to(Head(lines[0].pk, lines[0].hash))  # another machine wrote what follows
    last = write(django_capture_on_commit_callbacks, "went.on")
    assert NOTED.read() == Head(last.pk, last.hash)
    assert faults() == []


def test_a_missing_key_is_told_and_not_made_anew(own_key: Path, lines: list[AuditEntry]) -> None:
    own_key.unlink()
    integrity_key.forget()

    assert "integrity key is missing" in " ".join(faults())
    done = CliRunner().invoke(audit_command, ["verify"])
    assert (done.exit_code, str(own_key) in done.output) == (1, True)
    with pytest.raises(IntegrityKeyError, match="is missing"):
        integrity_key.ready()
    with pytest.raises(IntegrityKeyError, match="is missing"):
        audit.note("nv.an", "did", Resource.DOOR)
    assert not own_key.exists()


def test_another_key_is_told(own_key: Path, lines: list[AuditEntry]) -> None:
    own_key.unlink()
    integrity_key.forget()
    integrity_key.make()

    mark = lines[0].keyed_hash.partition(":")[0]
    assert mark in " ".join(faults())
    with pytest.raises(IntegrityKeyError, match=f"another key than this store was keyed.*{mark}"):
        audit.note("nv.an", "did", Resource.DOOR)


@pytest.mark.parametrize("content", ["", "short\n", "ngắn" * 20])
def test_a_file_that_holds_no_keys_is_told(
    own_key: Path, lines: list[AuditEntry], content: str
) -> None:
    own_key.write_text(content, encoding="utf-8")
    integrity_key.forget()
    assert "expected keys of at least 32" in " ".join(faults())


def test_older_keys_check_what_was_keyed_with_them(
    lines: list[AuditEntry], django_capture_on_commit_callbacks
) -> None:
    fresh = integrity_key.add()
    last = write(django_capture_on_commit_callbacks, "went.on")
    assert last.keyed_hash.startswith(fresh.mark)
    assert faults() == []


def test_a_lost_key_is_sealed_over_and_what_stood_before_cannot_be_edited(
    own_key: Path, lines: list[AuditEntry], no_triggers: None
) -> None:
    own_key.unlink()
    integrity_key.forget()
    CliRunner().invoke(integrity, ["new-key", "--reason", "the disk broke"], catch_exceptions=False)

    seal = AuditEntry.objects.latest("id")
    assert (seal.action, seal.detail["reason"]) == (KEY_LOST, "the disk broke")
    assert audit.verify().whole
    rows = in_the_store()
    rows[1].actor = "nobody"
    reckon_anew(rows)
    assert audit.verify().broken_at == seal.pk


def test_a_line_under_a_lost_key_does_not_come_after_it_was_lost(
    own_key: Path, lines: list[AuditEntry], no_triggers: None
) -> None:
    own_key.unlink()
    integrity_key.forget()
    CliRunner().invoke(integrity, ["new-key", "--reason", "the disk broke"], catch_exceptions=False)
    late = audit.note("nv.an", "did", Resource.DOOR)
    late.keyed_hash = lines[0].keyed_hash
    late.save()
    assert audit.verify().unknown_keys == (lines[0].keyed_hash.partition(":")[0],)


def test_what_is_noted_but_cannot_be_read_is_told(lines: list[AuditEntry]) -> None:
    NOTED.file.write_text("not a head")
    assert "expected the number and the hash" in " ".join(faults())


# --- stores from before ---------------------------------------------------------------------


@pytest.fixture
def older(own_key: Path, no_triggers: None) -> list[AuditEntry]:
    """Lines as they were written before there was a key."""
    previous, rows = START, []
    for number in range(3):
        row = audit.note("nv.an", f"did.{number}", Resource.DOOR)
        row.previous, row.keyed_hash = previous, None
        row.hash = previous = digest(row)
        row.save()
        rows.append(row)
    IntegrityKey.objects.all().delete()
    own_key.unlink()
    integrity_key.forget()
    return rows


def migrate() -> AuditEntry:
    keying.seal(apps, None)
    return AuditEntry.objects.latest("id")


def test_the_migration_seals_what_was_there(
    older: list[AuditEntry], own_key: Path, django_capture_on_commit_callbacks
) -> None:
    assert "No entry is keyed" in " ".join(audit.verify().faults())
    seal = migrate()
    assert (seal.action, seal.detail) == (KEYED, {"entries": 3, "last": older[-1].pk})
    assert own_key.exists()
    write(django_capture_on_commit_callbacks, "went.on")

    verdict = audit.verify()
    assert (verdict.whole, verdict.keyed_from, verdict.lines) == (True, seal.pk, 5)
    assert f"Keyed from entry {seal.pk} on." in CliRunner().invoke(audit_command, ["verify"]).output


def test_what_was_sealed_by_the_migration_cannot_be_edited(older: list[AuditEntry]) -> None:
    migrate()
    rows = in_the_store()
    rows[0].actor = "nobody"
    reckon_anew(rows)
    assert audit.verify().broken_at == rows[-1].pk


def test_a_store_without_a_line_gets_none(own_key: Path, no_triggers: None) -> None:
    keying.seal(apps, None)
    assert not AuditEntry.objects.exists()
