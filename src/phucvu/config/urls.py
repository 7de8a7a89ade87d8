"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import route_permission
from phucvu.api.routes import urls as api_urls
from phucvu.config.health import healthy, ready

urlpatterns = [
    path("api/v1/", api_urls),
    path("healthz", route_permission(Resource.SERVICE)(healthy)),
    path("readyz", route_permission(Resource.SERVICE)(ready)),
    path("admin/", admin.site.urls),
    # Without a token, which would make every page one reader's own: all that another site could
    # forge here is the language.
    path(
        "i18n/setlang/",
        route_permission(Resource.SERVICE)(csrf_exempt(set_language)),
        name="set_language",
    ),
    path("tai-khoan/", include("phucvu.config.account_urls")),
    path("ban-lam-viec/", include("phucvu.web.desk.urls")),
    path("du-lieu/", include("phucvu.opendata.urls")),
    path("", include("phucvu.web.urls")),
]

handler500 = "phucvu.config.faults.failed"
handler403 = "phucvu.web.desk.refusing.refused"
