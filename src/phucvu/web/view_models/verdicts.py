"""View model of the verdict on one dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext

from phucvu import clock
from phucvu.register.models import Dossier
from phucvu.results.explained_period import period_and_edition
from phucvu.results.explaining import Explanation, IndicatorOutcome, explain
from phucvu.results.periods import NotBegunError
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import Period, PeriodError
from phucvu.web import formatting

__all__ = ["MeasureViewModel", "VerdictViewModel", "show_verdict"]


@dataclass(frozen=True)
class MeasureViewModel:
    """Contribution of the dossier to a measure, with the reasons that left it out."""

    label: str
    value: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class VerdictViewModel:
    """Verdict in a sentence, with everything it follows from."""

    found: Explanation
    sentence: str
    belonging: str
    period: Period
    measures: Sequence[MeasureViewModel]
    indicators: Sequence[IndicatorOutcome]


def show_verdict(dossier: Dossier, written: str) -> VerdictViewModel:
    """Lay out the verdict in a period; without one, in the year the dossier was received in.

    Raises Http404 for a text that is no period, or a period that has not begun.
    """
    now = clock.now()
    try:
        period, edition = period_and_edition(dossier, written, None, now)
    except NotBegunError as error:
        raise Http404(str(error)) from error
    except PeriodError as error:
        raise Http404(gettext("%(text)s is not a period.") % {"text": written}) from error
    found = explain(dossier, period, edition, now)
    labels = {name: formatting.said(m.label) for name, m in edition.scorecard.measures.items()}
    return VerdictViewModel(
        found,
        sentence(found),
        belonging_text(found),
        period,
        [
            MeasureViewModel(labels[name], outcome.value, reasons(found, outcome))
            for name, outcome in found.measures.items()
        ],
        found.indicators,
    )
