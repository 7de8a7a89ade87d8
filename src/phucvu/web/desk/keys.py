"""Pages of API keys within the account's scope: the list, making, replacing and ending a key."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phucvu.accounts import key_actions
from phucvu.accounts.asking import ids_within, may
from phucvu.accounts.grants import AccessError
from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree
from phucvu.web.desk.gate import address_of, desk_page, officer, saw, show_desk

__all__ = ["end", "listed", "make", "replace"]

_ROWS = 50


@require_safe
@desk_page(Resource.KEYS)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the keys within the scope, working ones first, the longest unused before others."""
    now = timezone.now()
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    rows = ApiKey.objects.select_related("unit", "replaced_by").annotate(over=over)
    ids = ids_within(request.user, Resource.KEYS)
    rows = rows if ids is None else rows.filter(unit_id__in=ids)
    for word in request.GET.get("tim", "").split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(prefix__startswith=word)
            | Q(unit__name__icontains=word)
            | Q(unit__code__iexact=word)
        )
    rows = rows.order_by("over", F("last_used_at").asc(nulls_first=True), "name", "id")
    page = Paginator(rows, _ROWS).get_page(request.GET.get("trang"))
    saw(request, "keys.list", Resource.KEYS, rows=len(page))
    context = {"page": page, "text": request.GET.get("tim", ""), "now": now}
    return show_desk(request, "desk/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.KEYS)
def make(request: HttpRequest) -> HttpResponse:
    """Show the form, and take a filled one; a new key is shown in the answer, and never again."""
    given = request.POST
    problem = ""
    tree = load_tree()
    if request.method == "POST":
        node = tree.by_code(given.get("don-vi", "").strip().partition(" ")[0])
        purpose = given.get("muc-dich", "")
        try:
            if node is None:
                raise AccessError(_("Choose a unit from the list."))
            if not may(officer(request), Resource.KEYS, node):
                raise RefusedError(Resource.KEYS, node)
            if purpose not in ApiKey.Purpose.values:
                raise AccessError(_("Choose what the key is for."))
            key, text = key_actions.make(
                officer(request), Unit.objects.get(pk=node.id), given.get("ten", ""),
                ApiKey.Purpose(purpose), _end_of(given.get("den", "")), address_of(request),
            )  # fmt: skip
        except AccessError as error:
            problem = str(error)
        else:
            return _shown_once(request, key, text)
    ids = ids_within(request.user, Resource.KEYS, tree)
    context = {
        "problem": problem,
        "given": {name: given.get(name, "") for name in ("don-vi", "ten", "muc-dich", "den")},
        "chosen_unit": given.get("don-vi", ""),
        "chosen_purpose": given.get("muc-dich", ""),
        "purposes": ApiKey.Purpose.choices,
        "units": [node for node in tree if ids is None or node.id in ids],
    }
    return show_desk(request, "desk/key_form.html", context, status=422 if problem else 200)


@require_POST
@desk_page(Resource.KEYS)
def replace(request: HttpRequest, number: int) -> HttpResponse:
    """Make a new key in the place of one; the old one stays good for some days."""
    key = _within(request, number)
    days = request.POST.get("ngay", "")
    try:
        if not (days.isascii() and days.isdigit() and len(days) < 4):
            raise AccessError(_("The old key can stay good for 0 to 90 days."))
        new, text = key_actions.replace(officer(request), key, int(days), address_of(request))
    except AccessError as error:
        messages.error(request, str(error))
        return redirect("desk:keys")
    return _shown_once(request, new, text, replaced=key)


@require_POST
@desk_page(Resource.KEYS)
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a key now."""
    key = _within(request, number)
    key_actions.end(officer(request), key, address_of(request))
    messages.success(request, _("The key %(key)s no longer opens anything.") % {"key": key})
    return redirect("desk:keys")


def _within(request: HttpRequest, number: int) -> ApiKey:
    """Return the key. Raises Http404 where there is none, `RefusedError` outside the scope."""
    key = get_object_or_404(ApiKey.objects.select_related("unit"), pk=number)
    if not may(officer(request), Resource.KEYS, key.unit):
        raise RefusedError(Resource.KEYS, key.unit, key=key.prefix)
    return key


def _end_of(text: str) -> datetime | None:
    """Return the last moment of the given day, or None without one. Raises `AccessError`."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise AccessError(_("Give the last day as a date, or leave it empty."))
    return timezone.make_aware(datetime.combine(day, time.max))


def _shown_once(request: HttpRequest, key: ApiKey, text: str, **more: Any) -> HttpResponse:
    return show_desk(request, "desk/key_made.html", {"key": key, "text": text, **more})
