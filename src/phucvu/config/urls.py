"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from phucvu.api.routes import api
from phucvu.config.health import healthy

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", healthy),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("ban-lam-viec/", include("phucvu.web.desk.urls")),
    path("", include("phucvu.web.urls")),
]
