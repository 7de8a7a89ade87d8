"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
import yaml

from phucvu import cli, scorecards
from phucvu.scorecards.announcements import ANNOUNCED
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "GLOSSARY.md", *sorted(DOCS.rglob("*.md"))]
SOURCE = "\n".join(path.read_text() for path in (ROOT / "src" / "phucvu").rglob("*.py"))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_from_the_environment_is_documented():
    read = set(
        re.findall(
            r"(?:environ(?:\.get)?[\[(]|(?:flag|networks|one_of|pair|text|whole|words)\("
            r'|envvar=)\s*"([A-Z_]+)"',
            SOURCE,
        )
    )
    read |= {"DATABASE_URL", "PHUCVU_PORT"}
    read.discard("DJANGO_SETTINGS_MODULE")
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/settings.md"), re.MULTILINE))
    assert read == documented


def test_every_command_is_documented_and_every_documented_one_exists():
    pages = "\n".join(path.read_text() for path in PAGES)
    named = set(re.findall(r"phucvu ([a-z]+)", pages))
    assert named == set(cli.COMMANDS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), target


PROGRAM = ROOT / "src" / "phucvu"
ROOMS = {entry.name.removesuffix(".py") for entry in PROGRAM.iterdir()}
FOLDERS = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}


def names_in(page: str) -> list[str]:
    """Give what a page sets in code type within a line."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))


def is_there(dotted: str) -> bool:
    """Tell whether a dotted name, with or without `phucvu.` before it, is a module or in one."""
    parts = ["phucvu", *dotted.removeprefix("phucvu.").split(".")]
    for length in range(len(parts), 1, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for name in parts[length:]:
            fields = getattr(found, "__annotations__", {})
            found = getattr(found, name, fields.get(name))
        return found is not None
    return False


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_names_and_paths_of_the_program_in_a_page_exist(path):
    gone = []
    for name in names_in(path.read_text(encoding="utf-8")):
        dotted = re.fullmatch(r"([a-z_]+(?:\.\w+)+)(?:\(\))?", name)
        if dotted and dotted[1].split(".")[0] in ROOMS | {"phucvu"}:
            if name != "phucvu.sqlite3" and not is_there(dotted[1]):  # the store's file
                gone.append(name)
        elif re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?", name):
            first = name.split("/")[0]
            pattern = re.sub(r"\b[A-Z]+\b", "*", name.rstrip("/"))  # KIND.yaml: any of them
            base = PROGRAM if first in ROOMS else ROOT if first in FOLDERS else None
            if base is not None and not list(base.glob(pattern)):
                gone.append(name)
    assert gone == []


def test_a_name_that_is_gone_is_noticed():
    assert is_there("register.models.Dossier")
    assert is_there("phucvu.results.boards.Scoreboard.entries")
    assert not is_there("register.NationalReport")
    assert not is_there("register.models.Dossier.no_such_column")


def test_every_column_of_announced_procedures_is_documented():
    page = text("docs/scorecards.md")
    assert {name for name in ANNOUNCED if f"`{name}`" not in page} == set()


def test_every_field_of_an_indicator_is_documented():
    schema = scorecards.schema()
    fields = set(schema["$defs"]["indicator"]["properties"])
    page = text("docs/scorecards.md")
    assert {field for field in fields if f"`{field}`" not in page} == set()


def test_the_mapping_in_the_documentation_is_one_that_loads(tmp_path):
    from phucvu.intake.mapping import load_mapping

    example = re.search(r"```yaml\n(schema: 1\ncase:.*?)```", text("docs/files.md"), re.DOTALL)
    assert example is not None
    path = tmp_path / "mapping.yaml"
    path.write_text(example[1], encoding="utf-8")
    assert load_mapping(path).case == "case:concept:name"
    assert yaml.safe_load(example[1])["schema"] == 1


def test_decision_records_say_what_one_expects_of_them():
    for path in sorted((DOCS / "decisions").glob("*.md")):
        page = path.read_text(encoding="utf-8")
        for heading in ("Status: ", "## Context", "## Decision", "## Consequences"):
            assert heading in page, f"{path.name} lacks {heading}"
