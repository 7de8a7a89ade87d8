"""Operation `GET /dossiers/{code}/explanation`: the verdict on a dossier, for those who may send
it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from phucvu import clock
from phucvu.accounts.asking import may
from phucvu.accounts.policy import Resource
from phucvu.api.asked_edition import edition_asked
from phucvu.api.problems import ProblemError
from phucvu.api.security import key_of, key_to, note_refusal
from phucvu.register.models import Dossier
from phucvu.results.explained_period import period_and_edition
from phucvu.results.explaining import explain
from phucvu.results.explaining_json import as_plain
from phucvu.results.periods import NotBegunError
from phucvu.scoring import PeriodError

__all__ = ["router"]

router = Router(tags=["dossiers"])


class TextOut(Schema):
    """A text in both languages."""

    vi: str
    en: str


class VerdictOut(TextOut):
    """Verdict; its `result` is on_time, within_term, overdue, not_counted or not_in_period."""

    result: str | None


class BelongingOut(TextOut):
    """Place in a period; its `reason` is received, carried_over, ended_before, placed_after or
    not_placed.
    """

    reason: str


class ReasonsOut(Schema):
    """Reasons why it does not count, a sentence for each part of the condition."""

    vi: list[str]
    en: list[str]


class PartOut(Schema):
    """A part of a condition that does not hold, with the dossier's own columns it reads.

    `holds` is null where something that is not given leaves it open.
    """

    definition: str | None
    condition: str
    holds: bool | None
    columns: dict[str, Any]


class MeasureOut(Schema):
    """Contribution of the dossier to a measure, with the parts that left it out."""

    name: str
    label: TextOut
    value: int
    counts: bool
    indicators: list[str]
    left_out_by: list[PartOut]
    reasons: ReasonsOut


class IndicatorOut(Schema):
    """Contribution of the dossier to an indicator; null where a part is not a sum over dossiers."""

    id: str
    name: TextOut
    clause: str
    window: str
    in_window: bool
    numerator: int | None
    denominator: int | None


class ExplanationOut(Schema):
    """Explanation of the verdict. Moments are on the unit's own clock; `end` and `due_by` name a
    column or definition.
    """

    dossier: str
    unit: str
    procedure: str
    period: str
    scorecard: str
    judged_up_to: str
    in_period: bool
    belonging: BelongingOut
    placed_at: str | None
    ended_at: str | None
    end: str | None
    due_at: str | None
    due_by: str | None
    supplement_ms: int
    days_late: int | None
    verdict: VerdictOut
    measures: list[MeasureOut]
    indicators: list[IndicatorOut]


@router.get(
    "/dossiers/{raw_code:code}/explanation",
    auth=key_to(Resource.READ),
    response=ExplanationOut,
    operation_id="explainDossier",
    summary="Explain a dossier's verdict",
)
def explain_dossier(
    request: HttpRequest, code: str, period: str | None = None, scorecard: str | None = None
) -> dict[str, Any]:
    """Tell whether a dossier is on time, by which end and due date, and which measures count it.

    `period` is such as 2026, 2026-Q3 or 2026-08; without it, the year the dossier was received in.
    `scorecard`: another edition than the one that scores the unit then, to compare with.
    """
    dossier = _dossier(request, code)
    asked, now = edition_asked(scorecard), clock.now()
    try:
        when, edition = period_and_edition(dossier, period, asked, now)
    except NotBegunError as error:
        raise ProblemError(404, str(error)) from error
    except PeriodError as error:
        raise ProblemError(422, str(error)) from error
    return as_plain(explain(dossier, when, edition, now))


def _dossier(request: HttpRequest, code: str) -> Dossier:
    """Return a dossier of the key's subtree; of any other, answer that there is none."""
    key = key_of(request)
    dossier = Dossier.objects.select_related("unit").filter(code=code).first()
    if dossier is not None and not may(key, Resource.READ, dossier.unit):
        note_refusal(request, key, Resource.READ, dossier.unit)
        dossier = None
    if dossier is None:
        raise ProblemError(404, _("There is no such dossier among those of the key's unit."))
    return dossier
