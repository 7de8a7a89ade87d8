"""Common parts of the public pages: the tree, the period and map of the address, the frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from phucvu import clock
from phucvu.editions.finding import Editions, PeriodEdition, UnknownEditionError
from phucvu.editions.words import unknown
from phucvu.results.boards import communes_further_below
from phucvu.results.maps import Atlas, View
from phucvu.results.periods import NotBegunError, default_period, periods_with_data, require_begun
from phucvu.scorecards import Edition
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web.live.marks import Mark

__all__ = [
    "FRAGMENT_HEADER",
    "MAP_TODAY",
    "Look",
    "PageChoice",
    "edition_named",
    "is_fragment",
    "kind_below",
    "kinds_below",
    "kinds_on_map",
    "look",
    "show",
    "simulation",
    "units_around",
]

FRAGMENT_HEADER = "X-Fragment"


MAP_TODAY = "nay"
"""What `?ban-do=` says for today's map; without it, units are as they were."""


@dataclass(frozen=True)
class PageChoice:
    """Period and map of a page, the periods it could show, and the edition it compares by.

    `compared`: another edition than the one that scores the period, which a reader asked for.
    """

    period: Period
    periods: Sequence[Period]
    atlas: Atlas
    editions: Editions
    compared: Edition | None = None

    def scored(self, kind: str) -> PeriodEdition:
        """Find what scores units of a kind in the period, or was asked for in its place."""
        return self.editions.of(self.period, kind, asked=self.compared)

    @property
    def on_todays_map(self) -> bool:
        """Tell whether today's units are shown with the facts of those they took over."""
        return self.atlas.view is View.TODAY

    @property
    def maps_differ(self) -> bool:
        """Tell whether the two maps differ: some unit ended or changed before today."""
        first = self.atlas.eras.first_end
        return first is not None and first <= self.atlas.today

    @property
    def day(self) -> date:
        """Return the day whose units are shown."""
        return self.atlas.today if self.on_todays_map else self.atlas.day(self.period)

    @property
    def earlier(self) -> UnitTree:
        """Return the units of the period before."""
        return self.atlas.before(self.period)

    @property
    def query(self) -> str:
        """Write the period, the map and the edition, for an address of another page."""
        chosen = f"&ban-do={MAP_TODAY}" if self.on_todays_map else ""
        compared = f"&bo={self.compared.id}" if self.compared else ""
        return f"ky={self.period}{chosen}{compared}"


@dataclass(frozen=True)
class Look:
    """Unit of a page, among the units of its period."""

    tree: UnitTree
    unit: UnitNode
    asked: PageChoice


def look(request: HttpRequest, code: str = "") -> Look | None:
    """Return the unit with this code (else the top one), with the period and map of the address.

    A code means the unit that bore it on the period's last day, or today on today's map; without a
    period, the unit that bore it last. None where no unit is loaded. Raises Http404 where no unit
    bore the code, and for a period that has not begun.
    """
    atlas = Atlas.open(View.TODAY if request.GET.get("ban-do") == MAP_TODAY else View.THEN)
    editions = Editions.open()
    compared = edition_named(request, editions)
    written = request.GET.get("ky", "")
    if written:
        period = _period(written)
        tree = atlas.tree(period)
        unit = _unit(atlas, tree, code, period)
        if unit is None:
            return None
        _require_begun(period, unit)
        periods = periods_with_data(unit, atlas, tree)
        return Look(
            tree, unit,
            PageChoice(
                period, periods if period in periods else [period, *periods], atlas,
                editions, compared,
            ),
        )  # fmt: skip
    tree = atlas.newest
    last = None if not code or tree.by_code(code) else atlas.last_bearing(code)
    if last is not None and last.end is not None and atlas.view is View.THEN:
        tree = atlas.at(last.end - timedelta(days=1))
    unit = _unit(atlas, tree, code)
    if unit is None:
        return None
    periods = periods_with_data(unit, atlas, tree)
    period = default_period(periods)
    asked = PageChoice(period, periods, atlas, editions, compared)
    return Look(atlas.tree(period) if periods else tree, unit, asked)


