"""What every page of the public site needs: the tree, the period asked for, the frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from phucvu.counters.models import Change
from phucvu.results.periods import default_period, periods_with_data
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = [
    "FRAGMENT_HEADER",
    "Asked",
    "is_fragment",
    "kind_below",
    "kinds_below",
    "latest_change",
    "period_of",
    "show",
    "simulation",
    "top_unit",
    "unit_of",
    "units_around",
]

FRAGMENT_HEADER = "X-Fragment"


@dataclass(frozen=True)
class Asked:
    """The period a page shows, and those it could show."""

    period: Period
    periods: Sequence[Period]


def unit_of(tree: UnitTree, code: str) -> UnitNode:
    """The unit with this code. Raises 404 where none bears it today."""
    unit = tree.by_code(code)
    if unit is None:
        raise Http404(gettext("There is no unit with the code %(code)s.") % {"code": code})
    return unit


def top_unit(tree: UnitTree) -> UnitNode:
    """Of the roots, the one with the most below it. The tree may not be empty."""
    return max(tree.roots, key=lambda root: len(tree.descendants(root.id)))


def period_of(request: HttpRequest, unit: UnitNode, tree: UnitTree) -> Asked:
    """The period `?ky=` names, else the one with data that people ask for first."""
    periods = periods_with_data(unit, tree=tree)
    written = request.GET.get("ky", "")
    if not written:
        return Asked(default_period(periods), periods)
    try:
        period = Period.parse(written)
    except PeriodError as error:
        raise Http404(gettext("%(text)s is not a period.") % {"text": written}) from error
    return Asked(period, periods if period in periods else [period, *periods])


def kinds_below(tree: UnitTree, unit: UnitNode) -> list[Kind]:
    """The kinds of unit directly below, in their usual order."""
    present = {child.kind for child in tree.children(unit.id)}
    return [kind for kind in Kind if kind in present]


def kind_below(request: HttpRequest, tree: UnitTree, unit: UnitNode) -> Kind | None:
    """The kind `?loai=` names, else the first kind below; None where nothing is below."""
    kinds = kinds_below(tree, unit)
    wanted = request.GET.get("loai", "")
    if wanted and wanted not in kinds:
        raise Http404(gettext("%(unit)s has no units of this kind.") % {"unit": unit.name})
    if wanted:
        return Kind(wanted)
    return kinds[0] if kinds else None


def units_around(tree: UnitTree, unit: UnitNode) -> list[tuple[str, Sequence[UnitNode]]]:
    """Units to go to from here, for a chooser: those above, of the same level, below."""
    above = tree.ancestors(unit.id)[::-1]
    beside = tree.children(unit.parent_id)
    found = [
        (gettext("Above"), above),
        (gettext("Same level"), beside),
        (gettext("Below"), tree.children(unit.id)),
    ]
    return [(words, units) for words, units in found if units]


def simulation(units: Iterable[UnitNode]) -> str:
    """Whether `all`, `some` or none ('') of the units on a page are made up."""
    made_up = [unit.simulated for unit in units]
    if not any(made_up):
        return ""
    return "all" if all(made_up) else "some"


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    live: Iterable[UnitNode] = (),
    since: int = 0,
    status: int = 200,
) -> HttpResponse:
    """Render a page, or only its main part where an open page asks for its news.

    `live`: the units whose changes the open page follows, from the change `since` on.
    """
    response = render(
        request,
        template,
        {
            **context,
            "fragment": is_fragment(request),
            "live_units": " ".join(unit.code for unit in live),
            "live_since": since,
            "shown_at": timezone.now(),
        },
        status=status,
    )
    patch_vary_headers(response, [FRAGMENT_HEADER, "Cookie"])
    # Whoever shows no cookie but the language's is a stranger, and strangers see the same.
    alone = set(request.COOKIES) <= {settings.LANGUAGE_COOKIE_NAME}
    response.headers["Cache-Control"] = "public, no-cache" if alone else "private, no-cache"
    return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether an open page asks for its main part only."""
    return FRAGMENT_HEADER in request.headers


def latest_change() -> int:
    """The newest change there is. Asked before the figures are read, so none falls between."""
    return Change.objects.aggregate(last=Max("pk"))["last"] or 0
