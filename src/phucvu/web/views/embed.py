"""Views that other sites may embed: a badge, the map, the table; and the page that explains it.

Of all pages, only these may be framed. They set no cookie and depend on none, so anyone may cache
them.
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
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from phucvu import clock
from phucvu.editions.words import not_embedded
from phucvu.results.boards import Scoreboard, scoreboard, unit_score
from phucvu.units.models import Kind
from phucvu.web import pages
from phucvu.web.assets import asset_file
from phucvu.web.live.marks import Mark, newest_mark
from phucvu.web.mapping import map_of
from phucvu.web.view_models.boards import show_board
from phucvu.web.views.boards import tabs_below

__all__ = ["badge", "embedded_board", "embedded_map", "embedding", "script"]

_SCRIPT_CACHED_FOR = 3600

View = Callable[..., HttpResponse]


def _embeddable(view: View) -> View:
    """Let anyone frame and cache the view, in the language its address names."""

    @wraps(view)
    def embedded(request: HttpRequest, code: str) -> HttpResponse:
        language = request.GET.get("ngon-ngu", "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            found = pages.look(request, code)
            if found is None:
                raise Http404
            if found.asked.compared is not None:
                raise Http404(not_embedded())
            response = view(request, found)
        response.headers["Content-Language"] = language
        # Cached like the pages, and like them never without asking whether something changed.
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, [pages.FRAGMENT_HEADER])
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    by_anyone = csp_replace({"frame-ancestors": ["*"]})
    return require_safe(xframe_options_exempt(by_anyone(embedded)))  # type: ignore[arg-type,return-value]


@_embeddable
def badge(request: HttpRequest, found: pages.Look) -> HttpResponse:
    """Draw a unit's total and band as a small picture (SVG)."""
    asked = found.asked
    score = unit_score(
        found.unit, asked.period, editions=asked.editions,
        tree=found.tree, earlier=asked.earlier,
    )  # fmt: skip
    context = {"score": score, "asked": asked}
    return render(request, "web/embed/badge.html", context, content_type="image/svg+xml")


@_embeddable
def embedded_map(request: HttpRequest, found: pages.Look) -> HttpResponse:
    """Show the map of the units below one, with its legend."""
    since = newest_mark()
    shown = map_of(request, found, _kind(request, found), within=False)
    full = reverse("web:map", args=[found.unit.code])
    context = {"shown": shown, "full": full}
    return _render(request, "web/embed/map.html", shown.board, context, since)


@_embeddable
def embedded_board(request: HttpRequest, found: pages.Look) -> HttpResponse:
    """Show the units below one by rank."""
    since, asked = newest_mark(), found.asked
    board = scoreboard(
        found.unit, _kind(request, found), asked.period, editions=asked.editions,
        tree=found.tree, earlier=asked.earlier,
    )  # fmt: skip
    full = reverse("web:board", args=[found.unit.code])
    context = {"shown": show_board(board, ""), "full": full}
    return _render(request, "web/embed/board.html", board, context, since)


@require_safe
def embedding(request: HttpRequest) -> HttpResponse:
    """Show the code to copy for embedding, with a preview."""
    found = pages.look(request, request.GET.get("don-vi", ""))
    if found is None:
        return pages.show(request, "web/empty.html", {})
    if found.asked.compared is not None:
        raise Http404(not_embedded())
    tree, unit = found.tree, found.unit
    kind = pages.kind_below(request, tree, unit)
    context = {
        "unit": unit,
        "choices": pages.units_around(tree, unit),
        "asked": found.asked,
        "kind": kind,
        "tabs": tabs_below(tree, unit, kind),
        "site": f"{request.scheme}://{request.get_host()}",
        "simulation": pages.simulation([unit]),
    }
    return pages.show(request, "web/embedding.html", context)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the script other sites load. Its address never changes."""
    file: Path | None = asset_file("phucvu.js")
    if file is None:
        raise Http404
    response = HttpResponse(file.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={_SCRIPT_CACHED_FOR}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _kind(request: HttpRequest, found: pages.Look) -> Kind:
    kind = pages.kind_below(request, found.tree, found.unit)
    if kind is None:
        raise Http404
    return kind


def _render(
    request: HttpRequest, template: str, board: Scoreboard, context: dict[str, Any], since: Mark
) -> HttpResponse:
    return render(
        request,
        template,
        {
            **context,
            "board": board,
            "scored": board.scored,
            "fragment": pages.is_fragment(request),
            "live_units": board.parent.code,
            "live_since": since,
            "shown_at": clock.now(),
            "simulation": pages.simulation(entry.unit for entry in board.entries),
        },
    )
