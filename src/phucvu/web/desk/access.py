"""Pages of one's own access: grants, requests, and asking for more."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from phucvu.web.forms import PageForm, ReasonField, UnitField

__all__ = ["ask", "own", "take_back"]

_LATEST = 20


class _AskForm(PageForm):
    """The form of a request: a role on a unit, and what it is for."""

    names = {"unit": "don-vi", "role": "vai-tro", "reason": "ly-do"}
    unit = UnitField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Type the code or a part of the name and choose from the list."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=lambda: [("", "–"), *RoleChoice.choices],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose a role.")
        ),
    )
    reason = ReasonField(label=gettext_lazy("What for"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        tree = load_tree()
        cast(UnitField, self.fields["unit"]).look_in(tree, list(tree))


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
    form = _AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data
        unit, role = Unit.objects.get(pk=asked["unit"].id), RoleChoice(asked["role"])
        account, address = officer(request), address_of(request)
        made = form.tries(
            lambda: register(account, unit, role, asked["reason"], address), AccessError
        )
        if made is not None:
            messages.success(request, _("Your request is on its way; mails tell of each step."))
            return redirect("desk:own_access")
    return show_desk(request, "desk/ask.html", {"form": form}, status=422 if form.errors else 200)


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
