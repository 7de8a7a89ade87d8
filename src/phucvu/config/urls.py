"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from phucvu.api.routes import api
from phucvu.config.health import healthy

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", healthy),
    path("admin/", admin.site.urls),
    # Without a token, which would make every page one reader's own: all that another site could
    # forge here is the language.
    path("i18n/setlang/", csrf_exempt(set_language), name="set_language"),
    path("ban-lam-viec/", include("phucvu.web.desk.urls")),
    path("du-lieu/", include("phucvu.opendata.urls")),
    path("", include("phucvu.web.urls")),
]
