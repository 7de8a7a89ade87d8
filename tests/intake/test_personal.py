"""Personal data: dropped unless a field is turned on; then sealed, purged, sealed anew."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from phucvu.accounts import audit
from phucvu.accounts.models import AuditEntry
from phucvu.intake.actions import receive
from phucvu.intake.models import Batch, SealedPersonal
from phucvu.intake.personal import ending
from phucvu.intake.personal.fields import keys_in, turned_on
from phucvu.intake.personal.sealing import UnreadableError, mark_of
from phucvu.intake.personal.showing import persons_of
from phucvu.intake.personal.upkeep import purge, rotate, status
from phucvu.intake.personal_commands import personal
from phucvu.intake.rebuild import compare, rebuild
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from phucvu.register.walltime import DAY_MS
from tests.dossiers import wall
from tests.intake.messages import PERSONAL, message

CODE = "H29.01-261001-1"
KEPT = {"ChuHoSo": PERSONAL["ChuHoSo"], "SoDienThoai": PERSONAL["SoDienThoai"]}
database = [pytest.mark.database, pytest.mark.django_db]
in_store = [*database, pytest.mark.usefixtures("units")]


@pytest.fixture
def on(settings) -> Iterator[SimpleNamespace]:
    """Name and telephone are turned on; dossiers of October 2026 are kept."""
    settings.PHUCVU_PERSONAL = ("ChuHoSo", "SoDienThoai")
    settings.PHUCVU_PERSONAL_KEYS = (Fernet.generate_key().decode(),)
    settings.PHUCVU_PERSONAL_DAYS = 90
    yield settings


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch):
    """Sets the day by which dossiers are found long ended."""

    def go_to(day: str) -> None:
        monkeypatch.setattr(ending, "wall_now", lambda: wall(day))

    go_to("2026-10-05")
    return go_to


def everything() -> str:
    """Every row of the store, blobs too, as text."""
    models = [model for model in apps.get_models() if model._meta.managed]
    return "\n".join(str(list(model.objects.values())) for model in models)


class TestWhatIsKept:
    pytestmark = in_store

    def test_a_field_that_is_not_turned_on_is_dropped(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE)])
        assert persons_of(CODE) == KEPT
        assert SealedPersonal.objects.get().fields == "ChuHoSo,SoDienThoai"
        for secret in PERSONAL.values():
            assert secret not in everything()

    def test_nothing_is_turned_on_by_default(self, settings) -> None:
        receive([message(CODE)])
        assert (settings.PHUCVU_PERSONAL, settings.PHUCVU_PERSONAL_KEYS) == ((), ())
        assert not SealedPersonal.objects.exists()

    def test_only_good_records_of_dossiers_are_kept(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE), message("H29.01-261001-2", KenhThucHien="7")])
        assert list(SealedPersonal.objects.values_list("code", flat=True)) == [CODE]

    def test_another_name_alone_is_another_batch(self, on: SimpleNamespace, today) -> None:
        first = receive([message(CODE)])
        assert receive([message(CODE)]).batch == first.batch
        second = receive([message(CODE, ChuHoSo="Trần Văn Khác")])
        assert (second.unchanged, second.batch == first.batch) == (1, False)
        assert persons_of(CODE)["ChuHoSo"] == "Trần Văn Khác"

    def test_a_row_is_not_passed_off_as_another_dossiers(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE), message("H29.01-261001-2", ChuHoSo="Trần Văn Khác")])
        one, two = SealedPersonal.objects.order_by("position")
        SealedPersonal.objects.filter(pk=one.pk).update(sealed=bytes(two.sealed))
        with pytest.raises(UnreadableError):
            persons_of(CODE)

    def test_what_ended_long_ago_is_not_kept_when_sent_again(
        self, on: SimpleNamespace, today
    ) -> None:
        today("2027-06-01")
        receive([message(CODE, TrangThaiHoSo="10", NgayTra="20261003")])
        assert not SealedPersonal.objects.exists()


class TestTheJournal:
    pytestmark = in_store

    def test_a_withdrawal_brings_the_version_before_back(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE)])
        later = receive([message(CODE, ChuHoSo="Trần Văn Khác", TrangThaiHoSo="5")])
        withdraw(later.batch, "test", "wrong person")
        assert persons_of(CODE) == KEPT

    def test_a_rebuilt_register_shows_the_same(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE)])
        Dossier.objects.all().delete()
        assert rebuild().written == 1
        assert persons_of(CODE) == KEPT

    def test_after_a_purge_it_rebuilds_without_persons(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE, TrangThaiHoSo="10", NgayTra="20261003")])
        today("2027-01-02")
        assert purge("test").versions == 1
        assert compare().clean
        Dossier.objects.all().delete()
        rebuild()
        assert persons_of(CODE) == {}
        assert Dossier.objects.get().code == CODE


class TestThePurge:
    pytestmark = in_store

    @pytest.mark.parametrize(
        ("ended", "day"),
        [
            pytest.param({"TrangThaiHoSo": "10", "NgayTra": "20261003"}, "2027-01-01", id="handed"),
            pytest.param(
                {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261003"}, "2027-01-01", id="finished"
            ),
            pytest.param(
                {"TrangThaiHoSo": "7", "NgayTuChoi": "20261001081500"},
                "2026-12-30T08:15",
                id="withdrawn",
            ),
        ],
    )
    def test_it_comes_so_many_days_after_the_end(
        self, on: SimpleNamespace, today, ended: dict[str, str], day: str
    ) -> None:
        receive([message(CODE, **ended), message("H29.01-261001-2")])
        at = wall(day)
        assert (at - wall("2026-10-01T08:15")) // DAY_MS in (90, 91)
        today(day)
        assert (status().due, purge("test").versions) == (0, 0)
        receive([message("H29.01-261001-3")])
        on.PHUCVU_PERSONAL_DAYS = 89

        assert status().due == 1
        done = purge("test")

        assert (done.versions, done.dossiers) == (1, 1)
        assert persons_of(CODE) == {}
        assert persons_of("H29.01-261001-2") == KEPT  # open
        line = AuditEntry.objects.get(action="personal.purged")
        assert line.detail == {"versions": 1, "dossiers": 1, "stripped": 0}
        assert audit.verify().whole

    def test_every_version_goes_and_what_was_withdrawn(self, on: SimpleNamespace, today) -> None:
        first = receive([message(CODE)])
        receive([message(CODE, TrangThaiHoSo="10", NgayTra="20261003")])
        alone = receive([message("H29.01-261001-2")])
        withdraw(first.batch, "test", "x")
        withdraw(alone.batch, "test", "x")
        today("2027-06-01")
        done = purge("test")
        assert (done.versions, done.dossiers) == (3, 2)
        assert Batch.objects.count() == 3

    def test_fields_turned_off_go_too(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE), message("H29.01-261001-2", ChuHoSo="")])
        on.PHUCVU_PERSONAL = ("ChuHoSo",)
        assert persons_of(CODE) == {"ChuHoSo": KEPT["ChuHoSo"]}
        assert status().due == 2
        done = purge("test")
        assert (done.versions, done.stripped, status().due) == (1, 1, 0)
        on.PHUCVU_PERSONAL = ("ChuHoSo", "SoDienThoai")
        assert persons_of(CODE) == {"ChuHoSo": KEPT["ChuHoSo"]}
        on.PHUCVU_PERSONAL, on.PHUCVU_PERSONAL_KEYS = (), ()
        assert purge("test").versions == 1


class TestKeys:
    pytestmark = in_store

    def test_everything_is_sealed_under_the_new_key(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE), message("H29.01-261001-2")])
        (old,) = on.PHUCVU_PERSONAL_KEYS
        new = Fernet.generate_key().decode()
        on.PHUCVU_PERSONAL_KEYS = (new, old)
        receive([message("H29.01-261001-3")])
        assert status().by_key == {mark_of(old): 2, mark_of(new): 1}

        assert rotate("test") == 2
        assert rotate("test") == 0

        on.PHUCVU_PERSONAL_KEYS = (new,)
        assert persons_of(CODE) == KEPT
        assert status().unreadable == 0
        assert AuditEntry.objects.get(action="personal.rotated").detail["versions"] == 2

    def test_without_its_key_nothing_opens(self, on: SimpleNamespace, today) -> None:
        receive([message(CODE)])
        on.PHUCVU_PERSONAL_KEYS = (Fernet.generate_key().decode(),)
        with pytest.raises(UnreadableError):
            persons_of(CODE)
        with pytest.raises(UnreadableError):
            rotate("test")
        told = CliRunner().invoke(personal, ["status"])
        assert (told.exit_code, "Without their key: 1" in told.output) == (1, True)


class TestSettings:
    def test_a_key_is_put_first_into_a_file_of_ones_own(self, tmp_path: Path) -> None:
        file = tmp_path / "keys"
        for count in (1, 2):
            assert CliRunner().invoke(personal, ["key", str(file)]).exit_code == 0
            assert len(keys_in(["ChuHoSo"], [], str(file))) == count
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o640)
        with pytest.raises(ImproperlyConfigured, match="chmod 600"):
            keys_in(["ChuHoSo"], [], str(file))

    @pytest.mark.parametrize(
        ("given", "file", "said"),
        [
            ([], "", "without a key"),
            (["short"], "", "Key 1 for personal data is no key"),
            ([], "/nowhere/keys", "cannot be read"),
        ],
    )
    def test_without_a_good_key_it_does_not_start(
        self, given: list[str], file: str, said: str
    ) -> None:
        with pytest.raises(ImproperlyConfigured, match=said):
            keys_in(["ChuHoSo"], given, file)
        assert keys_in([], given, file) == ()

    def test_an_unknown_field_is_named(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="TenMe"):
            turned_on(["ChuHoSo", "TenMe"])
        assert turned_on(["SoDienThoai", "ChuHoSo"]) == ("ChuHoSo", "SoDienThoai")


def test_on_a_real_store(tmp_path: Path) -> None:
    """The command refuses to start without a key; the bytes of the database never tell a name."""
    base = {**os.environ, "PHUCVU_DATA": str(tmp_path / "data"), "PHUCVU_PERSONAL": ""}
    base.pop("DATABASE_URL", None)

    def run(*commands: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Commands one after the other in one process, which starts once."""
        each = f"[main(words, standalone_mode=False) for words in {list(commands)!r}]"
        command = [sys.executable, "-c", f"from phucvu.cli import main; {each}"]
        return subprocess.run(command, env=base | more, capture_output=True, text=True, check=False)

    def file(number: int) -> str:
        path = tmp_path / f"{number}.json"
        ended = {"TrangThaiHoSo": "10", "NgayTra": "20261003"}
        path.write_bytes(msgspec.json.encode([message(f"H29.01-261001-{number}", **ended)]))
        return str(path)

    def stored() -> bytes:
        kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in kept)

    command = [sys.executable, "-m", "phucvu", "personal", "status"]
    refused = subprocess.run(
        command,
        env=base | {"PHUCVU_PERSONAL": "ChuHoSo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "without a key" in refused.stderr) == (1, True)
    assert "Traceback" not in refused.stderr

    keys = tmp_path / "keys"
    assert CliRunner().invoke(personal, ["key", str(keys)]).exit_code == 0
    ward = ["units", "add", "H29.01", "Phường", "--kind", "commune"]
    off = run(["migrate"], ward, ["import", file(0)])
    assert off.returncode == 0, off.stderr
    turned = {"PHUCVU_PERSONAL": "ChuHoSo,SoDienThoai", "PHUCVU_PERSONAL_KEY_FILE": str(keys)}
    on = run(["import", file(1)], PHUCVU_PERSONAL_DAYS="99999", **turned)
    assert on.returncode == 0, on.stderr

    assert b"H29.01-261001-1" in stored()
    for text in KEPT.values():
        assert text.encode() not in stored()
    with sqlite3.connect(tmp_path / "data/phucvu.sqlite3") as store:
        ((code, sealed),) = store.execute("SELECT code, sealed FROM intake_sealedpersonal")
    assert code == "H29.01-261001-1"
    assert bytes(sealed) in stored()
    assert KEPT["ChuHoSo"] in Fernet(keys.read_text().strip()).decrypt(bytes(sealed)).decode()

    purge_it = (["personal", "purge"], ["personal", "status"], ["rebuild", "--check"])
    purged = run(*purge_it, PHUCVU_PERSONAL_DAYS="0", **turned)
    assert purged.returncode == 0, purged.stderr
    assert "Deleted 1 versions of 1 dossiers." in purged.stdout
    assert "To be purged: 0" in purged.stdout
    assert bytes(sealed) not in stored()
