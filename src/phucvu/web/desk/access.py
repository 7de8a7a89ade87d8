"""Pages of one's own access: grants, requests, and asking for more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phucvu.accounts.grants import AccessError, in_force
from phucvu.accounts.models import AccessRequest
from phucvu.accounts.policy import Resource
from phucvu.accounts.requesting import register
from phucvu.accounts.requesting import take_back as take_request_back
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree
from phucvu.web.desk.gate import address_of, desk_page, officer, show_desk

__all__ = ["ask", "own", "take_back"]

_LATEST = 20


@require_safe
@desk_page(Resource.ACCOUNT)
def own(request: HttpRequest) -> HttpResponse:
    """Show the account's grants and requests."""
    account = officer(request)
    requests = AccessRequest.objects.filter(account=account).select_related("unit", "grant")
    context = {
        "grants": in_force().filter(account=account).order_by("unit__code", "role"),
        "requests": requests[:_LATEST],
    }
    return show_desk(request, "desk/own_access.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.ACCOUNT)
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form to ask for a role on a unit; take a filled one."""
    tree = load_tree()
    given = request.POST
    problem = ""
    if request.method == "POST":
        node = tree.by_code(given.get("don-vi", "").strip().partition(" ")[0])
        role = given.get("vai-tro", "")
        if node is None:
            problem = _("Choose a unit from the list.")
        elif role not in RoleChoice.values:
            problem = _("Choose a role.")
        else:
            unit = Unit.objects.get(pk=node.id)
            try:
                register(
                    officer(request), unit, RoleChoice(role), given.get("ly-do", ""),
                    address_of(request),
                )  # fmt: skip
            except AccessError as error:
                problem = str(error)
            else:
                messages.success(request, _("Your request is on its way; mails tell of each step."))
                return redirect("desk:own_access")
    context = {
        "problem": problem,
        "chosen_unit": given.get("don-vi", ""),
        "chosen_role": given.get("vai-tro", ""),
        "reason": given.get("ly-do", ""),
        "roles": RoleChoice.choices,
        "units": tree,
    }
    return show_desk(request, "desk/ask.html", context, status=422 if problem else 200)


@require_POST
@desk_page(Resource.ACCOUNT)
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(AccessRequest, pk=number, account=officer(request))
    try:
        take_request_back(officer(request), asked, address_of(request))
    except AccessError as error:
        messages.error(request, str(error))
    return redirect("desk:own_access")
