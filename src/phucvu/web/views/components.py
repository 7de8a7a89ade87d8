"""A component's page, and the whole scorecard at a glance."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu.results.boards import current_edition, scoreboard, unit_score
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web import pages
from phucvu.web.shown.charts import ratio_history
from phucvu.web.shown.components import bars, rule_words
from phucvu.web.shown.units import show_component
from phucvu.web.shown.words import kind_in_plural
from phucvu.web.trends import trend_of

__all__ = ["component", "whole_scorecard"]


@require_safe
def component(request: HttpRequest, id_: str) -> HttpResponse:
    """What a component means, its rule with a unit's numbers in it, and where units stand."""
    scorecard = current_edition().scorecard
    if id_ not in scorecard.indicators:
        raise Http404(gettext("The scorecard has no component %(id)s.") % {"id": id_})
    rule = scorecard.indicators[id_]
    context = {
        "scorecard": scorecard,
        "rule": rule,
        "group": scorecard.groups[rule.group],
        "words": rule_words(rule),
        "others": list(scorecard.indicators.values()),
    }
    since = pages.latest_change()
    found = pages.look(request, request.GET.get("don-vi", ""))
    if found is None:
        return pages.show(request, "web/component.html", context)
    tree, unit, asked = found.tree, found.unit, found.asked
    score = unit_score(unit, asked.period, tree=tree, earlier=asked.earlier)
    points = trend_of(request, unit, asked).indicators.get(id_, ())
    # A unit with none below it is shown among its peers.
    parent = unit if tree.children(unit.id) else tree.get(unit.parent_id or 0)
    kind = _kind(request, tree, unit, parent)
    board = None
    if parent is not None and kind is not None:
        board = scoreboard(parent, kind, asked.period, tree=tree, earlier=asked.earlier)
    context |= {
        "unit": unit,
        "parent": parent,
        "asked": asked,
        "shown": show_component(score, id_),
        "history": ratio_history(points, days=rule.unit == "days"),
        "kind_words": kind_in_plural(kind) if kind else "",
        "kinds": [(each, kind_in_plural(each)) for each in _kinds(tree, parent)],
        "kind": kind,
        "bars": bars(board, id_) if board else [],
        "simulation": pages.simulation(
            [unit, *(entry.unit for entry in board.entries)] if board else [unit]
        ),
    }
    live = [unit] if parent is None or parent.id == unit.id else [unit, parent]
    return pages.show(request, "web/component.html", context, live=live, since=since)


@require_safe
def whole_scorecard(request: HttpRequest) -> HttpResponse:
    """Every group and component with its points and target."""
    scorecard = current_edition().scorecard
    groups = [(group, scorecard.components(code)) for code, group in scorecard.groups.items()]
    scored = sum(rule.scored for rule in scorecard.indicators.values())
    return pages.show(
        request,
        "web/scorecard.html",
        {
            "scorecard": scorecard,
            "groups": groups,
            "scored": scored,
        },
    )


def _kinds(tree: UnitTree, parent: UnitNode | None) -> list[Kind]:
    return [] if parent is None else pages.kinds_below(tree, parent)


def _kind(
    request: HttpRequest, tree: UnitTree, unit: UnitNode, parent: UnitNode | None
) -> Kind | None:
    kinds = _kinds(tree, parent)
    wanted = request.GET.get("loai", "")
    if wanted and wanted not in kinds:
        raise Http404(gettext("There are no units of this kind here."))
    if wanted:
        return Kind(wanted)
    if parent is not None and parent.id != unit.id:
        return Kind(unit.kind)
    return kinds[0] if kinds else None
