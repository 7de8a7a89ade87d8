"""A batch that was edited, exchanged, added or deleted in the store shows; ours never does."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phucvu.accounts import integrity_key
from phucvu.intake import rebuild as rebuilding
from phucvu.intake.actions import receive
from phucvu.intake.integrity.checking import check
from phucvu.intake.integrity.hashing import NOTED
from phucvu.intake.journal_commands import batch as batch_command
from phucvu.intake.journal_commands import rebuild as rebuild_command
from phucvu.intake.kinds import DOSSIERS, PETITIONS
from phucvu.intake.models import (
    Batch,
    BatchContent,
    BatchHash,
    CodeRelease,
    FactVersion,
    RefusedRecord,
)
from phucvu.intake.personal.refused import purge_refused
from phucvu.intake.releasing import release
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from phucvu.upkeep.commands import verify_store
from phucvu.upkeep.integrity_commands import integrity
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

hashes = import_module("phucvu.intake.migrations.0013_batch_hashes")
_REFUSED = {"MaTTHC": ""}


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "integrity_key"
    settings.PHUCVU_INTEGRITY_KEY_FILE = str(file)
    integrity_key.forget()
    yield file
    integrity_key.forget()


@pytest.fixture
def send(units: SimpleNamespace, django_capture_on_commit_callbacks) -> Callable[..., int]:
    def sent(*records: object, **more: object) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return receive(list(records), **more).batch

    return sent


@pytest.fixture
def four(send: Callable[..., int]) -> list[int]:
    """Four batches of two records, one of them refused in the last."""
    made = [
        send(*(message(f"H29.01-261001-{number}{at}", TenTTHC=f"Việc {number}") for at in range(2)))
        for number in range(3)
    ]
    made.append(send(message("H29.01-261001-90"), message("H29.01-261001-91", **_REFUSED)))
    assert check().faults == []
    return made


def edited(number: int, old: str, new: str) -> None:
    """Edit what a batch holds, as somebody with the store's password may."""
    content = BatchContent.objects.get(pk=number)
    text = zlib.decompress(content.packed).decode().replace(old, new)
    BatchContent.objects.filter(pk=number).update(packed=zlib.compress(text.encode(), 3))


def told() -> str:
    return "\n".join(check().faults)


# --- what shows -----------------------------------------------------------------------------


def test_edited_content_is_named_though_the_register_was_edited_with_it(four: list[int]) -> None:
    edited(four[1], "Việc 1", "Việc x")
    rebuilding.rebuild()
    assert rebuilding.compare().clean
    assert Dossier.objects.filter(procedure_name="Việc x").count() == 2

    assert told() == (
        f"Batch {four[1]}: what it holds (its facts, their index, refused records, withdrawal)"
        " is not what this program wrote."
    )
    for command, words in ((rebuild_command, ["--check"]), (verify_store, [])):
        done = CliRunner().invoke(command, words)
        assert done.exit_code == 1
        assert f"Batch {four[1]}: what it holds" in done.output


def test_content_exchanged_between_two_batches_is_named(four: list[int]) -> None:
    first, second = (BatchContent.objects.get(pk=number) for number in four[:2])
    first.packed, second.packed = second.packed, first.packed
    first.save()
    second.save()
    FactVersion.objects.filter(batch__in=four[:2]).delete()
    assert f"Batch {four[0]}: what it holds" in told()
    assert f"Batch {four[1]}: what it holds" in told()


def test_everything_of_two_batches_exchanged_is_named(four: list[int]) -> None:
    one, two = (BatchHash.objects.get(pk=number) for number in four[:2])
    for name in ("previous", "link", "content"):
        mine, other = getattr(one, name), getattr(two, name)
        setattr(one, name, other)
        setattr(two, name, mine)
    one.save()
    two.save()
    assert f"Batch {four[0]}: what is written of it" in told()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "petition"), ("unit_id", None), ("origin", "elsewhere"), ("correction", True),
        ("digest", "0" * 64), ("accepted", 7), ("refused", 3), ("received_at", timezone.now()),
        ("request_id", "another"),
    ],
)  # fmt: skip
def test_what_is_written_of_a_batch_cannot_be_edited(
    four: list[int], units: SimpleNamespace, name: str, value: object
) -> None:
    if name == "unit_id":
        value = units.ward.pk
    Batch.objects.filter(pk=four[1]).update(**{name: value})
    assert f"Batch {four[1]}: what is written of it" in told()


