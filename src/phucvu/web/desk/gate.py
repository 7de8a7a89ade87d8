"""Common parts of the desk's pages: route permission, the signed-in account, the frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from phucvu.accounts import audit
from phucvu.accounts.asking import may
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import route_permission
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode, load_tree
from phucvu.web import pages

__all__ = ["address_of", "desk_page", "officer", "rights", "saw", "show_desk", "unit_at"]

_View = Callable[..., HttpResponseBase]
_SHOWN = (
    Resource.BATCHES, Resource.REFUSALS, Resource.BRING, Resource.WITHDRAW, Resource.TEMPLATES,
    Resource.DOSSIERS, Resource.REQUESTS, Resource.REVIEW, Resource.AUDIT, Resource.GRANTS,
    Resource.ADMIN, Resource.FIGURES, Resource.KEYS, Resource.UNITS,
)  # fmt: skip


def desk_page(thing: Resource, *, unit_in: str = "") -> Callable[[_View], _View]:
    """Declare a page of the desk about a resource; the gate asks the policy."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        @never_cache
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return route_permission(thing, unit_in=unit_in)(shown)

    return decorate


def officer(request: HttpRequest) -> User:
    """Return the signed-in account, on a page of the desk."""
    return cast(User, request.user)


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from, for the audit."""
    return str(request.META.get("REMOTE_ADDR", ""))


def unit_at(code: str) -> UnitNode:
    """Return the unit with this code. Raises Http404 where none bears it today."""
    unit = load_tree().by_code(code)
    if unit is None:
        raise Http404(_("There is no unit with the code %(code)s.") % {"code": code})
    return unit


def saw(
    request: HttpRequest,
    action: str,
    thing: Resource,
    unit: Unit | UnitNode | None = None,
    **detail: Any,
) -> None:
    """Note in the audit that the account saw something."""
    audit.note(
        officer(request).get_username(),
        action,
        thing,
        unit=unit,
        outcome=AuditEntry.Outcome.SEEN,
        address=address_of(request),
        **detail,
    )


def rights(request: HttpRequest) -> dict[str, Any]:
    """Return for every template `may.bring` and so on: the account's permissions, asked when
    used.
    """
    return {
        "may": SimpleLazyObject(
            lambda: {thing.value: may(request.user, thing) for thing in _SHOWN},
        )
    }


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the desk."""
    return pages.show(request, template, context, status=status)
