"""The register as Parquet, and the counts proved from it by another engine."""

from __future__ import annotations

import json
from threading import Thread

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from phucvu.counters import active
from phucvu.counters.deltas import following
from phucvu.counters.models import COUNTS, UnitCount
from phucvu.counters.recount import count_new_measures, recount
from phucvu.engines import duck, recounting, register
from phucvu.engines.archive import Archive, ArchiveError, Position
from phucvu.engines.commands import archive as command
from phucvu.engines.recounting import ArchiveComparison
from phucvu.intake.actions import receive
from phucvu.intake.models import Batch, BatchHash
from phucvu.measures import DOSSIER, Vocabulary
from phucvu.register.facts import DOSSIERS
from phucvu.register.models import Dossier, Petition
from tests.counters.test_counters import changes
from tests.dossiers import dossier, store, unit, wall
from tests.intake.messages import message

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def measures(db):
    count_new_measures()
    yield
    active.forget()


@pytest.fixture
def archive(tmp_path):
    return register.archive_of(DOSSIERS, tmp_path / "archive")


def write(archive: Archive) -> register.Written:
    return register.write(archive.folder.parent)[DOSSIERS.plural]


def compare(archive: Archive) -> ArchiveComparison:
    return recounting.compare(archive.folder.parent)


@pytest.fixture
def ward():
    ward = unit("VT.1")
    store(
        dossier("VT.1-1", ward, "2026-02-27", status=9, finished_at="2026-03-02"),
        dossier("VT.1-2", ward, "2026-03-02", vneid=True, fee_total=20_000, payment=1),
        dossier("VT.1-3", ward, "2026-03-05", submitted_at=None, received_at=None),
    )
    return ward


def withdraw(*codes: str) -> None:
    with transaction.atomic(), following(codes):
        Dossier.objects.filter(code__in=codes).delete()


def test_a_month_is_a_file_with_the_columns_of_measures(archive, ward):
    done = write(archive)
    assert (done.written, done.unchanged, done.rows) == (3, 0, 3)
    assert list(archive.parts()) == ["202602", "202603", "undated"]
    table = pq.read_table(archive.folder / archive.parts()["202603"].file)
    assert table.schema.equals(archive.schema)
    row = table.to_pylist()[0]
    stored = Dossier.objects.values(*DOSSIER).get(code="VT.1-2")
    assert row == stored
    assert row["vneid"] is True


def test_only_months_that_changed_are_written_again(archive, ward):
    write(archive)
    before = archive.parts()
    assert write(archive).written == 0
    assert archive.parts() == before
    store(dossier("VT.1-2", ward, "2026-02-20"))  # moves from March to February
    done = write(archive)
    assert (done.written, done.unchanged, done.rows) == (1, 1, 3)
    assert list(archive.parts()) == ["202602", "undated"]
    assert archive.parts()["undated"] == before["undated"]
    withdraw("VT.1-1")
    assert write(archive).rows == 2
    named = {part.file for part in archive.parts().values()}
    listed = json.loads((archive.folder / "archive.json").read_text())
    files = {path.name for path in archive.folder.iterdir()}
    assert files == named | set(listed["before"]) | {"archive.json"}


def test_a_write_that_fails_leaves_the_archive_as_it_was(archive, ward, monkeypatch):
    write(archive)
    before = archive.parts()
    store(dossier("VT.1-2", ward, "2026-03-02", channel="online"))

    def broken(fact, month):
        yield from ()
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr(register, "_rows", broken)
        write(archive)
    assert archive.parts() == before
    assert all(path.is_file() for path in archive.files())
    write(archive)
    assert compare(archive).differences == ()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes())
