"""Pages of the audit, for those who check: a search, and an export."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from phucvu.accounts.asking import ids_within
from phucvu.accounts.audit import Wanted, search
from phucvu.accounts.audit.exporting import json_lines
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.opendata.streaming import streamed
from phucvu.web.desk.gate import desk_page, saw, show_desk

__all__ = ["export", "listed"]

_ROWS = 50


@require_safe
@desk_page(Resource.AUDIT)
def listed(request: HttpRequest) -> HttpResponse:
    """Show lines of the audit within the account's scope that fit the search, the newest first."""
    wanted = _wanted(request)
    page = Paginator(_found(request, wanted), _ROWS).get_page(request.GET.get("trang"))
    saw(request, "audit.list", Resource.AUDIT, rows=len(page))
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        "page": page,
        "wanted": wanted,
        "outcomes": AuditEntry.Outcome.choices,
        "query": query.urlencode(),
    }
    return show_desk(request, "desk/audit.html", context)


@require_safe
@desk_page(Resource.AUDIT)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Answer with these lines, oldest first, as lines of JSON."""
    found = _found(request, _wanted(request)).order_by("id")
    saw(request, "audit.export", Resource.AUDIT, rows=found.count())
    lines = json_lines(found.iterator(chunk_size=2_000))
    return streamed(request, lines, "application/x-ndjson", "nhat-ky.jsonl")


def _wanted(request: HttpRequest) -> Wanted:
    outcome = request.GET.get("ket-qua", "")
    return Wanted(
        request.GET.get("tim", "").strip(),
        outcome if outcome in AuditEntry.Outcome.values else "",
        _day(request.GET.get("tu", "")),
        _day(request.GET.get("den", "")),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _found(request: HttpRequest, wanted: Wanted) -> QuerySet[AuditEntry]:
    return search(wanted, ids_within(request.user, Resource.AUDIT))
