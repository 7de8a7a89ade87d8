"""A unit's procedures, and one procedure by unit: how long, how often on time, how far online."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import current_edition
from phucvu.results.handling import Handled, handled_by_unit, name_of, procedures_of, rules
from phucvu.scoring import Period
from phucvu.units.tree import UnitNode, UnitTree, load_tree
from phucvu.web import pages
from phucvu.web.shown.procedures import columns, show_handled

__all__ = ["procedure", "unit_procedures"]

_KEPT = 15 * 60  # seconds


@require_safe
def unit_procedures(request: HttpRequest, code: str) -> HttpResponse:
    """The procedures a unit and all below it had dossiers of in a period."""
    tree = load_tree()
    unit = pages.unit_of(tree, code)
    asked = pages.period_of(request, unit, tree)
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
    tree = load_tree()
    wanted = request.GET.get("don-vi", "")
    unit = pages.unit_of(tree, wanted) if wanted else pages.top_unit(tree)
    asked = pages.period_of(request, unit, tree)
    every = rules(current_edition())
    below = tree.children(unit.id)
    found = _handled(code, unit, below, asked.period, tree)
    some = [node for node in below if found[node.id].dossiers != 0]
    some.sort(key=lambda node: -(found[node.id].dossiers or 0))
    shown = columns(every)
    context = {
        "procedure": name,
        "unit": unit,
        "path": tree.path(unit.id),
        "asked": asked,
        "own": show_handled(found[unit.id], every),
        "columns": shown,
        "rows": [show_handled(found[node.id], shown, unit=node) for node in some],
        "few": any(found[node.id].dossiers is None for node in (unit, *some)),
        "simulation": pages.simulation([unit]),
    }
    return pages.show(request, "web/procedure.html", context)


def _handled(
    code: str, unit: UnitNode, below: list[UnitNode], period: Period, tree: UnitTree
) -> dict[int, Handled]:
    """Kept for a quarter of an hour: the median reads every dossier there is."""
    key = f"handled:{code}:{unit.id}:{period}"
    kept: dict[int, Handled] | None = cache.get(key)
    if kept is None or any(node.id not in kept for node in (unit, *below)):
        kept = handled_by_unit(code, [unit, *below], period, tree)
        cache.set(key, kept, _KEPT)
    return kept
