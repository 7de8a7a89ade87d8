"""Page of a refusal: told in words, and noted in the audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from phucvu.accounts import audit
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError, RoutePermission
from phucvu.web.desk.gate import address_of, show_desk

__all__ = ["refused"]


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal (403), as Django's handler through which all of them pass."""
    declared: RoutePermission | None = getattr(request, "route_permission", None)
    thing, unit, detail = declared.thing if declared else Resource.SYSTEM, None, {}
    if isinstance(exception, RefusedError):
        thing, unit, detail = exception.thing, exception.unit, exception.detail
    audit.note(
        request.user.get_username() or "-",
        f"{request.method} {request.path}"[:60],
        thing,
        unit=unit,
        outcome=AuditEntry.Outcome.REFUSED,
        address=address_of(request),
        **detail,
    )
    if request.accepts("text/html"):
        context = {"thing": thing, "refused_unit": unit}
        return show_desk(request, "desk/not_allowed.html", context, status=403)
    return JsonResponse({"refused": thing.value}, status=403)
