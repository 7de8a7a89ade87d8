"""Pages to bring a file: choose it, look it through, confirm, watch, fetch the refused rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phucvu.accounts.policy import Resource
from phucvu.intake.apart.asking import look
from phucvu.intake.files import SUFFIXES, FileError
from phucvu.intake.formats.base import kind_of
from phucvu.intake.importing import UnitError, UsageError
from phucvu.intake.kinds import KINDS
from phucvu.intake.mapping import MappingError
from phucvu.intake.models import Upload
from phucvu.intake.uploads import extent, worker
from phucvu.intake.uploads.folders import file_of, forget, mapping_of, refused_of, safe_name
from phucvu.intake.uploads.plans import needs_columns, said_of
from phucvu.intake.uploads.preview import preview
from phucvu.opendata.streaming import streamed_file
from phucvu.web.desk.gate import desk_page, officer, show_desk
from phucvu.web.desk.shown import kinds_named, show_preview

__all__ = ["FAULTS", "bring", "confirm", "drop", "mine", "refused", "upload"]

FAULTS = (FileError, MappingError, UnitError, UsageError)
_MIB = 1 << 20
_LATEST = 10


class _NotTakenError(ValueError):
    """Error of a file that is not even stored; the message says why."""


def mine(request: HttpRequest, number: UUID) -> Upload:
    """Return the upload, where it is the account's own. Raises Http404."""
    return get_object_or_404(Upload.objects.select_related("by"), pk=number, by=officer(request))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.BRING)
def bring(request: HttpRequest) -> HttpResponse:
    """Show the form to choose a file; store a chosen one, without taking it in."""
    problem = ""
    if request.method == "POST":
        try:
            kept = _kept(request, request.FILES.get("tep"))
            kept.lines = look(file_of(kept), "lines", extent.MOST_UNPACKED)
            kept.save(update_fields=["lines"])
            address = reverse(
                "desk:columns" if needs_columns(kept) else "desk:upload", args=[kept.pk]
            )
        except _NotTakenError as error:
            problem = str(error)
        except FileError as error:
            problem = said_of(kept, error)
            forget(kept)
        else:
            return JsonResponse({"next": address}) if _by_script(request) else redirect(address)
        if _by_script(request):
            return JsonResponse({"problem": problem}, status=422)
    return show_desk(
        request,
        "desk/bring.html",
        {
            "problem": problem,
            "most_mib": settings.PHUCVU_UPLOAD_MIB,
            "suffixes": _accepted(),
            "kinds": kinds_named(),
            "uploads": Upload.objects.filter(by=officer(request))[:_LATEST],
        },
        status=422 if problem else 200,
    )


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _accepted() -> list[str]:
    """List the suffixes a chooser offers."""
    return [*sorted(SUFFIXES), ".gz"]


def _kept(request: HttpRequest, file: UploadedFile | None) -> Upload:
    """Store the file in a folder of its own. Raises `_NotTakenError`."""
    if file is None or not file.name:
        raise _NotTakenError(_("Choose a file first."))
    name = safe_name(file.name)
    if kind_of(Path(name)) not in SUFFIXES:
        raise _NotTakenError(
            _("%(name)s: the file has to be .csv, .xlsx, .json, .jsonl, .parquet or .xes.")
            % {"name": name}
        )
    size = file.size or 0
    if size > settings.PHUCVU_UPLOAD_MIB * _MIB:
        raise _NotTakenError(
            _("The file has %(size)d MiB; at most %(most)d MiB are taken. Split it into several.")
            % {"size": size // _MIB, "most": settings.PHUCVU_UPLOAD_MIB}
        )
    if not size:
        raise _NotTakenError(_("%(name)s is empty.") % {"name": name})
    with transaction.atomic():
        kind = request.POST.get("loai", "")
        kind = kind if kind in KINDS else ""
        kept = Upload.objects.create(by=officer(request), name=name, size=size, kind=kind)
        try:
            _move(file, file_of(kept))
        except OSError as error:
            shutil.rmtree(file_of(kept).parent.parent, ignore_errors=True)
            reason = _("The file cannot be kept: the disk is full, or may not be written.")
            raise _NotTakenError(reason) from error
    return kept


def _move(file: UploadedFile, place: Path) -> None:
    place.parent.mkdir(parents=True, mode=0o700)
    if isinstance(file, TemporaryUploadedFile):
        shutil.move(file.temporary_file_path(), place)
        return
    with place.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)


@require_safe
@desk_page(Resource.BRING)
def upload(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show the state of the file: to be confirmed, waiting, being taken in, or done."""
    found = mine(request, number)
    context: dict[str, Any] = {
        "upload": found,
        "refused_file": refused_of(found),
        "has_columns": mapping_of(found).exists(),
    }
    if found.state != Upload.State.HELD:
        return show_desk(request, "desk/upload.html", context)
    try:
        if needs_columns(found) and not mapping_of(found).exists():
            return redirect("desk:columns", number)
        seen = preview(found)
        if seen.whole:
            found.lines = seen.last_line
            found.save(update_fields=["lines"])
        context["shown"] = show_preview(seen)
    except FAULTS as error:
        context["problem"] = said_of(found, error)
    except OSError as error:
        raise Http404 from error  # another page of the same account dropped it
    return show_desk(request, "desk/preview.html", context)


@require_POST
@desk_page(Resource.BRING)
def confirm(request: HttpRequest, number: UUID) -> HttpResponse:
    """Have the file taken in; where it was interrupted, go on."""
    found = mine(request, number)
    if found.state == Upload.State.HELD:
        found.correction = request.POST.get("dinh-chinh") == "1"
        found.save(update_fields=["correction"])
    worker.confirm(found)
    return redirect("desk:upload", number)


@require_POST
@desk_page(Resource.BRING)
def drop(request: HttpRequest, number: UUID) -> HttpResponse:
    """Remove the file and its result; the facts taken in stay."""
    found = mine(request, number)
    if not found.open:
        forget(found)
    return redirect("desk:bring")


@require_safe
@desk_page(Resource.BRING)
def refused(request: HttpRequest, number: UUID) -> StreamingHttpResponse:
    """Answer with the refused rows, in the form they came in, to mend and bring again."""
    path = refused_of(mine(request, number))
    if path is None:
        raise Http404(_("Nothing was refused, or it was a week ago."))
    return streamed_file(request, path)
