"""Addresses of the files, all below `/du-lieu/`. They are meant to last."""

from django.urls import path

from phucvu.opendata.catalogue_view import catalogue_file
from phucvu.opendata.feed import changes_feed
from phucvu.opendata.views import board_file, procedures_file, trends_file, unit_file

app_name = "opendata"

urlpatterns = [
    path("danh-muc.jsonld", catalogue_file, name="catalogue"),
    path("thay-doi.atom", changes_feed, name="changes"),
    path("don-vi/<str:code>/thay-doi.atom", changes_feed, name="changes_of"),
    path("diem/<str:code>/<str:period>.<str:form>", board_file, name="board"),
    path("don-vi/<str:code>/<str:period>.<str:form>", unit_file, name="unit"),
    path("don-vi/<str:code>/<str:period>/dien-bien.<str:form>", trends_file, name="trends"),
    path("don-vi/<str:code>/<str:period>/thu-tuc.<str:form>", procedures_file, name="procedures"),
]
