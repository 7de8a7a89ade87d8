"""Search over units, components and procedures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.editions.finding import Editions
from phucvu.units.tree import load_tree
from phucvu.web import pages
from phucvu.web.searching import LONGEST, find

__all__ = ["search"]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the results of the search for `?q=`."""
    question = " ".join(request.GET.get("q", "")[:LONGEST].replace("\0", "").split())
    found = find(question, load_tree(), Editions.open().today().scorecard)
    units = [hit.unit for hit in found.units.shown]
    context = {
        "question": question,
        "found": found,
        "simulation": pages.simulation(units),
    }
    return pages.show(request, "web/search.html", context)
