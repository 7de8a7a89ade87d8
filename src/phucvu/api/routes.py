"""The JSON API: one place that lists its parts."""

from __future__ import annotations

from django.apps import apps
from ninja import NinjaAPI

from phucvu import __version__
from phucvu.api import dossiers, facts, units
from phucvu.api.problems import register_problems

__all__ = ["api"]

api = NinjaAPI(
    title="Phục Vụ",
    version=__version__,
    description="Send dossiers and other facts; read what the scorecard is made of.",
    # Only with its own static files: otherwise the page would load its scripts from a CDN.
    docs_url="/docs" if apps.is_installed("ninja") else None,
)
register_problems(api)
api.add_router("", dossiers.router)
api.add_router("", facts.router)
api.add_router("", units.router)
