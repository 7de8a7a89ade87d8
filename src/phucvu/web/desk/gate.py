"""The desk's door: every page of the desk is shown through it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from phucvu.accounts.policies import DeskRight, may
from phucvu.web import pages

__all__ = ["desk_page", "officer", "show_desk"]

_View = Callable[..., HttpResponseBase]


def desk_page(right: DeskRight) -> Callable[[_View], _View]:
    """A view for accounts with the right; others sign in first, or are told what they lack."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("desk:sign_in"))
            if not may(request.user, right):
                return show_desk(request, "desk/not_allowed.html", {"right": right}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def officer(request: HttpRequest) -> User:
    """Whoever is signed in, on a page that `desk_page` guards."""
    return cast(User, request.user)


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the desk, with what the account may do there."""
    rights = {
        "may_look": may(request.user, "look"),
        "may_bring": may(request.user, "bring"),
        "may_withdraw": may(request.user, "withdraw"),
    }
    return pages.show(request, template, {**rights, **context}, status=status)
