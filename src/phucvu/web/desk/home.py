"""The desk's first page, and the templates to fill in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.models import Batch
from phucvu.intake.repairs import open_ones
from phucvu.web.desk.gate import desk_page, show_desk

__all__ = ["XLSX", "home", "template"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LATEST = 5


@require_safe
@desk_page("look")
def home(request: HttpRequest) -> HttpResponse:
    """What came in lately, what waits for repair, and the ways to bring more."""
    return show_desk(
        request,
        "desk/home.html",
        {
            "batches": Batch.objects.select_related("key")[:_LATEST],
            "open_refusals": open_ones().count(),
        },
    )


@require_safe
@desk_page("look")
def template(request: HttpRequest) -> HttpResponse:
    """The Excel template for dossiers."""
    return HttpResponse(
        template_bytes(),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="mau-ho-so.xlsx"'},
    )
