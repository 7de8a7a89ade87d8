"""Gate before every view: none runs before the policy has agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from phucvu.accounts.asking import may
from phucvu.accounts.policy import BY_KEY, PUBLIC, Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.accounts.second_factor import has_to_enrol
from phucvu.api.routes import refusal_of
from phucvu.config.route_permissions import route_permission_at
from phucvu.units.models import Unit

__all__ = ["BodyQuestion", "Gate"]


class BodyQuestion:
    """Mark in a request's scope (`phucvu.asking`): only whether its body may be sent is asked."""

    def __init__(self) -> None:
        self.admitted = False


class Gate:
    """Middleware that asks the policy about the route permission of each address.

    Public addresses pass without a query; those opened by a key ask the policy themselves. It
    stands before whatever reads a body. For a request with the mark `Asked`, no view runs.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Return None where the view may run. Raises `RefusedError` where it may not."""
        match = request.resolver_match
        route_permission = route_permission_at(match) if match is not None else None
        request.route_permission = route_permission  # type: ignore[attr-defined]
        if route_permission is None:
            raise RefusedError(Resource.SYSTEM)
        asked: BodyQuestion | None = getattr(request, "scope", {}).get("phucvu.asking")
        if route_permission.thing in PUBLIC or route_permission.thing in BY_KEY:
            refusal = (
                refusal_of(request, route_permission.thing)
                if asked and route_permission.thing in BY_KEY
                else None
            )
            return refusal or _answered(asked)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        unit = _named(kwargs[route_permission.unit_in]) if route_permission.unit_in else None
        if not may(request.user, route_permission.thing, unit):
            raise RefusedError(route_permission.thing, unit)
        if route_permission.thing is not Resource.ACCOUNT and has_to_enrol(request):
            told = gettext(
                "Your role asks for a second factor. Set one up here; then go on to the desk."
            )
            messages.info(request, told)
            return redirect("mfa_index")
        return _answered(asked)


def _answered(asked: BodyQuestion | None) -> HttpResponse | None:
    """Return None where the view is to run; answer 204 where only the gate is asked."""
    if asked is None:
        return None
    asked.admitted = True
    return HttpResponse(status=204)


def _named(code: str) -> Unit | None:
    """Return the unit that bears the code, or bore it last; None for neither, then the view answers
    404.
    """
    bearers = Unit.objects.filter(code=code)
    return bearers.filter(valid_to=None).first() or bearers.order_by("-valid_to").first()