def test_a_withdrawal_by_hand_or_its_undoing_is_named(four: list[int]) -> None:
    Batch.objects.filter(pk=four[0]).update(withdrawn_at=timezone.now(), withdrawn_by="x")
    withdraw(four[1], "nv.an", "test data")
    assert told().count("what it holds") == 1
    Batch.objects.filter(pk=four[1]).update(
        withdrawn_at=None, withdrawn_by="", withdrawal_reason=""
    )
    assert f"Batch {four[1]}: what it holds" in told()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_deleted_batch_is_missed_before_the_next(four: list[int], place: int) -> None:
    Batch.objects.get(pk=four[place]).delete()
    assert f"Before batch {four[place + 1]} at least one batch is missing." in told()


def test_deleted_batches_at_the_end_stay_missed_when_the_program_goes_on(
    four: list[int], send: Callable[..., int]
) -> None:
    Batch.objects.filter(pk__in=four[2:]).delete()
    assert "batches were deleted" in told()
    send(message("H29.01-261001-95"))
    send(message("H29.01-261001-96"))
    assert "batches were deleted" in told()
    assert NOTED.read().number == four[3]


def test_deleted_content_a_slipped_in_batch_and_its_index_are_named(four: list[int]) -> None:
    BatchContent.objects.filter(pk=four[0]).delete()
    assert f"Batch {four[0]}: what it holds" in told()
    slipped = Batch.objects.create(origin="x", digest="0" * 64, accepted=1)
    packed = BatchContent.objects.get(pk=four[1]).packed
    BatchContent.objects.create(batch=slipped, packed=packed)
    FactVersion.objects.create(
        code="H29.01-261001-10", batch=slipped, position=0, clock=1, stage=1, mark=1
    )
    assert f"Batch {slipped.pk} has no keyed hash" in told()


def test_the_index_that_says_what_stands_is_held_too(four: list[int]) -> None:
    versions = FactVersion.objects.filter(code="H29.01-261001-10", batch=four[1])
    versions.update(clock=5)
    assert f"Batch {four[1]}: what it holds" in told()
    FactVersion.objects.create(
        code="slipped-in", batch_id=four[2], position=9, clock=1, stage=1, mark=1
    )
    assert "The index of versions holds 1 that no batch brought." in told()


@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_refused_record_is_held(four: list[int], how: str) -> None:
    record = RefusedRecord.objects.get()
    if how == "edited":
        RefusedRecord.objects.update(reason="another")
    else:
        record.delete()
    assert f"Batch {four[3]}: what it holds" in told()


def test_content_that_cannot_be_unpacked_is_named_without_a_traceback(four: list[int]) -> None:
    BatchContent.objects.filter(pk=four[1]).update(packed=b"\x00not packed")
    BatchContent.objects.filter(pk=four[2]).update(packed=zlib.compress(b'{"columns": 3}'))
    assert told().count("what it holds") == 2


