"""Page of the columns of a foreign table: their meaning proposed, looked over, confirmed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from phucvu.accounts.policy import Resource
from phucvu.intake.files import FileError
from phucvu.intake.mapping import MappingError
from phucvu.intake.models import Upload
from phucvu.intake.uploads.columns import Table, asked, keep, stated
from phucvu.intake.uploads.plans import said_of
from phucvu.units.tree import load_tree
from phucvu.web.desk.gate import desk_page, show_desk
from phucvu.web.desk.uploads import mine

__all__ = ["columns"]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Resource.BRING)
def columns(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show each field of ours with the column it comes from, samples, and the meaning of codes."""
    found = mine(request, number)
    if found.state != Upload.State.HELD:
        return redirect("desk:upload", number)
    table, problem, looked = None, "", False
    try:
        if request.method == "POST":
            table, content = stated(found, request.POST.dict())
            if content is not None:
                keep(found, content, table.unit_code)
                return redirect("desk:upload", number)
            looked = True
        else:
            table = asked(found)
    except (FileError, MappingError) as error:
        problem = said_of(found, error)
    return _page(request, found, table, problem, looked)


def _page(
    request: HttpRequest, found: Upload, table: Table | None, problem: str, looked: bool
) -> HttpResponse:
    context = {
        "upload": found,
        "table": table,
        "problem": problem,
        "incomplete": looked and table is not None and not table.complete,
        "new_values": looked and table is not None and table.complete,
        "units": list(load_tree()) if table else [],
    }
    return show_desk(request, "desk/columns.html", context, status=422 if looked else 200)
