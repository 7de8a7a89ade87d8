"""The page about the language names everything there is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phucvu.facts import VOCABULARIES
from phucvu.facts.catalogue import CATALOGUE
from phucvu.measures import Vocabulary
from phucvu.measures.tokens import FUNCTIONS, KEYWORDS
from tests.snapshots.columns_page import rows

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text("utf-8")


KINDS = [*VOCABULARIES.values(), CATALOGUE]


@pytest.mark.parametrize("vocabulary", KINDS, ids=lambda vocabulary: vocabulary.fact)
def test_columns(vocabulary: Vocabulary) -> None:
    # Written by `python -m tests.snapshots`, below a heading of its own.
    assert f"---|\n{rows(vocabulary)}\n" in f"{PAGE}\n"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions(function: str) -> None:
    assert f"| `{function}(" in PAGE


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_keywords(keyword: str) -> None:
    assert keyword in PAGE