def test_every_measure_counts_the_same_here_and_in_duckdb(archive, batch):
    units = [unit(f"P{number}") for number in range(3)]
    try:
        store(
            *(
                dossier(f"P-{n['number']}", units[n["unit"]], n["received"], **n["columns"])
                for n in batch
            )
        )
        write(archive)
        assert compare(archive).differences == ()
        # The counts that followed, the store's own recount, and DuckDB's: the same rows.
        here, there = active.tallies(DOSSIERS), active.tallies_in("duckdb", DOSSIERS)
        with duck.counting(archive, DOSSIERS.table) as engine:
            for ours, theirs in zip(here, there, strict=True):
                with connection.cursor() as cursor:
                    cursor.execute(ours.query("1 = 1"))
                    counted = sorted(cursor.fetchall())
                assert sorted(engine.execute(theirs.query("1 = 1")).fetchall()) == counted
    finally:
        Dossier.objects.all().delete()
        for table in COUNTS:
            table.objects.all().delete()
        for item in units:
            item.delete()


def test_a_wrong_count_is_named(archive, ward):
    write(archive)
    wrong = UnitCount.objects.get(unit=ward, placed_month=202603)
    column = f"v{active.slots()[active_digest('received_online')]}"
    setattr(wrong, column, 7)
    wrong.save()
    (found,) = compare(archive).differences
    assert (found.unit, found.procedure, found.placed_month) == ("VT.1", None, 202603)
    assert (found.measure, found.counted, found.expected) == ("received_online", 7, 0)
    done = CliRunner().invoke(command, ["verify", str(archive.folder.parent)])
    assert done.exit_code == 1
    assert "received_online" in done.output


def test_the_other_kinds_of_fact_are_archived_and_compared_too(archive, ward):
    Petition.objects.create(
        code="P-1", unit=ward, received_at=wall("2026-03-02"), digest="", changed_at=timezone.now()
    )
    recount()
    done = register.write(archive.folder.parent)
    assert (done["petitions"].written, done["petitions"].rows) == (1, 1)
    assert compare(archive).differences == ()
    Petition.objects.all().delete()
    with pytest.raises(ArchiveError, match="the register has changed since"):
        compare(archive)
    write(archive)
    found = compare(archive).differences
    assert {(item.counted, item.expected) for item in found} == {(1, 0)}


def active_digest(name: str) -> str:
    return next(d for d, measure in active.active_measures().items() if measure.name == name)


def test_an_archive_of_an_earlier_register_is_not_compared(archive, ward):
    write(archive)
    store(dossier("VT.1-9", ward, "2026-03-02"))
    with pytest.raises(ArchiveError, match="the register has changed since"):
        compare(archive)


@pytest.mark.django_db(transaction=True)
def test_senders_are_not_kept_waiting_and_what_they_bring_comes_next(archive, ward, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite is in memory, where readers and writers share one lock")

    def meanwhile(fact, month, rows=register._rows):
        sender = Thread(target=send)
        sender.start()
        sender.join(timeout=20)
        assert not sender.is_alive()
        yield from rows(fact, month)

    def send():
        try:
            if not Dossier.objects.filter(code="VT.1-8").exists():
                store(dossier("VT.1-8", ward, "2026-03-02"))
        finally:
            connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(register, "_rows", meanwhile)
        assert write(archive).rows == 3
    done = write(archive)
    assert (done.written, done.rows) == (1, 4)
    assert compare(archive).differences == ()


@pytest.mark.django_db(transaction=True)
def test_commands_do_what_is_documented(archive, ward):
    run = CliRunner()
    missing = run.invoke(command, ["verify", str(archive.folder.parent)])
    assert missing.exit_code == 1
    assert "holds no archive" in missing.output
    done = run.invoke(command, ["write", str(archive.folder.parent)])
    assert done.exit_code == 0
    assert "3 dossiers: 3 months written, 0 unchanged\n" in done.output
    assert "0 petitions: 0 months written, 0 unchanged\n" in done.output
    done = run.invoke(command, ["verify", str(archive.folder.parent)])
    assert done.exit_code == 0
    assert "No difference: 3 dossiers" in done.output


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "expected the list of an archive"),
        ("[]", "expected the list of an archive"),
        (json.dumps({"schema": 3, "fact": "dossier", "columns": [], "parts": {}}), "in form 3"),
        (json.dumps({"schema": 1, "fact": "petition", "columns": [], "parts": {}}), "petition"),
    ],
)
def test_a_folder_with_something_else_is_refused(archive, ward, text, reason):
    archive.folder.mkdir(parents=True)
    (archive.folder / "archive.json").write_text(text)
    with pytest.raises(ArchiveError, match=reason):
        write(archive)
    assert [path.name for path in archive.folder.iterdir()] == ["archive.json"]


