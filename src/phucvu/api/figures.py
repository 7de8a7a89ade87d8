"""Operations that read figures: periods, scoreboards, scores with reasons, trends, editions.
Public.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from phucvu.api import figures_told as told
from phucvu.api.asked_edition import edition_asked
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
from phucvu.editions.finding import Editions, PeriodEdition
from phucvu.opendata.serving import cache_control, conditional, open_to_all, version_of
from phucvu.results.boards import scoreboard, unit_score
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
AskedEdition = Annotated[
    str | None,
    Query(
        alias="edition",
        description="Another edition than the one that scores the period: a comparison, without "
        "ranks (`edition.basis` says `compared`)",
        examples=["qd766-document"],
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
    ], None)  # fmt: skip


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
    by: AskedEdition = None,
) -> HttpResponseBase:
    """Rank the units of a kind directly below this one; those without figures stand at the end."""
    when, moment, atlas = _period(period), _aware(as_of), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)
    editions = Editions.open()
    asked = edition_asked(by, editions)
    scored = editions.of(when, kind, asked=asked, known_at=moment)

    def board(now: datetime) -> told.Told:
        found = scoreboard(
            unit, kind, when, asked, editions=editions,
            tree=tree, earlier=atlas.before(when), now=now, as_of=moment,
        )  # fmt: skip
        return told.board_told(found, view)

    return _answer(request, tree, unit, board, scored, kind, moment, view)


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
    by: AskedEdition = None,
) -> HttpResponseBase:
    """Return total, groups and every component: counts, points, their sources, the missing ones."""
    when, moment, atlas = _period(period), _aware(as_of), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)
    editions = Editions.open()
    asked = edition_asked(by, editions)
    scored = editions.of(when, unit.kind, asked=asked, known_at=moment)

    def score(now: datetime) -> told.Told:
        found = unit_score(
            unit, when, asked, editions=editions,
            tree=tree, earlier=atlas.before(when), now=now, as_of=moment,
        )  # fmt: skip
        return told.score_told(found, view)

    return _answer(request, tree, unit, score, scored, moment, view)


@router.get(
    "/units/{raw_code:code}/trend", response=TrendOut, operation_id="readTrend",
    summary="How a unit moved", openapi_extra=_EXTRA,
)  # fmt: skip
def read_trend(
    request: HttpRequest,
    code: UnitCode,
    period: AskedPeriod,
    view: AskedMap = View.THEN,
    by: AskedEdition = None,
) -> HttpResponseBase:
    """Return twelve months of counted figures up to the period's end, and every published
    moment.

    Each month is scored by the edition of its own, which its point names.
    """
    when, atlas = _period(period), Atlas.open(view)
    tree, unit = _unit(request, code, atlas.tree(when), when)
    editions = Editions.open()
    asked = edition_asked(by, editions)
    scored = editions.of(when, unit.kind, asked=asked)

    def moved(now: datetime) -> told.Told:
        found = trend(unit, when, asked, editions=editions, tree=tree, trees=atlas.tree, now=now)
        return told.trend_told(unit, found, view)

    return _answer(request, tree, unit, moved, scored, view)


@router.get(
    "/scorecards", response=list[EditionNameOut], operation_id="listScorecards",
    summary="Editions of the scorecard",
)  # fmt: skip
def list_scorecards(request: HttpRequest) -> HttpResponseBase:
    """List the editions in use here."""
    keep_pace(request)
    editions = [each.edition for each in Editions.open().in_use]
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
    edition = edition_asked(id)
    assert edition is not None  # noqa: S101 - an id was given
    return _encoded(told.edition_told(edition))


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
    scored: PeriodEdition | None,
    *more: object,
) -> HttpResponseBase:
    """Answer, or answer 304 where the reader has this version."""
    version = version_of(tree, unit, scored, request.path, *more)
    compared = scored is not None and scored.is_comparison
    return conditional(request, version, lambda: _encoded(tell(version.moment), compared=compared))


def _encoded(answer: object, *, compared: bool = False) -> HttpResponseBase:
    response = HttpResponse(_JSON.encode(answer), content_type="application/json")
    if compared:
        response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = cache_control()
    return open_to_all(response)
