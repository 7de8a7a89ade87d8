"""Pages of API keys within the account's scope: the list, making, replacing and ending a key."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from phucvu.web.forms import PageForm, UnitField

__all__ = ["end", "listed", "make", "replace"]

_ROWS = 50


class _KeyForm(PageForm):
    """The form of a new key; `last` becomes the last moment of its last day."""

    names = {"unit": "don-vi", "name": "ten", "purpose": "muc-dich", "last": "den"}
    unit = UnitField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy(
            "The key is good for it and all below it. Type the code or a part of the name and "
            "choose from the list."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Which system it is for"), max_length=100,
        error_messages={
            "required": gettext_lazy("Say what the key is for, in at most 100 characters."),
        },
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label=gettext_lazy("What it may"),
        choices=lambda: [("", "–"), *((v, capfirst(n)) for v, n in ApiKey.Purpose.choices)],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose what the key is for.")
        ),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day it is good (may stay empty)"), required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Give the last day as a date, or leave it empty.")},
    )  # fmt: skip

    def __init__(self, account: User, data: Any = None) -> None:
        super().__init__(data)
        tree = load_tree()
        ids = ids_within(account, Resource.KEYS, tree)
        offered = [node for node in tree if ids is None or node.id in ids]
        cast(UnitField, self.fields["unit"]).look_in(tree, offered)

    def clean_last(self) -> datetime | None:
        """Return the last moment of the last day; None where the key has no end."""
        day = self.cleaned_data["last"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


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
    account = officer(request)
    form = _KeyForm(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data
        if not may(account, Resource.KEYS, asked["unit"]):
            raise RefusedError(Resource.KEYS, asked["unit"])
        made = form.tries(
            lambda: key_actions.make(
                account, Unit.objects.get(pk=asked["unit"].id), asked["name"],
                ApiKey.Purpose(asked["purpose"]), asked["last"], address_of(request),
            ),
            AccessError,
        )  # fmt: skip
        if made is not None:
            return _shown_once(request, *made)
    context = {"form": form}
    return show_desk(request, "desk/key_form.html", context, status=422 if form.errors else 200)


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


def _shown_once(request: HttpRequest, key: ApiKey, text: str, **more: Any) -> HttpResponse:
    return show_desk(request, "desk/key_made.html", {"key": key, "text": text, **more})
