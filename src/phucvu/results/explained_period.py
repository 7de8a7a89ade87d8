"""Period in which a fact is explained, and the edition that scores it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from phucvu.editions.finding import Editions
from phucvu.register.facts import DOSSIERS, Fact
from phucvu.results.explaining import period_of
from phucvu.results.periods import require_begun
from phucvu.scorecards import Edition
from phucvu.scoring import Period

__all__ = ["period_and_edition"]


def period_and_edition(
    fact: Any, written: str | None, asked: Edition | None, now: datetime, kind: Fact = DOSSIERS
) -> tuple[Period, Edition]:
    """Read the period as it is written; without one, take the year the fact was received in.

    `asked`: another edition than the one that scores the fact's unit then. Raises PeriodError for
    what is no period, NotBegunError, and UncountedKindError where nothing of the kind is counted.
    """
    editions, unit = Editions.open(), getattr(fact, "unit", None)
    of = "" if unit is None else unit.kind
    if written:
        period = Period.parse(written)
        if unit is not None:
            require_begun(period, unit, now)
    else:
        today = timezone.localdate(now)
        period = period_of(fact, asked or editions.today(of), today, kind)
    return period, asked or editions.of(period, of).edition
