"""What the desk's pages have in common: their door, whoever is signed in, the frame."""

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
from phucvu.accounts.doors import door
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Thing
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode, load_tree
from phucvu.web import pages

__all__ = ["address_of", "desk_page", "officer", "rights", "saw", "show_desk", "unit_at"]

_View = Callable[..., HttpResponseBase]
_SHOWN = (
    Thing.BATCHES, Thing.REFUSALS, Thing.BRING, Thing.WITHDRAW, Thing.TEMPLATES, Thing.DOSSIERS,
    Thing.REQUESTS, Thing.REVIEW, Thing.AUDIT, Thing.GRANTS, Thing.ADMIN, Thing.FIGURES,
    Thing.KEYS, Thing.UNITS,
)  # fmt: skip


def desk_page(thing: Thing, *, unit_in: str = "") -> Callable[[_View], _View]:
    """A page of the desk about a thing; the gate lets in whom the policy lets."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        @never_cache
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return door(thing, unit_in=unit_in)(shown)

    return decorate


def officer(request: HttpRequest) -> User:
    """Whoever is signed in, on a page of the desk."""
    return cast(User, request.user)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for the audit."""
    return str(request.META.get("REMOTE_ADDR", ""))


def unit_at(code: str) -> UnitNode:
    """The unit with this code. Raises 404 where none bears it today."""
    unit = load_tree().by_code(code)
    if unit is None:
        raise Http404(_("There is no unit with the code %(code)s.") % {"code": code})
    return unit


def saw(
    request: HttpRequest,
    action: str,
    thing: Thing,
    unit: Unit | UnitNode | None = None,
    **detail: Any,
) -> None:
    """Write down that the account saw something."""
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
    """For every template: `may.bring` and so on, what the account may at all; asked when used."""
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
