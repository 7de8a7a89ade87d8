"""Pages of a unit's open dossiers: the list, one dossier, the export, the stream, the work map."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phucvu import clock
from phucvu.accounts.asking import may, scope_of
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError, route_permission
from phucvu.opendata.streaming import streamed
from phucvu.register.models import Dossier
from phucvu.register.walltime import from_wall, wall_now
from phucvu.register.worklist import Work, is_open, open_dossiers, work_of
from phucvu.results.maps import Atlas, View
from phucvu.units.places import places
from phucvu.units.tree import UnitTree
from phucvu.web.desk.gate import desk_page, officer, saw, show_desk, unit_at
from phucvu.web.live.views import stream
from phucvu.web.view_models.tiles import tiles
from phucvu.web.view_models.verdicts import show_verdict

__all__ = ["dossier", "dossiers", "export", "news", "units", "work_map"]

_ROWS = 50
# A cell that begins so would be read as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@desk_page(Resource.DOSSIERS)
def units(request: HttpRequest) -> HttpResponse:
    """Show the units whose open dossiers the account may see, with their numbers."""
    tree = _today()
    reach = scope_of(request.user, Resource.DOSSIERS)
    shown = [
        node for node in tree if reach.covers([each.id for each in reversed(tree.path(node.id))])
    ]
    work = work_of({node.id: tree.own(node.id) for node in shown})
    rows = [(node, work[node.id]) for node in shown if node.id in work]
    rows.sort(key=lambda row: (-row[1].overdue, -row[1].open, row[0].code))
    return show_desk(request, "desk/dossier_units.html", {"rows": rows, "units": len(shown)})


@require_safe
@desk_page(Resource.DOSSIERS, unit_in="code")
def dossiers(request: HttpRequest, code: str) -> HttpResponse:
    """Show a unit's open dossiers and those of units it took over, the most urgent first."""
    unit = unit_at(code)
    own = _today().own(unit.id)
    found = open_dossiers(own).select_related("unit")
    page = Paginator(found, _ROWS).get_page(request.GET.get("trang"))
    saw(request, "dossiers.list", Resource.DOSSIERS, unit, page=page.number, rows=len(page))
    context = {
        "unit": unit,
        "page": page,
        "now": wall_now(),
        "work": work_of({unit.id: own}).get(unit.id, Work()),
        "may_export": may(officer(request), Resource.EXPORTS, unit),
    }
    return show_desk(request, "desk/dossiers.html", context)


@require_safe
@desk_page(Resource.DOSSIERS, unit_in="code")
def dossier(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show one dossier and its verdict; the dossier's own unit decides who may."""
    unit = unit_at(code)
    found = Dossier.objects.select_related("unit").filter(code=number).first()
    if found is None:
        raise Http404(_("There is no dossier %(number)s.") % {"number": number})
    if not may(officer(request), Resource.DOSSIERS, found.unit):
        raise RefusedError(Resource.DOSSIERS, found.unit, dossier=number)
    saw(request, "dossiers.one", Resource.DOSSIERS, found.unit, dossier=number)
    told = may(officer(request), Resource.VERDICTS, found.unit)
    verdict = show_verdict(found, request.GET.get("ky", "")) if told else None
    late = is_open(found) and found.promised_at is not None and found.promised_at < wall_now()
    context = {
        "unit": unit,
        "dossier": found,
        "late": late,
        "verdict": verdict,
        "may_see_persons": bool(settings.PHUCVU_PERSONAL)
        and may(officer(request), Resource.PERSONAL, found.unit),
    }
    return show_desk(request, "desk/dossier.html", context)


@require_safe
@desk_page(Resource.EXPORTS, unit_in="code")
def export(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Answer with a unit's open dossiers as a CSV file that spreadsheets open."""
    unit = unit_at(code)
    found = open_dossiers(_today().own(unit.id))
    saw(request, "dossiers.export", Resource.EXPORTS, unit, rows=found.count())
    lines = _lines(found.iterator(chunk_size=1_000))
    return streamed(request, lines, "text/csv; charset=utf-8", f"ho-so-{unit.code}.csv")


def _today() -> UnitTree:
    """Return today's units, each with the ended units whose work it has."""
    return Atlas.open(View.TODAY).newest


def _lines(rows: Iterable[Dossier]) -> Iterator[str]:
    heads = [_("Dossier"), _("Procedure"), _("Status"), _("Received at"), _("Promised for")]
    yield "\ufeff" + _line(heads)
    for row in rows:
        moments = [
            from_wall(wall).isoformat(" ", "minutes") if wall is not None else ""
            for wall in (row.received_at, row.promised_at)
        ]
        yield _line([row.code, row.procedure_code, row.get_status_display(), *moments])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(f"'{c}" if c.startswith(_FORMULA) else c for c in cells)
    return out.getvalue()


@route_permission(Resource.DOSSIERS, unit_in="code")
async def news(request: HttpRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """Answer with events about the unit's dossiers, for the open page of its list."""
    return await stream(request, frozenset({code}))


@require_safe
@desk_page(Resource.WORK, unit_in="code")
def work_map(request: HttpRequest, code: str) -> HttpResponse:
    """Answer GeoJSON of the units below one, with the open and overdue dossiers of each."""
    unit = unit_at(code)
    tree = _today()
    reach = scope_of(request.user, Resource.WORK)
    below = [
        node
        for node in tree.children(unit.id)
        if reach.covers([each.id for each in reversed(tree.path(node.id))])
    ]
    work = work_of({node.id: tree.own(node.id) for node in below})
    by_code = {node.code: work.get(node.id, Work()) for node in below}
    lie = places(clock.today())
    shapes = tiles([(node.code, lie.get(node.id)) for node in below])
    for feature in shapes["features"]:
        found = by_code[feature["properties"]["code"]]
        feature["properties"] |= {"open": found.open, "overdue": found.overdue}
    saw(request, "work.map", Resource.WORK, unit, units=len(below))
    return JsonResponse(shapes, content_type="application/geo+json")
