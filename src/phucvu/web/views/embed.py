"""What other sites may embed: a badge, the map, the table; and the page that says how.

These pages alone may be framed. They set no cookie and depend on none, so anyone may keep them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from phucvu.results.boards import Scoreboard, UnitScore, scoreboard, unit_score
from phucvu.units.tree import UnitNode, UnitTree, load_tree
from phucvu.web import pages
from phucvu.web.assets import asset_file
from phucvu.web.shown.boards import show_board
from phucvu.web.shown.maps import show_map
from phucvu.web.views.boards import tabs_below

__all__ = ["badge", "embedded_board", "embedded_map", "embedding", "script"]

_KEPT = 300  # seconds
_SCRIPT_KEPT = 3600

View = Callable[..., HttpResponse]


def _embeddable(view: View) -> View:
    """Framed by anyone, kept by anyone, in the language of the address."""

    @wraps(view)
    def embedded(request: HttpRequest, code: str) -> HttpResponse:
        language = request.GET.get("ngon-ngu", "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            tree = load_tree()
            response = view(request, tree, pages.unit_of(tree, code))
        response.headers["Content-Language"] = language
        response.headers["Cache-Control"] = f"public, max-age={_KEPT}"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    by_anyone = csp_replace({"frame-ancestors": ["*"]})
    return require_safe(xframe_options_exempt(by_anyone(embedded)))  # type: ignore[arg-type,return-value]


@_embeddable
def badge(request: HttpRequest, tree: UnitTree, unit: UnitNode) -> HttpResponse:
    """A unit's total and band as a small picture."""
    asked = pages.period_of(request, unit, tree)
    context = {"score": unit_score(unit, asked.period, tree=tree), "asked": asked}
    return render(request, "web/embed/badge.html", context, content_type="image/svg+xml")


@_embeddable
def embedded_map(request: HttpRequest, tree: UnitTree, unit: UnitNode) -> HttpResponse:
    """The map of the units below one, with its legend."""
    board = _board(request, tree, unit)
    query = urlencode({"loai": board.kind})

    def page_of(score: UnitScore) -> str:
        return f"{reverse('web:unit', args=[score.unit.code])}?ky={board.period}"

    shown = show_map(
        board,
        request.GET.get("chi-so", ""),
        "",
        shapes=f"{reverse('web:map_shapes', args=[unit.code])}?{query}",
        schematic=True,
        page_of=page_of,
        inside_of=lambda score: "",
    )
    full = reverse("web:map", args=[unit.code])
    return _render(request, "web/embed/map.html", board, {"shown": shown, "full": full})


@_embeddable
def embedded_board(request: HttpRequest, tree: UnitTree, unit: UnitNode) -> HttpResponse:
    """The units below one by rank."""
    board = _board(request, tree, unit)
    full = reverse("web:board", args=[unit.code])
    return _render(
        request, "web/embed/board.html", board, {"shown": show_board(board, ""), "full": full}
    )


@require_safe
def embedding(request: HttpRequest) -> HttpResponse:
    """How to embed: the code to copy, and what it will look like."""
    tree = load_tree()
    if not tree.roots:
        return pages.show(request, "web/empty.html", {})
    code = request.GET.get("don-vi", "")
    unit = pages.unit_of(tree, code) if code else pages.top_unit(tree)
    kind = pages.kind_below(request, tree, unit)
    context = {
        "unit": unit,
        "choices": pages.units_around(tree, unit),
        "asked": pages.period_of(request, unit, tree),
        "kind": kind,
        "tabs": tabs_below(tree, unit, kind),
        "site": f"{request.scheme}://{request.get_host()}",
        "simulation": pages.simulation([unit]),
    }
    return pages.show(request, "web/embedding.html", context)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script other sites load. Its address never changes."""
    file: Path | None = asset_file("phucvu.js")
    if file is None:
        raise Http404
    response = HttpResponse(file.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={_SCRIPT_KEPT}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _board(request: HttpRequest, tree: UnitTree, unit: UnitNode) -> Scoreboard:
    kind = pages.kind_below(request, tree, unit)
    if kind is None:
        raise Http404
    return scoreboard(unit, kind, pages.period_of(request, unit, tree).period, tree=tree)


def _render(
    request: HttpRequest, template: str, board: Scoreboard, context: dict[str, Any]
) -> HttpResponse:
    return render(
        request,
        template,
        {
            **context,
            "board": board,
            "shown_at": timezone.now(),
            "simulation": pages.simulation(entry.unit for entry in board.entries),
        },
    )
