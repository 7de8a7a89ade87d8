"""The JSON API: one module that lists its parts."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja.errors import AuthenticationError

from phucvu import __version__
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import route_permission
from phucvu.api import dossiers, explanations, facts, figures, reading, sync, units
from phucvu.api.description import DescribedAPI
from phucvu.api.problems import ProblemError, register_problems
from phucvu.api.security import key_to

__all__ = ["api", "refusal_of", "urls"]

# What each address is about, by the name of the function that answers it.
DOORS = {
    "receive_dossiers": Resource.SEND,
    "receive_facts": Resource.SEND,
    "receive_catalogue": Resource.SEND_CATALOGUE,
    "receive_service": Resource.SEND,
    "list_open_dossiers": Resource.READ,
    "explain_dossier": Resource.READ,
    "list_units": Resource.SCORES,
    "list_periods": Resource.SCORES,
    "read_scoreboard": Resource.SCORES,
    "read_score": Resource.SCORES,
    "read_trend": Resource.SCORES,
    "list_scorecards": Resource.SCORES,
    "read_scorecard": Resource.SCORES,
    "openapi-json": Resource.SERVICE,
    "openapi-view": Resource.SERVICE,
    "api-root": Resource.SERVICE,
}

api = DescribedAPI(
    title="Phục Vụ",
    version=__version__,
    description="Send dossiers and other facts; read what the scorecard is made of.",
    # Only with its own static files: otherwise the page would load its scripts from a CDN.
    docs_url="/docs" if apps.is_installed("ninja") else None,
)
register_problems(api)
api.add_router("", dossiers.router)
api.add_router("", explanations.router)
api.add_router("", facts.router)
api.add_router("", sync.router)
api.add_router("", units.router)
api.add_router("", figures.router)
api.add_router("", reading.router)
# Taken once: each time they are asked for, the addresses are made anew.
urls = api.urls
for pattern in urls[0]:
    if isinstance(pattern, URLPattern) and pattern.name in DOORS:
        route_permission(DOORS[pattern.name])(pattern.callback)


def refusal_of(request: HttpRequest, thing: Resource) -> HttpResponse | None:
    """Answer that the request's key is refused, before its body is read; None for a good key."""
    try:
        if not any(opener(request) for opener in key_to(thing)):
            raise AuthenticationError
    except (AuthenticationError, ProblemError) as error:
        return api.on_exception(request, error)
    return None
