"""Pages of a unit's procedures, and of one procedure by unit.

They show how long it takes, how often it is on time, and how far it is offered online.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.editions.finding import PeriodEdition
from phucvu.editions.words import not_by_procedure
from phucvu.results.handling import handled_in, is_told, name_of, procedures_of, rules
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.view_models.procedures import columns, show_handled

__all__ = ["procedure", "unit_procedures"]


@require_safe
def unit_procedures(request: HttpRequest, code: str) -> HttpResponse:
    """Show the procedures of which a unit and all below it had dossiers in a period."""
    since = newest_mark()
    found = pages.look(request, code)
    if found is None:
        raise Http404
    tree, unit, asked = found.tree, found.unit, found.asked
    scored = _scored(found)
    shown = columns(rules(scored.edition), scored.edition.scorecard.headline)
    rows = [
        show_handled(handled, shown, procedure=name)
        for name, handled in procedures_of(unit, asked.period, tree, scored.edition)
    ]
    context = {
        "unit": unit,
        "path": tree.path(unit.id),
        "asked": asked,
        "columns": shown,
        "rows": rows,
        "few": any(row.few for row in rows),
        "untold": not rows and not is_told(unit, asked.period, tree, scored.edition),
        "simulation": pages.simulation([unit]),
    }
    return pages.show(
        request, "web/procedures.html", context, live=[unit], since=since, scored=scored
    )


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show one procedure in a unit and in each unit below it."""
    name = name_of(code)
    if name is None:
        raise Http404(gettext("There is no procedure with the code %(code)s.") % {"code": code})
    since = newest_mark()
    found = pages.look(request, request.GET.get("don-vi", ""))
    if found is None:
        raise Http404
    tree, unit, asked = found.tree, found.unit, found.asked
    scored = _scored(found)
    every = rules(scored.edition)
    own, handled = handled_in(code, unit, asked.period, tree, scored.edition)
    some = [node for node in tree.children(unit.id) if node.id in handled]
    some.sort(key=lambda node: -(handled[node.id].dossiers or 0))
    shown = columns(every, scored.edition.scorecard.headline)
    context = {
        "procedure": name,
        "unit": unit,
        "path": tree.path(unit.id),
        "roots": tree.roots,
        "asked": asked,
        "own": show_handled(own, every),
        "columns": shown,
        "rows": [show_handled(handled[node.id], shown, unit=node) for node in some],
        "few": own.dossiers is None or any(each.dossiers is None for each in handled.values()),
        "simulation": pages.simulation([unit]),
    }
    return pages.show(
        request, "web/procedure.html", context, live=[unit], since=since, scored=scored
    )


def _scored(found: pages.Look) -> PeriodEdition:
    """Find what scores the unit in the period. Raises Http404 where another is asked for."""
    if found.asked.compared is not None:
        raise Http404(not_by_procedure())
    return found.asked.scored(found.unit.kind)
