"""Pages of grants within the account's scope: the list, ending one, the quarterly review."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phucvu.accounts import grants, reviewing
from phucvu.accounts.asking import ids_within, may
from phucvu.accounts.models import Grant
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.web.desk.gate import address_of, desk_page, officer, saw, show_desk

__all__ = ["end", "leave", "listed", "review"]

_ROWS = 50


@require_safe
@desk_page(Resource.REVIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the grants in force within the account's scope."""
    rows = grants.in_force()
    ids = ids_within(request.user, Resource.REVIEW)
    rows = rows if ids is None else rows.filter(unit_id__in=ids)
    text = request.GET.get("tim", "").strip()
    for word in text.split():
        rows = rows.filter(
            Q(account__username__icontains=word)
            | Q(account__email__icontains=word)
            | Q(unit__name__icontains=word)
            | Q(unit__code__iexact=word)
        )
    page = Paginator(rows.order_by("unit__code", "account__username", "id"), _ROWS).get_page(
        request.GET.get("trang")
    )
    saw(request, "grants.list", Resource.REVIEW, rows=len(page))
    context = {
        "page": page,
        "text": text,
        "open_reviews": reviewing.to_review(officer(request)).count(),
    }
    return show_desk(request, "desk/grants.html", context)


@require_POST
@desk_page(Resource.GRANTS)
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a grant today."""
    given = get_object_or_404(Grant.objects.select_related("unit"), pk=number)
    if not may(request.user, Resource.GRANTS, given.unit):
        raise RefusedError(Resource.GRANTS, given.unit, grant=number)
    try:
        grants.end(officer(request), given, request.POST.get("ly-do", ""), address_of(request))
    except grants.AccessError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The access has ended."))
    return redirect("desk:grants")


@require_POST
@desk_page(Resource.GRANTS)
def leave(request: HttpRequest) -> HttpResponse:
    """End an account that leaves, with all of its access."""
    account = get_object_or_404(User, username=request.POST.get("tai-khoan", ""))
    try:
        grants.leave(officer(request), account, request.POST.get("ly-do", ""), address_of(request))
    except grants.AccessError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s has left.") % {"name": account.username})
    return redirect("desk:grants")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.REVIEW)
def review(request: HttpRequest) -> HttpResponse:
    """Show the grants to confirm this quarter; confirm those that were ticked."""
    account = officer(request)
    first, last = reviewing.quarter(timezone.localdate())
    rows = list(reviewing.to_review(account))
    if request.method == "POST":
        chosen = set(request.POST.getlist("giu"))
        kept = sum(
            reviewing.confirm(account, row, address_of(request))
            for row in rows
            if str(row.pk) in chosen
        )
        told = ngettext("%(count)d grant confirmed.", "%(count)d grants confirmed.", kept)
        messages.success(request, told % {"count": kept})
        return redirect("desk:review")
    context = {"rows": rows, "first": first, "last": last}
    return show_desk(request, "desk/review.html", context)
