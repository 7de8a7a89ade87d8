"""Pages of one component and of the whole scorecard."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from phucvu import scorecards
from phucvu.editions.finding import Editions
from phucvu.editions.words import title
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.boundaries import unit_boundaries
from phucvu.results.component_changes import component_changes
from phucvu.scorecards import Edition
from phucvu.scorecards.texts import lines_of
from phucvu.units.history import history_of
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.web import pages
from phucvu.web.live.marks import newest_mark
from phucvu.web.trends import trend_of
from phucvu.web.view_models.charts import ratio_history
from phucvu.web.view_models.choices import show_choices
from phucvu.web.view_models.components import bars, ends_of, rule_words, spread_of
from phucvu.web.view_models.units import show_component
from phucvu.web.view_models.words import kind_in_plural

__all__ = ["component", "scorecard_text", "whole_scorecard"]

_TEXT_CACHED_FOR = 3600  # seconds; a published text does not change


@require_safe
def component(request: HttpRequest, id_: str) -> HttpResponse:
    """Show a component's meaning, its rule with a unit's numbers, and the places of the units."""
    since = newest_mark()
    found = pages.look(request, request.GET.get("don-vi", ""))
    if found is None:
        editions = Editions.open()
        edition = pages.edition_named(request, editions) or editions.today()
        return pages.show(request, "web/component.html", _rule(edition, id_))
    tree, unit, asked = found.tree, found.unit, found.asked
    scored = asked.scored(unit.kind)
    context = _rule(scored.edition, id_)
    rule = context["rule"]
    how: dict[str, Any] = {
        "editions": asked.editions, "tree": tree, "earlier": asked.earlier,
    }  # fmt: skip
    score = unit_score(unit, asked.period, asked.compared, **how)
    breaks = unit_boundaries(history_of(unit.id))
    points = trend_of(request, unit, asked).indicators.get(id_, ())
    # A unit with none below it is shown among its peers.
    parent = unit if tree.children(unit.id) else tree.get(unit.parent_id or 0)
    kind = _kind(request, tree, unit, parent)
    board = None
    if parent is not None and kind is not None:
        board = scoreboard(parent, kind, asked.period, asked.compared, **how)
    if board is not None and id_ in board.edition.scorecard.indicators:
        moved = component_changes(board, id_, **how)
        found_bars = bars(board, id_, moved)
        context |= {
            "bars": found_bars,
            "spread": spread_of(found_bars, rule, unit.id),
            # Of a comparison nobody is named best or worst.
            "ends": None if scored.is_comparison else ends_of(found_bars, rule),
        }
    context |= {
        "unit": unit,
        "parent": parent,
        "asked": asked,
        "shown": show_component(score, id_),
        "history": ratio_history(points, breaks, days=rule.unit == "days"),
        "kind_words": kind_in_plural(kind) if kind else "",
        "kinds": [(each, kind_in_plural(each)) for each in _kinds(tree, parent)],
        "kind": kind,
        "simulation": pages.simulation(
            [unit, *(entry.unit for entry in board.entries)] if board else [unit]
        ),
    }
    live = [unit] if parent is None or parent.id == unit.id else [unit, parent]
    return pages.show(request, "web/component.html", context, live=live, since=since, scored=scored)


def _rule(edition: Edition, id_: str) -> dict[str, Any]:
    """Look a component's rule up in an edition. Raises Http404 where that has none."""
    card = edition.scorecard
    if id_ not in card.indicators:
        told = gettext("“%(edition)s” has no component %(id)s.")
        raise Http404(told % {"edition": title(edition), "id": id_})
    rule = card.indicators[id_]
    return {
        "edition": edition,
        "rule": rule,
        "group": card.groups[rule.group],
        "words": rule_words(rule),
        "texts": lines_of(id_, scorecards.published(edition.id, settings.PHUCVU_SCORECARDS)),
    }


@require_safe
def scorecard_text(request: HttpRequest, edition: str) -> HttpResponse:
    """Answer with an edition of the scorecard, or one it extends, as the published YAML."""
    texts = {
        source.file.rsplit("/", 1)[-1].removesuffix(".yaml"): source.text
        for name in scorecards.available(settings.PHUCVU_SCORECARDS)
        for source in scorecards.published(name, settings.PHUCVU_SCORECARDS)
    }
    if edition not in texts:
        raise Http404(gettext("There is no scorecard %(id)s.") % {"id": edition})
    answer = HttpResponse(texts[edition], content_type="application/yaml; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={_TEXT_CACHED_FOR}"
    return answer


@require_safe
def whole_scorecard(request: HttpRequest) -> HttpResponse:
    """Show every group and component with its points and target: of today's edition, or `?bo=`.

    Beside it, the editions in use and what an operator chose for single periods.
    """
    editions = Editions.open()
    today = editions.today()
    edition = pages.edition_named(request, editions) or today
    scorecard = edition.scorecard
    groups = [(group, scorecard.components(code)) for code, group in scorecard.groups.items()]
    scored = sum(rule.scored for rule in scorecard.indicators.values())
    return pages.show(
        request,
        "web/scorecard.html",
        {
            "scorecard": scorecard,
            "is_todays": edition.digest == today.digest,
            "editions": [each.edition for each in editions.in_use],
            "chosen": show_choices(editions),
            "setting": editions.setting,
            "groups": groups,
            "scored_components": scored,
            "texts": [
                source.file.rsplit("/", 1)[-1].removesuffix(".yaml")
                for source in scorecards.published(scorecard.id, settings.PHUCVU_SCORECARDS)
            ],
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