def test_other_columns_are_written_anew(archive, ward):
    write(archive)
    path = archive.folder / "archive.json"
    listed = json.loads(path.read_text())
    listed["columns"] = listed["columns"][:-1]
    path.write_text(json.dumps(listed))
    assert write(archive).written == 3


def test_files_of_the_list_before_stay_for_whoever_has_read_it(archive, ward):
    write(archive)
    listed = archive.files()
    store(dossier("VT.1-2", ward, "2026-02-20"))
    write(archive)
    assert sum(pq.read_table(path).num_rows for path in listed) == 3
    write(archive)  # nothing has changed: it is no other list
    assert all(path.is_file() for path in listed)
    second = archive.files()
    store(dossier("VT.1-3", ward, "2026-02-21"))
    write(archive)
    assert all(path.is_file() for path in second)
    assert [path.is_file() for path in listed].count(False) == 2


def test_what_has_other_columns_takes_no_file_in_use(archive, ward):
    write(archive)
    before = {path: path.read_bytes() for path in archive.files()}
    columns = list(DOSSIER.values())[:-1]
    fewer = Archive(archive.folder, Vocabulary(DOSSIER.fact, columns))
    month = next(iter(archive.parts()))
    part = fewer.write(month, archive.parts()[month].state, [])
    fewer.replace({month: part})
    assert {path: path.read_bytes() for path in before} == before


def test_the_list_of_an_earlier_form_is_written_anew(archive, ward):
    write(archive)
    path = archive.folder / "archive.json"
    listed = json.loads(path.read_text())
    listed["schema"] = 1
    del listed["before"], listed["journal"]
    for part in listed["parts"].values():
        del part["sha256"]
    path.write_text(json.dumps(listed))
    assert archive.parts() == {}
    assert write(archive).written == 3
    assert compare(archive).differences == ()


@pytest.mark.parametrize("how", ["changed", "missing", "other rows"])
def test_a_file_that_is_not_the_one_written_is_named(archive, ward, how):
    write(archive)
    part = archive.parts()["202603"]
    path = archive.folder / part.file
    if how == "missing":
        path.unlink()
    elif how == "changed":
        table = pq.read_table(path)
        pq.write_table(table.set_column(0, "code", [["VT.1-x"]]), path)
    else:
        listed = (archive.folder / "archive.json").read_text()
        (archive.folder / "archive.json").write_text(listed.replace('"rows": 1', '"rows": 2'))
    words = {"changed": "SHA-256", "missing": "is missing", "other rows": "the list says 2"}
    with pytest.raises(ArchiveError, match=words[how]) as error:
        compare(archive)
    assert part.file in str(error.value)
    done = CliRunner().invoke(command, ["verify", str(archive.folder.parent)])
    assert (done.exit_code, words[how] in done.output) == (1, True)


def test_the_list_tells_up_to_where_in_the_journal_it_goes(archive, ward):
    batch = receive([message("VT.1-261001-1")]).batch
    write(archive)
    at = archive.position()
    assert at == Position(batch, BatchHash.objects.get(pk=batch).link)
    receive([message("VT.1-261001-2", MaTTHC="")])  # refused: the register stays
    assert archive.position() == at
    assert compare(archive).differences == ()
    Batch.objects.all().delete()
    with pytest.raises(ArchiveError, match=f"goes up to batch {batch} .*not in the journal"):
        compare(archive)
