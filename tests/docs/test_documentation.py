"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re

import pytest
import yaml

from phucvu import cli, scorecards
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
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
