"""A twelfth kind of fact is one file and one migration: every face follows from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TWELFTH = Path(__file__).parent / "twelfth"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one file more."""
    folder = tmp_path_factory.mktemp("twelfth")
    left_out = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(ROOT / "src/phucvu", folder / "src/phucvu", ignore=left_out)
    (folder / "src/phucvu/web/static/dist").mkdir(parents=True)
    shutil.copy(TWELFTH / "surveys.py", folder / "src/phucvu/facts/surveys.py")
    return folder


def run(program: Path, *arguments: str) -> str:
    surroundings: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "PYTHONPATH": str(program / "src"),
        "PHUCVU_DATA": str(program / "data"),
        "DJANGO_SETTINGS_MODULE": "phucvu.config.settings",
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        env=surroundings,
        cwd=program,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_twelfth_kind_is_one_file_and_one_migration(program: Path) -> None:
    before = set((program / "src").rglob("*.py"))
    told = json.loads(run(program, str(TWELFTH / "using.py")).splitlines()[-1])
    (made,) = set((program / "src").rglob("*.py")) - before
    content = made.read_text(encoding="utf-8")
    assert content.count("migrations.CreateModel(") == 1
    assert "migrations.Alter" not in content and "migrations.AddField" not in content
    assert "survey_code_once" in content

    assert told["outcomes"] == [1, 2]
    assert told["row"] == {"code": "KS-1", "score": 16, "way": "", "again": False, "remark": ""}
    assert told["reasons"] == [
        "is too large: at most 18",
        "unknown code: text of 13 characters",
        "is 0, which nobody answers on the phone",
    ]
    # Of a refused record only what has its declared shape, and of a name nothing, is kept.
    assert "Nguyễn" not in json.dumps(told["kept"], ensure_ascii=False)
    assert (told["kept"]["code"], told["kept"]["score"]) == ("KS-2", "19")
    assert told["columns"] == [
        "id", "unit_id", "code", "answered_at", "score", "way", "again", "remark",
    ]  # fmt: skip
    assert told["required"] == ["code", "unit", "answered_at", "score"]
    assert told["way"] == ["paper", "phone", "", None]
    assert told["administration"] == [
        "code", "unit", "answered_at_date", "score", "way", "again", "remark", "changed_at",
    ]  # fmt: skip
    assert told["mapping"] == [["answered_at"], ["answered_at", "score"]]
    assert told["headings"] == ["ngay tra loi", "answered"]
    assert told["measures"] == ["again", "score"]
    assert "0 accepted, 0 unchanged, 0 refused" in told["template"]
    assert told["left"] == 0