def test_many_faults_are_told_in_part(four: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phucvu.intake.integrity.checking._MOST", 2)
    BatchHash.objects.all().delete()
    assert "And 3 more." in told()  # the other two, and that the last one is missing


def test_an_earlier_state_put_back_whole_contradicts_the_audit(four: list[int]) -> None:
    before = BatchHash.objects.get(pk=four[0])
    withdraw(four[0], "nv.an", "test data")
    Batch.objects.filter(pk=four[0]).update(
        withdrawn_at=None, withdrawn_by="", withdrawal_reason=""
    )
    before.save()
    assert told() == f"Batch {four[0]} was withdrawn, as the audit says, and is not any more."


def test_a_release_by_hand_or_its_undoing_contradicts_the_audit(
    four: list[int], units: SimpleNamespace
) -> None:
    release(None, DOSSIERS, "H29.01-261001-10", units.ward, "held by mistake")
    assert told() == ""
    made = CodeRelease.objects.get()
    made.pk, made.code = None, "H29.01-261001-11"
    made.save()
    assert told() == "The release of H29.01-261001-11 (dossiers) is not in the audit."
    CodeRelease.objects.all().delete()
    assert told() == (
        "The release of H29.01-261001-10 (dossiers) is in the audit and not in the journal."
    )


# --- what the program does itself -----------------------------------------------------------


def test_what_the_program_changes_itself_fits(
    four: list[int], send: Callable[..., int], own_key: Path
) -> None:
    withdraw(four[0], "nv.an", "test data")
    send(message("H29.01-261001-91"))  # repairs
    assert RefusedRecord.objects.get().repaired_at is not None
    RefusedRecord.objects.update(reason="MaTTHC: “Nguyễn Văn A”", content={"Ten": "Nguyễn Văn A"})
    hash_as_it_stands(four[3])  # as an earlier version kept it
    assert check().faults == []
    assert purge_refused() == 1
    FactVersion.objects.filter(batch=four[1]).update(stage=None, mark=None)
    hash_as_it_stands(four[1])
    rebuilding.rebuild()
    assert FactVersion.objects.filter(mark=None).count() == 0
    assert check().faults == []
    assert receive([message("H29.01-261001-91")]).unchanged == 1
    assert check().faults == []


def hash_as_it_stands(number: int) -> None:
    """As the program does that changes what a batch holds."""
    from phucvu.intake.integrity.hashing import CONTENT, stored

    (each,) = stored([number])
    assert each.hashed is not None
    content = integrity_key.keyed_hash(CONTENT, each.content_under(each.hashed.link))
    BatchHash.objects.filter(pk=number).update(content=content)


def test_what_was_edited_is_not_made_good_by_what_the_program_does(four: list[int]) -> None:
    edited(four[1], "Việc 1", "Việc x")
    withdraw(four[1], "nv.an", "test data")
    RefusedRecord.objects.update(reason="MaTTHC: “Nguyễn Văn A”")
    purge_refused()
    assert f"Batch {four[1]}: what it holds" in told()
    assert f"Batch {four[3]}: what it holds" in told()


def test_every_kind_is_hashed_and_fits(units: SimpleNamespace, four: list[int]) -> None:
    sent = {"code": "PAKN-1", "unit": "H29.01", "received_at": "20261001080000", "status": "1"}
    receive([sent], kind=PETITIONS)
    assert check().faults == []
    assert check().batches == 5


def test_a_batch_costs_the_same_however_many_there_are(send: Callable[..., int]) -> None:
    def statements(number: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(message(f"H29.01-261002-{number}"))
        return len(queries)

    statements(0)
    first = statements(1)
    for number in range(2, 12):
        assert statements(number) == first


# --- keys, and stores from before -----------------------------------------------------------


def test_a_missing_key_is_told_and_a_lost_one_sealed_over(
    four: list[int], own_key: Path, django_capture_on_commit_callbacks
) -> None:
    own_key.unlink()
    integrity_key.forget()
    assert "The integrity key is missing" in told()
    edited(four[1], "Việc 1", "Việc x")

    with django_capture_on_commit_callbacks(execute=True):
        done = CliRunner().invoke(
            integrity, ["new-key", "--reason", "lost"], catch_exceptions=False
        )
    assert "taken as they stand" in done.output
    assert check().faults == []
    assert check().later == 4
    edited(four[2], "Việc 2", "Việc x")
    assert f"Batch {four[2]}: what it holds" in told()


def test_another_key_is_told_by_its_mark(four: list[int], own_key: Path) -> None:
    mark = BatchHash.objects.first().link.partition(":")[0]
    own_key.unlink()
    integrity_key.forget()
    integrity_key.make()
    assert f"Batches are keyed with {mark}, which is not in the file" in told()


def test_a_new_key_beside_the_old_one_needs_nothing_else(
    four: list[int], send: Callable[..., int]
) -> None:
    CliRunner().invoke(integrity, ["new-key", "--reason", "yearly"], catch_exceptions=False)
    send(message("H29.01-261001-97"))
    withdraw(four[0], "nv.an", "test data")
    assert check().faults == []
    assert check().later == 0


def test_batches_from_before_are_taken_as_they_stand_and_say_so(
    four: list[int], send: Callable[..., int]
) -> None:
    BatchHash.objects.all().delete()
    NOTED.set_to(None)
    hashes.hash_all(apps, None)
    send(message("H29.01-261001-98"))

    found = check()
    assert (found.faults, found.batches, found.later) == ([], 5, 4)
    shown = CliRunner().invoke(batch_command, ["show", str(four[0])]).output
    assert "after it came: it is not known whether it was edited before" in " ".join(shown.split())
    done = CliRunner().invoke(rebuild_command, ["--check"])
    assert "5 batches are what this program wrote, 4 of them keyed after they came." in done.output
    BatchHash.objects.filter(pk=four[0]).update(later_at=None)
    assert f"Batch {four[0]}: what is written of it" in told()


def test_an_empty_store_is_whole(units: SimpleNamespace, own_key: Path) -> None:
    hashes.hash_all(apps, None)
    assert (check().faults, check().batches) == ([], 0)
    assert not own_key.exists()
