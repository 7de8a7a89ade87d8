"""Is the server up and its store reachable? For whoever starts or watches it."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

__all__ = ["healthy"]


def healthy(request: HttpRequest) -> HttpResponse:
    """200 "ok" once a query goes through; an error page otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
