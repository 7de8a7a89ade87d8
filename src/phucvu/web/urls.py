"""Addresses of the public site. They are meant to be read, typed and linked to."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.gzip import gzip_page

from phucvu.web.live import events
from phucvu.web.views.about import about
from phucvu.web.views.boards import board, home
from phucvu.web.views.boundaries import below
from phucvu.web.views.components import component, whole_scorecard
from phucvu.web.views.tree import branch, unit_tree
from phucvu.web.views.units import unit

app_name = "web"


def page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """A page's address. A scoreboard is ten times smaller over the wire when compressed."""
    return path(route, gzip_page(view), name=name)


urlpatterns = [
    page("", home, "home"),
    page("bang-xep-hang/<str:code>/", board, "board"),
    page("don-vi/<str:code>/", unit, "unit"),
    page("chi-so/<str:id_>/", component, "component"),
    page("bo-chi-so/", whole_scorecard, "scorecard"),
    page("gioi-thieu/", about, "about"),
    page("cay-don-vi/", unit_tree, "tree"),
    page("cay-don-vi/<int:unit_id>/", branch, "branch"),
    page("ranh-gioi/<str:code>.geojson", below, "boundaries"),
    path("su-kien/", events, name="events"),
]
