"""The tables of columns on the page about measures, which follow from the declarations."""

from __future__ import annotations

import re
from pathlib import Path

from phucvu.facts import VOCABULARIES
from phucvu.facts.catalogue import CATALOGUE
from phucvu.measures import Column, Vocabulary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures.md"
_TABLE = re.compile(r"(?<=---\|\n)(?:\| `.*\n)+")


def written_anew(page: str) -> str:
    """The page with each table that has just the columns of a kind as they are declared."""
    by_names = {frozenset(each): rows(each) for each in (*VOCABULARIES.values(), CATALOGUE)}
    return _TABLE.sub(lambda table: by_names.get(_names(table[0]), table[0]), page)


def rows(vocabulary: Vocabulary) -> str:
    """The rows of the table of a kind's columns."""
    return "".join(f"| {' | '.join(_cells(column))} |\n" for column in vocabulary.values())


def _cells(column: Column) -> list[str]:
    kind = column.type.value + (", null" if column.nullable else "")
    return [f"`{column.name}`", kind, column.meaning_en, column.meaning_vi, column.message_field]


def _names(table: str) -> frozenset[str]:
    return frozenset(line.split("`")[1] for line in table.splitlines())
