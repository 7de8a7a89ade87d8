"""What a figure can be stated about."""

from __future__ import annotations

from django.conf import settings

from phucvu import scorecards
from phucvu.scoring import Scorecard

__all__ = [
    "COMPANIONS",
    "NATIONAL_REPORT",
    "TOTAL",
    "choices",
    "computed",
    "known",
    "percentages",
]

TOTAL = "TOTAL"
# The national report's figure: dossiers received, in `denominator`.
NATIONAL_REPORT = "BCQG"
# The portal publishes these beside the scored ones. They are kept as evidence, never scored:
# petitions by class (rules, staff), and the groups ONLINE and TTTT taken together.
COMPANIONS = ("5.C1", "5.C2", "ONLINE_SERVICE")


def _in_use() -> Scorecard:
    """The edition people are scored by."""
    folders = [folder for folder in settings.PHUCVU_SCORECARDS if folder.is_dir()]
    return scorecards.load(settings.PHUCVU_SCORECARD, folders).scorecard


def known() -> list[str]:
    """Every word the column `indicator` may hold, each once."""
    card = _in_use()
    words = (*card.indicators, *card.groups, TOTAL, NATIONAL_REPORT, *COMPANIONS)
    return list(dict.fromkeys(words))


def computed() -> set[str]:
    """Groups and the total: they follow from the components, and no unit states them itself."""
    return {*_in_use().groups, TOTAL}


def percentages() -> set[str]:
    """Indicators that are a share, so that a numerator above the denominator is suspect."""
    return {item.id for item in _in_use().indicators.values() if item.unit == "percent"}


def choices(language: str) -> list[tuple[str, str]]:
    """The components, for people to choose one to state."""
    return [(i.id, f"{i.id} {i.name.get(language)}") for i in _in_use().indicators.values()]
