"""The dictionary in the documentation is the one the files go by."""

from __future__ import annotations

import re

from django.utils import translation

from phucvu.opendata.columns import PROCEDURES, SCORES, STATES, TRENDS
from phucvu.opendata.writing.forms import FORMS
from tests.conftest import ROOT

PAGE = (ROOT / "docs/open-data.md").read_text(encoding="utf-8")


def test_every_column_is_documented_as_it_is() -> None:
    with translation.override("en"):
        columns = {
            column.name: (str(column.type), str(column.meaning))
            for column in (*TRENDS, *PROCEDURES, *SCORES)
        }
    told = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)

    assert {name: (type_, meaning.replace("\\|", "|")) for name, type_, meaning in told} == columns


def test_a_column_means_the_same_in_every_file() -> None:
    known = {column.name: column for column in SCORES}
    for column in (*PROCEDURES, *TRENDS):
        assert known.get(column.name, column) == column


def test_every_state_and_form_is_documented() -> None:
    with translation.override("en"):
        states = {name: str(meaning) for name, meaning in STATES.items()}
    assert dict(re.findall(r"^- `(\w+)`: (.+)$", PAGE, re.MULTILINE)) == states
    for form in FORMS:
        assert f"`{form}`" in PAGE
