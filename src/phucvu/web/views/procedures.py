"""A unit's procedures, and one procedure by unit: how long, how often on time, how far online."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import current_edition
from phucvu.results.handling import Handled, handled_by_unit, name_of, procedures_of, rules
from phucvu.web import pages
from phucvu.web.shown.procedures import columns, show_handled

__all__ = ["procedure", "unit_procedures"]

_KEPT = 15 * 60  # seconds


@require_safe
def unit_procedures(request: HttpRequest, code: str) -> HttpResponse:
    """The procedures a unit and all below it had dossiers of in a period."""
    found = pages.look(request, code)
    if found is None:
        raise Http404
    tree, unit, asked = found.tree, found.unit, found.asked
    shown = columns(rules(current_edition()))
    rows = [
        show_handled(handled, shown, procedure=name)
        for name, handled in procedures_of(unit, asked.period, tree)
    ]
    context = {
        "unit": unit,
        "path": tree.path(unit.id),
        "asked": asked,
        "columns": shown,
        "rows": rows,
        "few": any(row.few for row in rows),
        "simulation": pages.simulation([unit]),
    }
    return pages.show(request, "web/procedures.html", context)


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure in a unit and in each unit below it."""
    name = name_of(code)
    if name is None:
        raise Http404(gettext("There is no procedure with the code %(code)s.") % {"code": code})
    found = pages.look(request, request.GET.get("don-vi", ""))
    if found is None:
        raise Http404
    tree, unit, asked = found.tree, found.unit, found.asked
    every = rules(current_edition())
    below = tree.children(unit.id)
    handled = _handled(code, found)
    some = [node for node in below if handled[node.id].dossiers != 0]
    some.sort(key=lambda node: -(handled[node.id].dossiers or 0))
    shown = columns(every)
    context = {
        "procedure": name,
        "unit": unit,
        "path": tree.path(unit.id),
        "asked": asked,
        "own": show_handled(handled[unit.id], every),
        "columns": shown,
        "rows": [show_handled(handled[node.id], shown, unit=node) for node in some],
        "few": any(handled[node.id].dossiers is None for node in (unit, *some)),
        "simulation": pages.simulation([unit]),
    }
    return pages.show(request, "web/procedure.html", context)


def _handled(code: str, found: pages.Look) -> dict[int, Handled]:
    """Kept for a quarter of an hour: the median reads every dossier there is."""
    units = [found.unit, *found.tree.children(found.unit.id)]
    key = f"handled:{code}:{found.unit.id}:{found.asked.query}"
    kept: dict[int, Handled] | None = cache.get(key)
    if kept is None or any(node.id not in kept for node in units):
        kept = handled_by_unit(code, units, found.asked.period, found.tree)
        cache.set(key, kept, _KEPT)
    return kept
