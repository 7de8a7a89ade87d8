"""Watching a folder: whole files only, each once, moved with a report; stops when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db import OperationalError
from django.utils import translation

from phucvu.intake import watch as watching
from phucvu.intake.commands import watch
from phucvu.intake.importing import StoppedError, Terms
from phucvu.intake.watch import AlreadyWatchedError, Watcher, locked
from phucvu.register.models import Dossier
from tests.intake.messages import message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "inbox"
    place.mkdir()
    return place


@pytest.fixture
def watcher(folder: Path, units: SimpleNamespace) -> Watcher:
    return Watcher(folder, Terms(), lambda _line: None, lambda: False)


def put(folder: Path, name: str, *records: object) -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_taken_once_it_keeps_still(folder: Path, watcher: Watcher) -> None:
    path = put(folder, "a.jsonl", message())

    assert watcher.look() == 0
    with path.open("a") as file:  # it is still being copied
        file.write("\n" + json.dumps(message("H29.01-261001-2")))
    assert watcher.look() == 0
    assert watcher.look() == 1
    assert Dossier.objects.count() == 2
    assert names(folder) == ["done"]
    assert names(folder / "done") == ["a.jsonl", "a.jsonl.report.txt"]
    report = (folder / "done" / "a.jsonl.report.txt").read_text(encoding="utf-8")
    assert "2 accepted, 0 unchanged, 0 refused" in report


def test_the_same_name_again_is_taken_harmlessly(folder: Path, watcher: Watcher) -> None:
    for _time in range(2):
        put(folder, "a.jsonl", message())
        watcher.look()
        watcher.look()

    assert Dossier.objects.count() == 1
    assert names(folder / "done") == [
        "a.2.jsonl", "a.2.jsonl.report.txt", "a.jsonl", "a.jsonl.report.txt",
    ]  # fmt: skip


def test_what_was_refused_lies_beside_its_file(folder: Path, watcher: Watcher) -> None:
    put(folder, "a.jsonl", message(), message("H29.01-261001-2", MaTTHC=""))
    put(folder, "b.json", "no list")
    watcher.look()

    assert watcher.look() == 2
    assert names(folder / "refused") == [
        "a.jsonl", "a.jsonl.refused.csv", "a.jsonl.report.txt", "b.json", "b.json.report.txt",
    ]  # fmt: skip
    assert "neither a list" in (folder / "refused" / "b.json.report.txt").read_text()
    assert Dossier.objects.count() == 1


def test_unfinished_and_foreign_files_are_left(folder: Path, watcher: Watcher) -> None:
    left = [".a.jsonl", "b.jsonl.tmp", "c.jsonl.part", "~$d.xlsx", "mapping.yaml", "e.jsonl~"]
    for name in left:
        put(folder, name, message())
    watcher.look()

    assert watcher.look() == 0
    assert names(folder) == sorted(left)


def test_a_store_that_is_away_is_waited_for(
    folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.jsonl", message())
    watcher.look()
    real = watching.load_eras

    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(watching, "load_eras", away)
    assert watcher.look() == 0
    monkeypatch.setattr(watching, "load_eras", real)
    assert watcher.look() == 1


def test_a_fault_of_ours_keeps_no_other_file_out(
    folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.jsonl", message())
    put(folder, "b.jsonl", message("H29.01-261001-2"))
    watcher.look()
    real = watching.import_file

    def faulty(planned: watching.Plan, *rest: object, **named: object) -> object:
        if planned.path.name == "a.jsonl":
            raise ZeroDivisionError
        return real(planned, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(watching, "import_file", faulty)

    assert watcher.look() == 2
    assert names(folder / "done") == ["b.jsonl", "b.jsonl.report.txt"]
    assert "ZeroDivisionError" in (folder / "refused" / "a.jsonl.report.txt").read_text()


def test_a_file_written_to_while_it_is_read_stays(
    folder: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, "a.jsonl", message())
    watcher.look()
    real = watching.import_file

    def meanwhile(*rest: object, **named: object) -> object:
        outcome = real(*rest, **named)  # type: ignore[arg-type]
        with path.open("a") as file:
            file.write("\n" + json.dumps(message("H29.01-261001-2")))
        return outcome

    monkeypatch.setattr(watching, "import_file", meanwhile)
    assert watcher.look() == 0
    monkeypatch.setattr(watching, "import_file", real)
    watcher.look()
    watcher.look()
    assert Dossier.objects.count() == 2
    assert "a.jsonl" in names(folder / "done")


def test_told_to_stop_it_leaves_the_file_for_the_next_start(folder: Path, watcher: Watcher) -> None:
    put(folder, "a.jsonl", *(message(f"H29.01-261001-{n}") for n in range(1_500)))
    watcher.look()
    asked: list[int] = []
    watcher.stopping = lambda: bool(asked.append(1)) or len(asked) > 1

    with pytest.raises(StoppedError):
        watcher.look()

    assert Dossier.objects.count() == 1_000
    watcher.stopping = lambda: False
    watcher.look()
    assert "500 accepted, 1,000 unchanged" in (folder / "done" / "a.jsonl.report.txt").read_text(
        encoding="utf-8"
    )
    assert Dossier.objects.count() == 1_500


def test_one_folder_has_one_watcher(folder: Path) -> None:
    with locked(folder), pytest.raises(AlreadyWatchedError), locked(folder):
        pass
    with locked(folder):
        result = CliRunner().invoke(watch, [str(folder), "--once"])
    assert (result.exit_code, "another process watches" in result.output) == (1, True)
    with locked(folder):
        pass


def test_it_may_look_once(folder: Path, units: SimpleNamespace) -> None:
    put(folder, "a.jsonl", message())

    result = CliRunner().invoke(watch, [str(folder), "--once", "--every", "0.1"])

    assert result.exit_code == 0, result.output
    assert "done: a.jsonl: 1 accepted" in result.output


def test_it_ends_when_it_is_terminated(folder: Path, tmp_path: Path) -> None:
    program = (
        "import django; django.setup()\n"
        "from phucvu.intake.commands import watch\n"
        f"watch([{str(folder)!r}, '--every', '0.1'])"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env={
        **os.environ, "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
        "PHUCVU_DATA": str(tmp_path / "data"),
    })  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while not (folder / ".phucvu-watch.lock").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
