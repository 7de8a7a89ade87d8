"""Indicators for which values can be reported."""

from __future__ import annotations

from django.conf import settings

from phucvu import scorecards
from phucvu.scoring import Scorecard

__all__ = [
    "NATIONAL_REPORT",
    "TOTAL",
    "choices",
    "computed",
    "known",
    "leads",
    "percentages",
]

TOTAL = "TOTAL"
# The national report's figure: dossiers received, in `denominator`.
NATIONAL_REPORT = "BCQG"


def _in_use() -> Scorecard:
    """Return the edition people are scored by."""
    folders = [folder for folder in settings.PHUCVU_SCORECARDS if folder.is_dir()]
    return scorecards.load(settings.PHUCVU_SCORECARD, folders).scorecard


def known() -> list[str]:
    """Return every word the column `indicator` may hold, each once."""
    card = _in_use()
    words = (*card.indicators, *card.groups, TOTAL, NATIONAL_REPORT, *card.evidence)
    return list(dict.fromkeys(words))


def leads() -> dict[str, frozenset[str]]:
    """List the indicators that the edition gives each leading role."""
    card = _in_use()
    return {role: card.led_by(role) for role in card.leads}


def computed() -> set[str]:
    """Return groups and the total: they follow from the components, and no unit reports them."""
    return {*_in_use().groups, TOTAL}


def percentages() -> set[str]:
    """Return the indicators that are a share, where a numerator above the denominator is
    suspect.
    """
    return {item.id for item in _in_use().indicators.values() if item.unit == "percent"}


def choices(language: str) -> list[tuple[str, str]]:
    """List the components, for people to choose one to report."""
    return [(i.id, f"{i.id} {i.name.get(language)}") for i in _in_use().indicators.values()]
