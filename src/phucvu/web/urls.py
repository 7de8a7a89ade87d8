"""Addresses of the public site. They are meant to be read, typed and linked to."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.gzip import gzip_page

from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import route_permission
from phucvu.web.live.views import events
from phucvu.web.views.about import about
from phucvu.web.views.boards import board, home
from phucvu.web.views.boundaries import below
from phucvu.web.views.components import component, scorecard_text, whole_scorecard
from phucvu.web.views.data import open_data
from phucvu.web.views.embed import badge, embedded_board, embedded_map, embedding, script
from phucvu.web.views.maps import result_map, shapes
from phucvu.web.views.multiples import board_trends
from phucvu.web.views.procedures import procedure, unit_procedures
from phucvu.web.views.search import search
from phucvu.web.views.tree import branch, unit_tree
from phucvu.web.views.units import unit

app_name = "web"


_WHEN = ("ky", "ban-do", "bo")
_BOARD = (*_WHEN, "loai", "sap-xep", "xep")
_MAP = (*_WHEN, "loai", "chi-so", "sap-xep")
_BORDERS = ("ngay", "muc", "loai")


def page(
    route: str,
    view: Callable[..., HttpResponse],
    name: str,
    asks: tuple[str, ...] = (),
    thing: Resource = Resource.SCORES,
) -> URLPattern:
    """Declare a public page's address and the parameters it takes; others are removed before it.

    Otherwise a request with a made-up parameter would have the page made anew. A scoreboard is ten
    times smaller over the wire compressed.
    """
    return path(route, route_permission(thing, asks=asks)(gzip_page(view)), name=name)


urlpatterns = [
    page("", home, "home", _BOARD),
    page("ban-do/", result_map, "top_map", _MAP),
    page("ban-do/<code:code>/", result_map, "map", _MAP),
    page("ban-do/<code:code>/hinh.geojson", shapes, "map_shapes", _MAP, Resource.SHAPES),
    page("bang-xep-hang/<code:code>/", board, "board", _BOARD),
    page("bang-xep-hang/<code:code>/dien-bien/", board_trends, "board_trends", _BOARD),
    page("don-vi/<code:code>/", unit, "unit", _BOARD),
    page("don-vi/<code:code>/thu-tuc/", unit_procedures, "unit_procedures", _BOARD),
    page("thu-tuc/<code:code>/", procedure, "procedure", (*_BOARD, "don-vi")),
    page("thu-tuc/<raw_code:code>/", procedure, "procedure_as_typed", (*_BOARD, "don-vi")),
    page("chi-so/<str:id_>/", component, "component", (*_BOARD, "don-vi")),
    page("bo-chi-so/", whole_scorecard, "scorecard", ("bo",)),
    page("bo-chi-so/<str:edition>.yaml", scorecard_text, "scorecard_text"),
    page("du-lieu/", open_data, "data", (*_BOARD, "don-vi")),
    page("tim/", search, "search", ("q",)),
    page("gioi-thieu/", about, "about"),
    page("cay-don-vi/", unit_tree, "tree", ("ngay", "tim")),
    page("cay-don-vi/<int:unit_id>/", branch, "branch", ("ngay",)),
    page("ranh-gioi/<code:code>.geojson", below, "boundaries", _BORDERS, Resource.SHAPES),
    page("nhung/", embedding, "embedding", (*_MAP, "don-vi")),
    page("nhung/phucvu.js", script, "embed_script"),
    page("nhung/<code:code>/huy-hieu.svg", badge, "badge", (*_WHEN, "ngon-ngu")),
    page("nhung/<code:code>/ban-do/", embedded_map, "embedded_map", (*_MAP, "ngon-ngu")),
    page("nhung/<code:code>/bang/", embedded_board, "embedded_board", (*_BOARD, "ngon-ngu")),
    path("su-kien/", route_permission(Resource.EVENTS)(events), name="events"),
]
