"""Page of the tree of units on any day: opened branch by branch, searched without diacritics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu import clock
from phucvu.scoring import Kind as PeriodKind
from phucvu.scoring import Period
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree, load_eras
from phucvu.web import pages
from phucvu.web.formatting import plain

__all__ = ["branch", "unit_tree"]

_MOST_FOUND = 60


@dataclass(frozen=True)
class _Twig:
    """A unit in the tree, with the number of units below it and the address of its page."""

    node: UnitNode
    kind: str
    below: int
    address: str
    path: Sequence[UnitNode] = ()


@require_safe
def unit_tree(request: HttpRequest) -> HttpResponse:
    """Show the top of the tree, or the results of a search. `?ngay=` is the day, `?tim=` the
    words.
    """
    day = _day(request)
    tree, words = load_eras().on(day), request.GET.get("tim", "").strip()[:100]
    found = _found(tree, words, day) if words else []
    return pages.show(
        request,
        "web/tree.html",
        {
            "day": day,
            "today": clock.today(),
            "words": words,
            "number": len(tree),
            "twigs": found[:_MOST_FOUND] if words else [_twig(tree, n, day) for n in tree.roots],
            "found": len(found),
            "more": max(0, len(found) - _MOST_FOUND),
            "first_end": load_eras().first_end,
        },
    )


@require_safe
def branch(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Render the units directly below a unit: a list to be put into an open page."""
    day = _day(request)
    tree = load_eras().on(day)
    if unit_id not in tree:
        raise Http404
    twigs = [_twig(tree, node, day) for node in tree.children(unit_id)]
    answer = render(request, "web/parts/twigs.html", {"twigs": twigs, "day": day})
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _day(request: HttpRequest) -> date:
    written = request.GET.get("ngay", "")
    try:
        return date.fromisoformat(written) if written else clock.today()
    except ValueError as error:
        raise Http404(gettext("%(text)s is not a day.") % {"text": written}) from error


def _found(tree: UnitTree, words: str, day: date) -> list[_Twig]:
    wanted = plain(words).split()
    return [
        _twig(tree, node, day, tree.path(node.id)[:-1])
        for node in tree
        if all(word in f"{plain(node.name)} {node.code.casefold()}" for word in wanted)
    ]


def _twig(tree: UnitTree, node: UnitNode, day: date, path: Sequence[UnitNode] = ()) -> _Twig:
    address = reverse("web:unit", args=[node.code])
    if day < clock.today():
        # The code may be another's today.
        address += f"?ky={Period.containing(day, PeriodKind.MONTH)}"
    return _Twig(node, str(Kind(node.kind).label), len(tree.descendants(node.id)), address, path)
