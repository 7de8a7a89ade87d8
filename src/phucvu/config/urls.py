"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from phucvu.accounts.doors import door
from phucvu.accounts.policy import Thing
from phucvu.api.routes import urls as api_urls
from phucvu.config.health import healthy

urlpatterns = [
    path("api/v1/", api_urls),
    path("healthz", door(Thing.SERVICE)(healthy)),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("tai-khoan/", include("phucvu.config.account_urls")),
    path("ban-lam-viec/", include("phucvu.web.desk.urls")),
    path("", include("phucvu.web.urls")),
]

handler403 = "phucvu.web.desk.refusing.refused"
