"""Addresses of the files, all below `/du-lieu/`. They are meant to last."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import route_permission
from phucvu.opendata.catalogue_view import catalogue_file
from phucvu.opendata.feed import changes_feed
from phucvu.opendata.views import board_file, procedures_file, trends_file, unit_file

app_name = "opendata"
_KNOWN = ("ky", "ban-do", "bo", "chi-so", "loai", "tai")


def file(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """Declare the address of a public file."""
    return path(route, route_permission(Resource.SCORES, asks=_KNOWN)(view), name=name)


urlpatterns = [
    file("danh-muc.jsonld", catalogue_file, "catalogue"),
    file("thay-doi.atom", changes_feed, "changes"),
    file("don-vi/<code:code>/thay-doi.atom", changes_feed, "changes_of"),
    file("diem/<code:code>/<str:period>.<str:form>", board_file, "board"),
    file("don-vi/<code:code>/<str:period>.<str:form>", unit_file, "unit"),
    file("don-vi/<code:code>/<str:period>/dien-bien.<str:form>", trends_file, "trends"),
    file("don-vi/<code:code>/<str:period>/thu-tuc.<str:form>", procedures_file, "procedures"),
]
