"""Pages for reported values, from a file or typed in, as far as the account may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from phucvu.accounts import audit
from phucvu.accounts.asking import figures_scope_of, ids_within
from phucvu.accounts.policy import Resource
from phucvu.editions.finding import Editions
from phucvu.intake.actions import Receipt, receive, rehearse
from phucvu.intake.files import SUFFIXES, FileError
from phucvu.intake.formats.base import Entry, kind_of
from phucvu.intake.importing import Outcome, Terms, closing_parts, import_file, plan
from phucvu.intake.kinds import FIGURES
from phucvu.intake.uploads.folders import safe_name
from phucvu.register import indicators
from phucvu.units.tree import load_eras, load_tree
from phucvu.web.desk.gate import address_of, desk_page, officer, show_desk
from phucvu.web.desk.shown import ShownRow, show_refusal
from phucvu.web.desk.uploads import FAULTS

__all__ = ["state", "type_in"]

_MOST_BYTES = 4 * 1024 * 1024
_MOST_ROWS = 10_000
_SHOWN = 200
# The columns that the page's form fills, and its fields.
_FIELDS = {
    "unit_code": "don-vi", "period": "ky", "indicator": "chi-so", "numerator": "tu-so",
    "denominator": "mau-so", "ratio": "ty-le", "points": "diem", "as_of": "thoi-diem",
    "note": "ghi-chu",
}  # fmt: skip


@dataclass
class _Brought:
    """Result of a file, with its first refusals."""

    outcome: Outcome
    refusals: list[ShownRow] = field(default_factory=list)

    def note(self, receipt: Receipt, part: list[Entry]) -> None:
        """Store the refusals of a batch, as far as there is room."""
        for answer in receipt.results:
            if answer.result == "refused" and len(self.refusals) < _SHOWN:
                line = part[answer.position].line
                self.refusals.append(show_refusal(FIGURES, line, answer))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.FIGURES)
def state(request: HttpRequest) -> HttpResponse:
    """Take in a file of reported values; show refusals with their reasons."""
    problem, brought = "", None
    if request.method == "POST":
        file = request.FILES.get("tep")
        try:
            brought = _taken_in(request, file if isinstance(file, UploadedFile) else None)
        except FAULTS as error:
            problem = str(error)
    bad = problem or (brought is not None and brought.outcome.refused)
    context = {"problem": problem, "brought": brought}
    return _page(request, context, status=422 if bad else 200)


@require_POST
@desk_page(Resource.FIGURES)
def type_in(request: HttpRequest) -> HttpResponse:
    """Take in one typed value; where something is wrong with it, nothing is stored."""
    account = officer(request)
    given = {column: request.POST.get(name, "").strip() for column, name in _FIELDS.items()}
    # Chosen from a list, the unit has its name behind its code.
    record = {**given, "unit_code": given["unit_code"].partition(" ")[0]}
    how: dict[str, Any] = {
        "units": load_eras(), "kind": FIGURES, "reach": figures_scope_of(account),
    }  # fmt: skip
    ((answer, _understood),) = rehearse([record], **how)
    if answer.result != "refused":
        by = _("typed in (%(account)s)") % {"account": account.get_username()}
        receipt = receive([record], origin=by, **how)
        (answer,) = receipt.results
        _audit(request, receipt, figure=answer.code)
    if answer.result == "refused":
        context = {"typed_problem": show_refusal(FIGURES, 1, answer), "given": given}
        return _page(request, context, status=422)
    again = answer.result == "unchanged"
    said = _("%(figure)s says so already.") if again else _("%(figure)s is taken in.")
    messages.success(request, said % {"figure": answer.code})
    return redirect("desk:figures")


def _page(request: HttpRequest, context: Mapping[str, Any], *, status: int) -> HttpResponse:
    account = officer(request)
    editions = Editions.open()
    led = figures_scope_of(account).indicators(indicators.words_of(editions.today()).leads)
    names = dict(indicators.choices(editions, request.LANGUAGE_CODE))
    report = indicators.NATIONAL_REPORT
    names[report] = f"{report} {_('Dossiers received by the national report')}"
    tree = load_tree()
    ids = ids_within(account, Resource.FIGURES, tree)
    more = {
        "given": {"as_of": f"{timezone.localtime():%Y-%m-%dT%H:%M}"},
        "led": None if led is None else [names[code] for code in sorted(led) if code in names],
        "indicators": [item for item in names.items() if led is None or item[0] in led],
        "units": [node for node in tree if ids is None or node.id in ids],
        "columns": ",".join(FIGURES.form.names),
        "suffixes": sorted(SUFFIXES),
    }
    return show_desk(request, "desk/figures.html", {**more, **context}, status=status)


def _taken_in(request: HttpRequest, file: UploadedFile | None) -> _Brought:
    """Take in the rows of a file. Raises one of `FAULTS` for a file that cannot be read."""
    if file is None or not file.name:
        raise FileError(_("Choose a file."))
    name = safe_name(file.name)
    if (file.size or 0) > _MOST_BYTES:
        raise FileError(_("%(file)s is larger than 4 MiB. Split it.") % {"file": name})
    account = officer(request)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        if kind_of(path) not in SUFFIXES:
            raise FileError(_("%(file)s is no table and no list of records.") % {"file": name})
        path.write_bytes(file.read())
        try:
            planned = plan(path, Terms(kind=FIGURES), whole=False)
            with closing_parts(planned):
                rows = list(islice(chain.from_iterable(planned.parts), _MOST_ROWS + 1))
            if len(rows) > _MOST_ROWS:
                reason = _("%(file)s has more than 10,000 rows. Split it.")
                raise FileError(reason % {"file": name})
            brought = _Brought(Outcome(name))
            brought.outcome = import_file(
                replace(planned, parts=iter([rows])),
                load_eras(),
                origin=f"{name} ({account.get_username()})",
                reach=figures_scope_of(account),
                note=brought.note,
            )
        except FAULTS as error:
            raise FileError(str(error).replace(str(path), name)) from error
    _audit(request, brought.outcome, file=name)
    return brought


def _audit(request: HttpRequest, done: Receipt | Outcome, **what: Any) -> None:
    audit.note(
        officer(request).get_username(), "figures.stated", Resource.FIGURES,
        address=address_of(request), accepted=done.accepted, unchanged=done.unchanged,
        refused=done.refused, **what,
    )  # fmt: skip
