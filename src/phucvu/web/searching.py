"""Search for units, components and procedures by name or code, without diacritics and letter
case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from phucvu.register.models import Procedure
from phucvu.scoring import Indicator, Scorecard
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web.formatting import plain
from phucvu.web.view_models.maps import short_name

__all__ = ["Found", "FoundProcedure", "FoundUnit", "Hits", "find"]

MOST = 40
LONGEST = 100  # letters of a question

Item = TypeVar("Item")
_plain = lru_cache(maxsize=20_000)(plain)


@dataclass(frozen=True)
class Hits(Generic[Item]):
    """The best hits of one kind, and the number of all hits."""

    shown: Sequence[Item]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class FoundUnit:
    """A unit found, with the units above it from the top down."""

    unit: UnitNode
    path: Sequence[UnitNode]


@dataclass(frozen=True)
class FoundProcedure:
    """A procedure of the catalogue that was found."""

    code: str
    name: str
    field: str


@dataclass(frozen=True)
class Found:
    """Hits of a search, by kind."""

    units: Hits[FoundUnit]
    components: Hits[Indicator]
    procedures: Hits[FoundProcedure]

    @property
    def count(self) -> int:
        return self.units.count + self.components.count + self.procedures.count


def find(question: str, tree: UnitTree, scorecard: Scorecard) -> Found:
    """Find everything in whose name or code each word of the question occurs.

    Names that begin with the question come first, then those with its words at the beginnings of
    words; among equals a unit comes before those inside it.
    """
    words = _plain(question[:LONGEST]).split()
    if not words:
        return Found(Hits([], 0), Hits([], 0), Hits([], 0))
    units = _best(tree, words, lambda unit: (short_name(unit.name), unit.name, unit.code))
    units.sort(key=lambda pair: (pair[0], len(tree.ancestors(pair[1].id))))
    rules = scorecard.indicators.values()
    components = _best(rules, words, lambda rule: (rule.name.vi, rule.name.en, rule.id))
    catalogue = Procedure.objects.newest_last()
    rows = catalogue.values_list("procedure_code", "name", "field_name").iterator()
    listed = {code: FoundProcedure(code, *row) for code, *row in rows}.values()
    procedures = _best(listed, words, lambda each: (each.name, each.field, each.code))
    return Found(
        _hits([FoundUnit(unit, tree.ancestors(unit.id)[::-1]) for _, unit in units]),
        _hits([rule for _, rule in components]),
        _hits([procedure for _, procedure in procedures]),
    )


def _best(
    things: Iterable[Item],
    words: Sequence[str],
    texts_of: Callable[[Item], tuple[str, ...]],
) -> list[tuple[int, Item]]:
    """Return the things in which every word occurs, each with its distance from the question."""
    found = []
    for thing in things:
        texts = [_plain(text) for text in texts_of(thing)]
        distance = _distance(texts, words)
        if distance is not None:
            found.append((distance, thing))
    found.sort(key=lambda pair: pair[0])  # stable: else as they came
    return found


def _distance(texts: Sequence[str], words: Sequence[str]) -> int | None:
    every = " ".join(texts)
    if not all(word in every for word in words):
        return None
    question = " ".join(words)
    if question in texts:
        return 0
    if any(text.startswith(question) for text in texts):
        return 1
    parts = every.split()
    at_beginnings = all(any(part.startswith(word) for part in parts) for word in words)
    return 2 if at_beginnings else 3


def _hits(found: list[Item]) -> Hits[Item]:
    return Hits(found[:MOST], len(found))
