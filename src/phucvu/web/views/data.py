"""Page of open data: the files, how to get them, the meaning of their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from phucvu.opendata.columns import PROCEDURES, SCORES, STATES, TRENDS, FileColumn
from phucvu.opendata.licence import licence
from phucvu.results.boards import communes_further_below
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web import pages

__all__ = ["open_data"]


@dataclass(frozen=True)
class Offer:
    """A table offered as a file: the name of its address and its content."""

    address: str
    title: str | Promise
    holds: str | Promise
    query: str = ""


_BOARD = Offer(
    "opendata:board",
    _("Scoreboard of the units below"),
    _("Total, groups and components of each unit, with counts, rank and change."),
)
_COMMUNES = Offer(
    "opendata:board",
    _("All communes, wards and special zones"),
    _("The same of every one of them below the unit, ranked together."),
    "loai=commune",
)
_OFFERS = (
    Offer(
        "opendata:unit",
        _("The unit itself"),
        _("Its total, groups and components, with where each figure comes from."),
    ),
    Offer(
        "opendata:trends",
        _("Over time"),
        _("Twelve months of what is counted, every published moment."),
    ),
    Offer(
        "opendata:procedures",
        _("By procedure"),
        _("Its counted components by administrative procedure; small numbers are hidden."),
    ),
)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Show the page of open data for the unit `?don-vi=` (else the top one) and a period."""
    found = pages.look(request, request.GET.get("don-vi", ""))
    context: dict[str, Any] = {
        "dictionary": _dictionary(),
        "states": STATES.items(),
        "licence": licence(),
    }
    if found is not None:
        tree, unit = found.tree, found.unit
        offers = [*_boards(tree, unit), *_OFFERS]
        context |= {
            "unit": unit,
            "choices": pages.units_around(tree, unit),
            "asked": found.asked,
            "offers": offers,
            "example": offers[0].address,
            "simulation": pages.simulation([unit]),
        }
    scored = found.asked.scored(found.unit.kind) if found is not None else None
    return pages.show(request, "web/data.html", context, scored=scored)


def _boards(tree: UnitTree, unit: UnitNode) -> list[Offer]:
    """Offer the scoreboard of the units below, and one of all communes where they are further
    below.
    """
    further = communes_further_below(tree, unit)
    return [_BOARD] * bool(tree.children(unit.id)) + [_COMMUNES] * further


def _dictionary() -> list[FileColumn]:
    """List every column once, in the order of the scoreboard's file."""
    found: dict[str, FileColumn] = {}
    for column in (*SCORES, *PROCEDURES, *TRENDS):
        found.setdefault(column.name, column)
    return list(found.values())
