"""Figures that are not counted, stated by a file: each row as far as the account may."""

from __future__ import annotations

import csv
import io

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from phucvu.accounts import audit
from phucvu.accounts.asking import figures_of
from phucvu.accounts.policy import Thing
from phucvu.register import indicators
from phucvu.register.models import Source
from phucvu.register.rows import COLUMNS
from phucvu.register.stated import REQUIRED, state_figures
from phucvu.register.tables import ImportReport, TableError, read_table
from phucvu.web.desk.gate import address_of, desk_page, officer, show_desk

__all__ = ["state"]

_MOST_BYTES = 4 * 1024 * 1024
_MOST_ROWS = 10_000
_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Thing.FIGURES)
def state(request: HttpRequest) -> HttpResponse:
    """A file of figures, always typed in; what was refused comes back with the reason."""
    problem, report = "", None
    if request.method == "POST":
        file = request.FILES.get("tep")
        try:
            report = _taken_in(request, file if isinstance(file, UploadedFile) else None)
        except TableError as error:
            problem = str(error)
    led = figures_of(officer(request))
    names = dict(indicators.choices(request.LANGUAGE_CODE))
    messages = list(report.messages()) if report else []
    context = {
        "problem": problem,
        "report": report,
        "messages_of_rows": messages[:_SHOWN],
        "more": max(0, len(messages) - _SHOWN),
        "led": None if led is None else [names[code] for code in sorted(led) if code in names],
        "columns": ",".join(COLUMNS),
    }
    bad = problem or (report is not None and report.refused)
    return show_desk(request, "desk/figures.html", context, status=422 if bad else 200)


def _taken_in(request: HttpRequest, file: UploadedFile | None) -> ImportReport:
    """What became of the rows. Raises `TableError` for a file that cannot be read."""
    if file is None:
        raise TableError(_("Choose a file."))
    name = str(file.name)
    if (file.size or 0) > _MOST_BYTES:
        raise TableError(_("%(file)s is larger than 4 MiB. Split it.") % {"file": name})
    try:
        text = file.read().decode("utf-8-sig")
        rows = list(read_table(io.StringIO(text, newline=""), name, COLUMNS, REQUIRED))
    except UnicodeDecodeError as error:
        raise TableError(
            _("%(file)s is not UTF-8. Save it as “CSV UTF-8”.") % {"file": name}
        ) from error
    except csv.Error as error:
        raise TableError(
            _("%(file)s is no CSV file: %(error)s.") % {"file": name, "error": error}
        ) from error
    if len(rows) > _MOST_ROWS:
        raise TableError(_("%(file)s has more than 10,000 rows. Split it.") % {"file": name})
    account = officer(request)
    # What the portal published, nobody states here.
    typed = (Source.TYPED.value,)
    report = state_figures(rows, name, lambda unit: figures_of(account, unit), typed)
    audit.note(
        account.get_username(), "figures.stated", Thing.FIGURES, address=address_of(request),
        file=name[:100], added=report.added, updated=report.updated, refused=len(report.refused),
    )  # fmt: skip
    return report
