"""Pages of waiting requests: the head passes them on, the IT centre grants or refuses them."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phucvu.accounts.asking import may
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import AccessRequest
from phucvu.accounts.policy import Resource
from phucvu.accounts.requesting import approve, pass_on, refuse, waiting_for
from phucvu.accounts.route_permissions import RefusedError
from phucvu.accounts.second_person import is_head_of
from phucvu.web.desk.gate import address_of, desk_page, officer, show_desk

__all__ = ["settle", "waiting"]

_YEAR = timedelta(days=365)


@require_safe
@desk_page(Resource.REQUESTS)
def waiting(request: HttpRequest) -> HttpResponse:
    """Show the requests the account may act on, each with the steps it may take."""
    account = officer(request)
    today = timezone.localdate()
    rows = [
        (asked, may(account, Resource.GRANTS, asked.unit_id), is_head_of(account, asked.unit_id))
        for asked in waiting_for(account)
    ]
    context = {"rows": rows, "today": today.isoformat(), "until": (today + _YEAR).isoformat()}
    return show_desk(request, "desk/requests.html", context)


@require_POST
@desk_page(Resource.REQUESTS)
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Take the step of the pressed button with one request."""
    account, address = officer(request), address_of(request)
    asked = get_object_or_404(AccessRequest.objects.select_related("unit"), pk=number)
    if not may(account, Resource.REQUESTS, asked.unit):
        raise RefusedError(Resource.REQUESTS, asked.unit, request=number)
    step = request.POST.get("viec", "")
    try:
        if step == "chuyen":
            pass_on(account, asked, address)
            told = _("The request went to the IT centre.")
        elif step == "cap":
            first, last = _day(request, "tu"), _day(request, "den")
            approve(account, asked, first, last, address)
            told = _("Access is granted.")
        else:
            refuse(account, asked, request.POST.get("ly-do", ""), address)
            told = _("The request is refused.")
    except AccessError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("desk:requests")


def _day(request: HttpRequest, name: str) -> date:
    try:
        day = parse_date(request.POST.get(name, ""))
    except ValueError:
        day = None
    if day is None:
        raise AccessError(_("Give the first day and the day it ends."))
    return day
