"""First page of the desk, and the templates to fill in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phucvu.accounts.policy import Resource
from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.kinds import KINDS
from phucvu.intake.visible import batches_for, open_refusals_for
from phucvu.web.desk.gate import desk_page, officer, show_desk
from phucvu.web.desk.shown import kinds_named

__all__ = ["XLSX", "home", "template"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LATEST = 5


@require_safe
@desk_page(Resource.DESK)
def home(request: HttpRequest) -> HttpResponse:
    """Show the latest batches, the refusals to repair, and the ways to what the account may do."""
    account = officer(request)
    return show_desk(
        request,
        "desk/home.html",
        {
            "batches": batches_for(account)[:_LATEST],
            "open_refusals": open_refusals_for(account).count(),
            "kinds": kinds_named(),
        },
    )


@require_safe
@desk_page(Resource.TEMPLATES)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with the Excel template for a kind of fact."""
    if kind not in KINDS:
        raise Http404
    return HttpResponse(
        template_bytes(KINDS[kind].form),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'},
    )
