"""Page to reorganise units: the effect is shown before it is carried out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from phucvu.accounts import audit
from phucvu.accounts.asking import ids_within, may
from phucvu.accounts.policy import Resource
from phucvu.results.foreseeing import foresee
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, ReorganisationError, decision_of
from phucvu.units.models import Reorganisation, Unit
from phucvu.units.tree import load_tree
from phucvu.web.desk.gate import address_of, desk_page, officer, show_desk

__all__ = ["reorganise"]

_ACTS = {
    "merge": gettext_lazy("Merge"),
    "split": gettext_lazy("Split"),
    "move": gettext_lazy("Move"),
    "rename": gettext_lazy("Rename"),
    "end": gettext_lazy("End"),
}
_PARTS = 6
_FIELDS = (
    "viec", "don-vi", "ten", "cap-tren", "ma-moi", "ca-truc-thuoc", "so-qd", "co-quan", "tu-ngay",
    "ghi-chu", "nguon", "phan", "ten-phan", "ty-le",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.UNITS)
def reorganise(request: HttpRequest) -> HttpResponse:
    """Show the form of one act; with `buoc=lam` and the mark of the shown effect, carry it out."""
    given = request.POST if request.method == "POST" else request.GET
    act = given.get("viec", "")
    act = act if act in _ACTS else "merge"
    problem, foreseen, mark = "", None, ""
    if request.method == "POST":
        try:
            on = _day(given.get("tu-ngay", ""))
            work = _work(request, act, on)
            mark = _mark(given)
            if given.get("buoc") == "lam" and constant_time_compare(given.get("dau", ""), mark):
                done = _carry_out(request, work)
                messages.success(request, _("It is done: %(act)s.") % {"act": done})
                return redirect(f"{request.path}?viec={act}")
            foreseen = foresee(work, on)
        except ReorganisationError as error:
            problem = str(error)
    tree = load_tree()
    ids = ids_within(request.user, Resource.UNITS, tree)
    context = {
        "acts": _ACTS.items(),
        "act": act,
        "act_name": _ACTS[act],
        "problem": problem,
        "foreseen": foreseen,
        "mark": mark,
        "given": {name.replace("-", "_"): given.get(name, "") for name in _FIELDS},
        "sources": _filled(given.getlist("nguon")),
        "parts": list(
            zip(*(_filled(given.getlist(n)) for n in ("phan", "ten-phan", "ty-le")), strict=True)
        ),
        "units": [node for node in tree if ids is None or node.id in ids],
    }
    return show_desk(request, "desk/reorganise.html", context, status=422 if problem else 200)


def _carry_out(request: HttpRequest, work: Callable[[], Reorganisation]) -> Reorganisation:
    account = officer(request)
    with transaction.atomic():
        done = work()
        touched = list(done.units.order_by("code"))
        audit.note(
            account.get_username(), f"units.{done.act}", Resource.UNITS, unit=touched[0],
            address=address_of(request), decision=done.decision.number, day=str(done.effective),
            units=[unit.code for unit in touched],
        )  # fmt: skip
    return done


def _work(request: HttpRequest, act: str, on: date) -> Callable[[], Reorganisation]:
    """Read the act from the form, without carrying it out. Raises `ReorganisationError`."""
    given, account = request.POST, officer(request)

    def may_change(unit: Unit | None) -> bool:
        if unit is None:
            return ids_within(account, Resource.UNITS) is None
        return may(account, Resource.UNITS, unit)

    number, issued_by = given.get("so-qd", "").strip(), given.get("co-quan", "").strip()
    if not number:
        raise ReorganisationError(_("Name the decision: its number is missing."))
    if len(number) > 100 or len(issued_by) > 200:
        raise ReorganisationError(_("The number or name of the decision is too long."))

    def mandate() -> Mandate:
        note = given.get("ghi-chu", "").strip()[:500]
        return Mandate(decision_of(number, issued_by=issued_by), on, account, note, may_change)

    if act == "merge":
        sources = [_unit(text) for text in given.getlist("nguon") if text.strip()]
        if not sources:
            raise ReorganisationError(_("Name the units to merge, each once."))
        into = _taker(given.get("ma-moi", ""), given.get("ten", ""), sources[0])
        return lambda: actions.merge(mandate(), sources, into)
    unit = _unit(given.get("don-vi", ""))
    if act == "split":
        columns = (given.getlist(name) for name in ("phan", "ten-phan", "ty-le"))
        parts = [
            (_taker(code, name, unit), _share(share))
            for code, name, share in zip(*columns, strict=False)
            if code.strip()
        ]
        return lambda: actions.split(mandate(), unit, parts)
    if act == "move":
        parent = _unit(given.get("cap-tren", ""))
        return lambda: actions.move(mandate(), unit, parent)
    if act == "rename":
        name = given.get("ten", "")
        return lambda: actions.rename(mandate(), unit, name)
    with_all_below = given.get("ca-truc-thuoc") == "1"
    return lambda: actions.end(mandate(), unit, with_all_below=with_all_below)


def _unit(text: str) -> Unit:
    code = text.strip().partition(" ")[0]
    found = Unit.objects.filter(code=code, valid_to=None).first() if code else None
    if found is None:
        raise ReorganisationError(
            _("“%(text)s” is no unit in force: choose one from the list.") % {"text": text.strip()}
        )
    return found


def _taker(code: str, name: str, like: Unit) -> Unit | Newcomer:
    """Return the unit that takes over; with a name, a new one beside and of the kind of `like`."""
    if not name.strip():
        return _unit(code)
    return Newcomer(code.strip(), name.strip(), like.kind, like.parent)


def _share(text: str) -> Fraction:
    try:
        return Fraction(text.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise ReorganisationError(
            _("“%(text)s” is no share: write a fraction such as 1/3.") % {"text": text}
        ) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ReorganisationError(_("Give the first day it is so.")) from error


def _mark(given: QueryDict) -> str:
    """Sign the content of a form: only the act that was shown is carried out."""
    content = "\0".join(f"{name}={value}" for name in _FIELDS for value in given.getlist(name))
    return salted_hmac("phucvu.web.desk.reorganising", content).hexdigest()


def _filled(values: list[str]) -> list[str]:
    return (values + [""] * _PARTS)[: max(_PARTS, len(values))]
