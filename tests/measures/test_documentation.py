"""The page about the language names everything there is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phucvu.measures import CATALOGUE, FACTS, Column
from phucvu.measures.tokens import FUNCTIONS, KEYWORDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text("utf-8")


COLUMNS = [c for fact in (*FACTS.values(), CATALOGUE) for c in fact.values()]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_columns(column: Column) -> None:
    kind = column.type.value + (", null" if column.nullable else "")
    row = [f"`{column.name}`", kind, column.meaning_en, column.meaning_vi, column.message_field]
    assert f"| {' | '.join(row)} |" in PAGE


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions(function: str) -> None:
    assert f"| `{function}(" in PAGE


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_keywords(keyword: str) -> None:
    assert keyword in PAGE