def edition_named(request: HttpRequest, editions: Editions) -> Edition | None:
    """Find the edition `?bo=` asks for; None without one. Raises Http404 for an unknown one."""
    written = request.GET.get("bo", "")
    try:
        return editions.named(written) if written else None
    except UnknownEditionError as error:
        raise Http404(unknown(error)) from error


def _period(written: str) -> Period:
    try:
        return Period.parse(written)
    except PeriodError as error:
        raise Http404(gettext("%(text)s is not a period.") % {"text": written}) from error


def _require_begun(period: Period, unit: UnitNode) -> None:
    try:
        require_begun(period, unit)
    except NotBegunError as error:
        raise Http404(str(error)) from error


def _unit(atlas: Atlas, tree: UnitTree, code: str, period: Period | None = None) -> UnitNode | None:
    if not code:
        # Of several roots, the one with the most below it.
        return max(tree.roots, key=lambda root: len(tree.descendants(root.id)), default=None)
    unit = tree.by_code(code)
    if unit is not None:
        return unit
    if atlas.eras.knows(code):
        told = gettext(
            "On this map no unit has the code %(code)s in this period: it began later, or it "
            "has ended."
        )
        raise Http404(told % {"code": code})
    raise Http404(gettext("There is no unit with the code %(code)s.") % {"code": code})


def kinds_below(tree: UnitTree, unit: UnitNode) -> list[Kind]:
    """Return the kinds of unit directly below, in their usual order."""
    present = {child.kind for child in tree.children(unit.id)}
    return [kind for kind in Kind if kind in present]


def kind_below(
    request: HttpRequest, tree: UnitTree, unit: UnitNode, *, on_map: bool = False
) -> Kind | None:
    """Return the kind `?loai=` names, else the first kind below; None without units below.

    `on_map` takes the kinds that a map can show. Raises Http404 for a kind that is not below.
    """
    kinds = kinds_on_map(tree, unit) if on_map else kinds_below(tree, unit)
    wanted = request.GET.get("loai", "")
    if wanted and wanted not in kinds:
        raise Http404(gettext("%(unit)s has no units of this kind.") % {"unit": unit.name})
    if wanted:
        return Kind(wanted)
    return kinds[0] if kinds else None


def kinds_on_map(tree: UnitTree, unit: UnitNode) -> list[Kind]:
    """Return the kinds a map of the unit can show: those directly below, and all its communes."""
    return kinds_below(tree, unit) + [Kind.COMMUNE] * communes_further_below(tree, unit)


def units_around(tree: UnitTree, unit: UnitNode) -> list[tuple[str, Sequence[UnitNode]]]:
    """Return units to go to from here, for a chooser: those above, of the same level, below."""
    above = tree.ancestors(unit.id)[::-1]
    beside = tree.children(unit.parent_id)
    found = [
        (gettext("Above"), above),
        (gettext("Same level"), beside),
        (gettext("Below"), tree.children(unit.id)),
    ]
    return [(words, units) for words, units in found if units]


def simulation(units: Iterable[UnitNode]) -> str:
    """Tell whether `all`, `some` or none ('') of the units on a page are simulated."""
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
    since: Mark = Mark(),  # noqa: B008 - it never changes
    status: int = 200,
    scored: PeriodEdition | None = None,
) -> HttpResponse:
    """Render a page, or only its main part where an open page asks for its news.

    `live` are the units whose changes the open page follows, from the mark `since` on. `scored`:
    what scores the figures on it; what is unusual about that stands at the top, and a comparison
    is kept out of search engines.
    """
    response = render(
        request,
        template,
        {
            **context,
            "fragment": is_fragment(request),
            "live_units": " ".join(unit.code for unit in live),
            "live_since": since,
            "shown_at": clock.now(),
            "scored": scored,
        },
        status=status,
    )
    if scored is not None and scored.is_comparison:
        response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, [FRAGMENT_HEADER, "Cookie"])
    # Whoever shows no cookie but the language's is a stranger, and strangers see the same.
    alone = set(request.COOKIES) <= {settings.LANGUAGE_COOKIE_NAME}
    response.headers["Cache-Control"] = "public, no-cache" if alone else "private, no-cache"
    return response


def is_fragment(request: HttpRequest) -> bool:
    """Tell whether an open page asks for its main part only."""
    return FRAGMENT_HEADER in request.headers
