"""Operations that read figures: periods, scoreboards, scores with reasons, trends, editions.
Public.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from phucvu import scorecards
from phucvu.api import figures_told as told
from phucvu.api.figures_schemas import (
    BoardOut,
    EditionNameOut,
    EditionOut,
    PeriodOut,
    ScoreOut,
    TrendOut,
)
from phucvu.api.pace import keep_pace
from phucvu.api.parameters import Moment
from phucvu.api.problems import ProblemError
from phucvu.opendata.serving import cache_control, conditional, open_to_all, version_of
from phucvu.results.boards import current_edition, scoreboard, unit_score
from phucvu.results.maps import Atlas, View
from phucvu.results.periods import NotBegunError, periods_with_data, require_begun
from phucvu.results.trends import trend
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["router"]

router = Router(tags=["figures"])

UnitCode = Annotated[str, Path(description="A unit's code", examples=["H20"])]
AskedPeriod = Annotated[
    str, Query(description="2026, 2026-H1, 2026-9M, 2026-Q3, 2026-08", examples=["2026"])
]
AskedMap = Annotated[
    View,
    Query(
        alias="map",
        description="`then`: the units of the period's last day, as they were; `today`: today's, "
        "each with what those did that became it",
    ),
]
KnownAt = Annotated[
    Moment | None, Query(description="Leave out what was published or typed in later")
]

_JSON = msgspec.json.Encoder(decimal_format="number")


_EXTRA = {
    "responses": {304: {"description": "Nothing changed since the version whose ETag was sent"}}
}


@router.get(
    "/units/{raw_code:code}/periods", response=list[PeriodOut], operation_id="listPeriods",
    summary="Periods with figures", openapi_extra=_EXTRA,
)  # fmt: skip
def list_periods(request: HttpRequest, code: UnitCode) -> HttpResponseBase:
    """List the periods with a figure of the unit or of one below it, the newest first."""
    atlas = Atlas.open()
    tree, unit = _unit(request, code, atlas.newest)
    return _answer(request, tree, unit, lambda now: [
        told.period_told(period) for period in periods_with_data(unit, atlas, tree)
    ])  # fmt: skip


@router.get(
    "/units/{raw_code:code}/scoreboard", response=BoardOut, operation_id="readScoreboard",
    summary="A scoreboard", openapi_extra=_EXTRA,
)  # fmt: skip
def read_scoreboard(
    request: HttpRequest,
    code: UnitCode,
    period: AskedPeriod,
    kind: Kind,
    as_of: KnownAt = None,
    view: AskedMap = View.THEN,
) -> HttpResponseBase:
    """Rank the units of a kind directly below this one; those without figures stand at the end."""
    when, moment, atlas = _period(period), _aware(as_of), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)

    def board(now: datetime) -> told.Told:
        found = scoreboard(
            unit, kind, when,
            tree=tree, earlier=atlas.before(when), now=now, as_of=moment,
        )  # fmt: skip
        return told.board_told(found, view)

    return _answer(request, tree, unit, board, when, kind, moment, view)


@router.get(
    "/units/{raw_code:code}/score", response=ScoreOut, operation_id="readScore",
    summary="A unit's score, with reasons", openapi_extra=_EXTRA,
)  # fmt: skip
def read_score(
    request: HttpRequest,
    code: UnitCode,
    period: AskedPeriod,
    as_of: KnownAt = None,
    view: AskedMap = View.THEN,
) -> HttpResponseBase:
    """Return total, groups and every component: counts, points, their sources, the missing ones."""
    when, moment, atlas = _period(period), _aware(as_of), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)

    def score(now: datetime) -> told.Told:
        earlier = atlas.before(when)
        found = unit_score(unit, when, tree=tree, earlier=earlier, now=now, as_of=moment)
        return told.score_told(found, view)

    return _answer(request, tree, unit, score, when, moment, view)


@router.get(
    "/units/{raw_code:code}/trend", response=TrendOut, operation_id="readTrend",
    summary="How a unit moved", openapi_extra=_EXTRA,
)  # fmt: skip
def read_trend(
    request: HttpRequest, code: UnitCode, period: AskedPeriod, view: AskedMap = View.THEN
) -> HttpResponseBase:
    """Return twelve months of counted figures up to the period's end, and every published
    moment.
    """
    when, edition, atlas = _period(period), current_edition(), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)

    def moved(now: datetime) -> told.Told:
        found = trend(unit, when, edition, tree=tree, trees=atlas.tree, now=now)
        return told.trend_told(unit, when, edition, found, view)

    return _answer(request, tree, unit, moved, when, view)


@router.get(
    "/scorecards", response=list[EditionNameOut], operation_id="listScorecards",
    summary="Editions of the scorecard",
)  # fmt: skip
def list_scorecards(request: HttpRequest) -> HttpResponseBase:
    """List the editions this installation knows."""
    keep_pace(request)
    editions = [
        scorecards.load(id_, settings.PHUCVU_SCORECARDS)
        for id_ in scorecards.available(settings.PHUCVU_SCORECARDS)
    ]
    return _encoded([{"id": edition.id, "digest": edition.digest} for edition in editions])


@router.get(
    "/scorecards/{id}", response=EditionOut, operation_id="readScorecard",
    summary="An edition of the scorecard as data",
)  # fmt: skip
def read_scorecard(
    request: HttpRequest,
    id: Annotated[str, Path(examples=["qd766-portal-2026"])],
) -> HttpResponseBase:
    """Return groups, components, points, targets and the clause of each rule."""
    keep_pace(request)
    if id not in scorecards.available(settings.PHUCVU_SCORECARDS):
        raise _not_found(_("There is no scorecard %(id)s.") % {"id": id})
    return _encoded(told.edition_told(scorecards.load(id, settings.PHUCVU_SCORECARDS)))


# --- what they share --------------------------------------------------------------------------


def _unit(
    request: HttpRequest, code: str, tree: UnitTree, period: Period | None = None
) -> tuple[UnitTree, UnitNode]:
    """Return the unit that bears the code in a tree, whose figures of a period are asked for."""
    keep_pace(request)
    unit = tree.by_code(code)
    if unit is None:
        raise _not_found(_("There is no unit with the code %(code)s.") % {"code": code})
    if period is not None:
        try:
            require_begun(period, unit)
        except NotBegunError as error:
            raise _not_found(str(error)) from error
    return tree, unit


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise _not_found(_("%(text)s is not a period.") % {"text": text}) from error


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or timezone.is_aware(moment):
        return moment
    return timezone.make_aware(moment)


def _not_found(detail: str) -> ProblemError:
    return ProblemError(404, detail, headers={"Access-Control-Allow-Origin": "*"})


def _answer(
    request: HttpRequest,
    tree: UnitTree,
    unit: UnitNode,
    tell: Callable[[datetime], object],
    *more: object,
) -> HttpResponseBase:
    """Answer, or answer 304 where the reader has this version."""
    version = version_of(tree, unit, current_edition(), request.path, *more)
    return conditional(request, version, lambda: _encoded(tell(version.moment)))


def _encoded(answer: object) -> HttpResponseBase:
    response = HttpResponse(_JSON.encode(answer), content_type="application/json")
    response.headers["Cache-Control"] = cache_control()
    return open_to_all(response)
