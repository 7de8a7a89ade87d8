"""Indicators for which values can be reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from phucvu.editions.finding import Editions
from phucvu.scorecards import Edition
from phucvu.scoring import Scorecard

__all__ = [
    "NATIONAL_REPORT",
    "TOTAL",
    "FigureWords",
    "choices",
    "computed",
    "known",
    "words_of",
]

TOTAL = "TOTAL"
# The national report's figure: dossiers received, in `denominator`.
NATIONAL_REPORT = "BCQG"


@dataclass(frozen=True)
class FigureWords:
    """The words of one edition that a figure can be stated about.

    `shares`: those whose numerator is part of the denominator, so that one above it is suspect.
    `leads`: the indicators of each leading role.
    """

    known: frozenset[str]
    shares: frozenset[str]
    leads: Mapping[str, frozenset[str]]


def known(editions: Editions) -> list[str]:
    """Return every word the column `indicator` may hold in some period, each once."""
    words = [
        word
        for card in _cards(editions)
        for word in (*card.indicators, *card.groups, *card.evidence)
    ]
    return list(dict.fromkeys((*words, TOTAL, NATIONAL_REPORT)))


@lru_cache(maxsize=64)
def words_of(edition: Edition) -> FigureWords:
    """Give what can be stated of a period that the edition scores."""
    card = edition.scorecard
    return FigureWords(
        frozenset((*card.indicators, *card.groups, *card.evidence, TOTAL, NATIONAL_REPORT)),
        frozenset(item.id for item in card.indicators.values() if item.unit == "percent"),
        {role: card.led_by(role) for role in card.leads},
    )


def computed(editions: Editions) -> set[str]:
    """Return groups and the total: they follow from the components, and no unit reports them."""
    return {*(code for card in _cards(editions) for code in card.groups), TOTAL}


def choices(editions: Editions, language: str) -> list[tuple[str, str]]:
    """List the components, for people to choose one to report.

    A number that means one thing in one edition and another in the next is listed with both names.
    """
    names: dict[str, dict[str, None]] = {}
    for card in (editions.today().scorecard, *_cards(editions)):
        for item in card.indicators.values():
            names.setdefault(item.id, {})[item.name.get(language)] = None
    return [(id_, f"{id_} {' / '.join(found)}") for id_, found in names.items()]


def _cards(editions: Editions) -> list[Scorecard]:
    cards = [each.edition.scorecard for each in editions.in_use]
    return cards if editions.setting is None else [editions.setting.scorecard, *cards]
