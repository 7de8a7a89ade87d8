"""Pages of the journal: batches, their refusals, and withdrawing a batch."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.intake import journal, repairs
from phucvu.intake.journal import JournalError, Place
from phucvu.intake.kinds import KINDS, kind_of
from phucvu.intake.models import Batch, FactVersion
from phucvu.intake.visible import batches_for, may_withdraw
from phucvu.intake.withdraw import foresee, withdraw
from phucvu.web.desk.gate import desk_page, officer, show_desk
from phucvu.web.desk.shown import advice, kinds_named
from phucvu.web.forms import PageForm, ReasonField

__all__ = ["batch", "batches", "withdrawal"]

_A_PAGE = 50
_FACTS = 50
_FILTERS = ("tim", "loai", "loc", "tu", "den")


@require_safe
@desk_page(Resource.BATCHES)
def batches(request: HttpRequest) -> HttpResponse:
    """Show the batches, the latest first; `tim`, `loai`, `loc`, `tu`, `den` narrow them down."""
    found = _narrowed(request, batches_for(officer(request)))
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("trang"))
    return show_desk(
        request,
        "desk/batches.html",
        {
            "page": page,
            "rows": [(each, _kind_words(each)) for each in page],
            "kinds": kinds_named(),
            "narrowed": any(request.GET.get(name) for name in _FILTERS),
        },
    )


def _narrowed(request: HttpRequest, found: QuerySet[Batch]) -> QuerySet[Batch]:
    asked = request.GET
    if word := asked.get("tim", "").strip()[:200]:
        found = found.filter(_about(word))
    if kind := KINDS.get(asked.get("loai", "")):
        found = found.filter(kind=kind.name)
    if asked.get("loc") == "cho-sua":
        found = found.filter(pk__in=repairs.open_ones().order_by().values("batch"))
    elif asked.get("loc") == "da-rut":
        found = found.exclude(withdrawn_at=None)
    if since := _day(asked.get("tu", "")):
        found = found.filter(received_at__date__gte=since)
    if until := _day(asked.get("den", "")):
        found = found.filter(received_at__date__lte=until)
    return found


def _about(word: str) -> Q:
    """Select batches with this number, sender or hash, and those that brought this fact."""
    brought = FactVersion.objects.filter(code=word).values("batch")
    about = Q(origin__icontains=word) | Q(key__name__icontains=word) | Q(pk__in=brought)
    if len(word) >= 6:
        about |= Q(digest__startswith=word.lower())
    if word.isascii() and word.isdigit() and len(word) < 18:
        about |= Q(pk=int(word))
    return about


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _kind_words(batch: Batch) -> str:
    return str(kind_of(batch.kind).fact.model._meta.verbose_name_plural)


def _seen(request: HttpRequest, number: int) -> Batch:
    """Return the batch. Raises Http404 where there is none, `RefusedError` for one outside the
    scope.
    """
    found = get_object_or_404(Batch.objects.select_related("key", "unit"), pk=number)
    if not batches_for(officer(request)).filter(pk=number).exists():
        raise RefusedError(Resource.BATCHES, found.unit, batch=number)
    return found


@require_safe
@desk_page(Resource.BATCHES)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show one batch: its sender, its facts, its refusals with their reasons."""
    found = _seen(request, number)
    form = kind_of(found.kind).form
    refusals = Paginator(
        found.refusals.select_related("repaired_by").order_by("position"), _A_PAGE
    ).get_page(request.GET.get("trang"))
    facts, brought = _facts(found)
    return show_desk(
        request,
        "desk/batch.html",
        {
            "batch": found,
            "may_withdraw_this": may_withdraw(officer(request), found),
            "kind": _kind_words(found),
            "facts": facts,
            "brought": brought,
            "refusals": refusals,
            "shown_refusals": [(each, advice(form, each.field)) for each in refusals],
        },
    )


def _facts(found: Batch) -> tuple[list[tuple[str, bool]], int]:
    """Return the batch's first facts, whether its version of each stands, and how many there
    are.
    """
    try:
        brought = journal.read(found.pk)
    except JournalError:
        return [], 0
    first = list(brought.items())[:_FACTS]
    standing = journal.standing(kind_of(found.kind), {fact.code for _at, fact in first})
    shown = [
        (fact.code, standing.get(fact.code) == Place(found.pk, position))
        for position, fact in first
    ]
    return shown, len(brought)


class _WithdrawForm(PageForm):
    """The form that asks why a batch is taken back."""

    names = {"reason": "ly-do"}
    reason = ReasonField(
        label=gettext_lazy("Reason"), max_length=500,
        error_messages={"required": gettext_lazy("A withdrawal needs a reason.")},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.WITHDRAW)
def withdrawal(request: HttpRequest, number: int) -> HttpResponse:
    """Show what withdrawing the batch would undo; with a reason, withdraw it."""
    found = _seen(request, number)
    if not may_withdraw(officer(request), found):
        raise RefusedError(Resource.WITHDRAW, found.unit, batch=number)
    form = _WithdrawForm(request.POST if request.method == "POST" else None)
    problem, effect = "", None
    try:
        if form.is_valid():
            by, reason = officer(request).get_username(), form.cleaned_data["reason"]
            done = withdraw(number, by, reason)
            words = _("Withdrawn: %(restored)d went back to another version, %(removed)d removed.")
            messages.success(request, words % {"restored": done.restored, "removed": done.removed})
            return redirect("desk:batch", number)
        effect = foresee(number)
    except JournalError as error:
        problem = str(error)
    context = {
        "batch": found, "effect": effect, "problem": problem, "form": form,
        "kind": _kind_words(found),
    }  # fmt: skip
    bad = problem or form.errors
    return show_desk(request, "desk/withdraw.html", context, status=422 if bad else 200)
