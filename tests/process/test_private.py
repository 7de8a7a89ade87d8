"""What the program writes is for its own account only, from the first start on."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from phucvu.config.private_files import ExposedError, make_private
from tests.server import Server

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files have no modes here")


def exposed(folder: Path) -> list[tuple[str, str]]:
    """What others may read or enter."""
    entries = [folder, *folder.rglob("*")]
    return [
        (str(each.relative_to(folder)), oct(stat.S_IMODE(each.stat().st_mode)))
        for each in entries
        if each.stat().st_mode & 0o077
    ]


def test_a_new_installation_is_closed(tmp_path: Path) -> None:
    before = os.umask(0o022)  # as a shell has it
    try:
        fresh = Server(tmp_path / "data")
        fresh.environment["PHUCVU_NEW_PASSWORD"] = "mot-mat-khau-dai"
        fresh.command("migrate")
        fresh.command("account", "create", "an", "--email", "an@example.vn")
    finally:
        os.umask(before)
    assert (tmp_path / "data/phucvu.sqlite3").is_file()
    assert exposed(tmp_path / "data") == []


def test_an_open_one_is_mended_at_the_start(tmp_path: Path) -> None:
    data = Server(tmp_path / "data")
    data.command("migrate")
    mails = tmp_path / "data/mail"
    mails.mkdir(exist_ok=True)
    (mails / "reset.log").write_text("https://…/tai-khoan/password/reset/key/", encoding="utf-8")
    for each in (tmp_path / "data").rglob("*"):
        each.chmod(0o755 if each.is_dir() else 0o644)
    (tmp_path / "data").chmod(0o755)
    data.command("units", "list")
    assert exposed(tmp_path / "data") == []


def test_a_folder_for_everybody_is_refused_in_words(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    done = Server(shared).command("units", "list", check=False)
    assert done.returncode == 1
    assert "is a folder for everybody" in done.stderr
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777


def test_what_cannot_be_shut_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phucvu.sqlite3").touch(0o644)
    (tmp_path / "phucvu.sqlite3").chmod(0o644)

    def not_the_owner(_path: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", not_the_owner)
    before = os.umask(0o022)
    try:
        with pytest.raises(ExposedError, match="belongs to another account"):
            make_private(tmp_path)
    finally:
        os.umask(before)
