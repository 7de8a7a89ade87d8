"""Page of a unit's own list: keys that read its dossiers, what waits for its head, who gave
access.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phucvu.accounts import key_actions
from phucvu.accounts.asking import ids_within, may, path_of
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.operator import COMMAND
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.accounts.second_person import confirm_key, is_head_of, keys_waiting
from phucvu.web.desk.gate import address_of, desk_page, officer, saw, show_desk

__all__ = ["listed", "settle"]

_ROWS = 50
_THINGS = (Resource.KEYS.value, Resource.GRANTS.value, Resource.REQUESTS.value)


@require_safe
@desk_page(Resource.REVIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show keys within the scope that read, and the audit of keys and access, the newest first."""
    account = officer(request)
    ids = ids_within(account, Resource.REVIEW)
    # A key of a unit above reads this one's dossiers too.
    units = None if ids is None else ids.union(*(path_of(each) for each in ids))
    done = Q(outcome=AuditEntry.Outcome.DONE, thing__in=_THINGS)
    entries = AuditEntry.objects.filter(done)
    reading = ApiKey.objects.select_related("unit").filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        purpose=ApiKey.Purpose.READ, revoked_at=None, waits=False,
    )  # fmt: skip
    if units is not None:
        entries, reading = entries.filter(unit_id__in=units), reading.filter(unit_id__in=units)
    page = Paginator(entries, _ROWS).get_page(request.GET.get("trang"))
    saw(request, "watching.list", Resource.REVIEW, rows=len(page))
    context = {
        "page": page,
        "waiting": [
            (key, is_head_of(account, key.unit_id) and key.made_by != account.get_username())
            for key in keys_waiting(ids)
        ],
        "reading": reading.order_by("unit__code", "name", "pk"),
        "command": COMMAND,
    }
    return show_desk(request, "desk/watching.html", context)


@require_POST
@desk_page(Resource.REVIEW)
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Agree to a key that waits, or end it."""
    account = officer(request)
    key = get_object_or_404(ApiKey.objects.select_related("unit"), pk=number)
    if not may(account, Resource.REVIEW, key.unit) or not is_head_of(account, key.unit):
        raise RefusedError(Resource.KEYS, key.unit, key=key.prefix)
    try:
        if request.POST.get("viec") == "dong-y":
            confirm_key(account, key, address_of(request))
            messages.success(request, _("The key opens dossiers from now on."))
        else:
            key_actions.refuse(account, key, address_of(request))
            messages.success(request, _("The key %(key)s no longer opens anything.") % {"key": key})
    except AccessError as error:
        messages.error(request, str(error))
    return redirect("desk:watching")
