"""Page about the site: its purpose, the source of its figures, the meaning of the flags."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.editions.finding import Editions
from phucvu.web import pages
from phucvu.web.view_models.words import FLAGS

__all__ = ["about"]


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show the page that explains the scorecard and the flags."""
    return pages.show(
        request,
        "web/about.html",
        {
            "scorecard": Editions.open().today().scorecard,
            "flags": FLAGS,
        },
    )
