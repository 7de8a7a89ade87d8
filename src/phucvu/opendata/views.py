"""Views of the files: a scoreboard, a unit, its trends, its components by procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from phucvu.accounts.audit.head import of_yesterday
from phucvu.editions.words import not_by_procedure
from phucvu.opendata.asked import FileRequest, asked_of
from phucvu.opendata.columns import PROCEDURES, SCORES, TRENDS, FileColumn
from phucvu.opendata.licence import licence
from phucvu.opendata.procedures import procedure_rows
from phucvu.opendata.scores import score_rows
from phucvu.opendata.serving import FileVersion, answer_file, edition_parts, version_of
from phucvu.opendata.tables import FileTable, Row
from phucvu.opendata.trends import trend_rows
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.handling import procedures_of
from phucvu.results.scores import UnitScore
from phucvu.results.trends import trend
from phucvu.units.models import Kind

__all__ = ["board_file", "procedures_file", "trends_file", "unit_file"]


@require_safe
def board_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with the units directly below one: total, groups, components.

    The address takes `?loai=`, `?chi-so=` and `?tai=`. Of a kind that is only further below, such
    as the communes of the country, all units are listed.
    """
    asked = asked_of(request, code, period, form)
    version = _version(asked, asked.kind or asked.unit.kind, asked.kind, asked.component, form)
    kind = f"-{asked.kind}" if asked.kind else ""

    def table() -> FileTable:
        rows = score_rows(_scores(asked, version), asked.tree, asked.component)
        return _table(request, asked, f"diem-{code}-{period}{kind}", SCORES, rows)

    return _answered(request, asked, version, form, table)


@require_safe
def unit_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with one unit: total, groups, components. The address takes `?chi-so=` and `?tai=`."""
    asked = asked_of(request, code, period, form)
    version = _version(asked, asked.unit.kind, "unit", asked.component, form)

    def table() -> FileTable:
        score = unit_score(
            asked.unit, asked.period, asked.compared, editions=asked.editions,
            tree=asked.tree, earlier=asked.earlier, now=version.moment, as_of=asked.as_of,
        )  # fmt: skip
        rows = score_rows([score], asked.tree, asked.component)
        return _table(request, asked, f"don-vi-{code}-{period}", SCORES, rows)

    return _answered(request, asked, version, form, table)


@require_safe
def trends_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with a unit's trends: twelve months of counted figures, every published moment."""
    asked = asked_of(request, code, period, form)
    version = _version(asked, asked.unit.kind, "trends", form)

    def table() -> FileTable:
        found = trend(
            asked.unit, asked.period, asked.compared, editions=asked.editions,
            tree=asked.tree, trees=asked.atlas.tree, now=version.moment,
        )  # fmt: skip
        rows = trend_rows(asked.unit, found)
        return _table(request, asked, f"dien-bien-{code}-{period}", TRENDS, rows)

    return _answered(request, asked, version, form, table)


@require_safe
def procedures_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with one unit's components by procedure, small cells hidden.

    Only by the edition that scores the period: two rules side by side could give away what one
    of them hides.
    """
    asked = asked_of(request, code, period, form)
    if asked.compared is not None:
        raise Http404(not_by_procedure())
    scored = asked.scored(asked.unit.kind)
    version = _version(asked, asked.unit.kind, "procedures", settings.PHUCVU_SMALLEST_CELL, form)

    def table() -> FileTable:
        edition = scored.edition
        found = procedures_of(asked.unit, asked.period, asked.tree, edition, now=version.moment)
        rows = procedure_rows(asked.unit, asked.period, scored, found)
        return _table(request, asked, f"thu-tuc-{code}-{period}", PROCEDURES, rows)

    return _answered(request, asked, version, form, table)


def _version(asked: FileRequest, kind: str, *more: object) -> FileVersion:
    scored = asked.scored(kind)
    every = [edition_parts(asked.scored(each)) for each in Kind]  # a file may hold several kinds
    return version_of(
        asked.tree, asked.unit, scored, asked.atlas.view, asked.as_of, every, of_yesterday(), *more
    )


def _answered(
    request: HttpRequest,
    asked: FileRequest,
    version: FileVersion,
    form: str,
    table: Callable[[], FileTable],
) -> HttpResponseBase:
    answer = answer_file(request, version, form, table)
    if asked.compared is not None:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _scores(asked: FileRequest, version: FileVersion) -> Sequence[UnitScore]:
    present = {child.kind for child in asked.tree.children(asked.unit.id)}
    kinds = [asked.kind] if asked.kind else [kind for kind in Kind if kind in present]
    return [
        score
        for kind in kinds
        for score in scoreboard(
            asked.unit, kind, asked.period, asked.compared, editions=asked.editions,
            tree=asked.tree, earlier=asked.earlier, now=version.moment, as_of=asked.as_of,
        ).entries
    ]  # fmt: skip


def _table(
    request: HttpRequest,
    asked: FileRequest,
    name: str,
    columns: Sequence[FileColumn],
    rows: Iterable[Row],
) -> FileTable:
    terms, audited = licence(), of_yesterday()
    about = {
        "address": request.build_absolute_uri(),
        "licence": terms.name,
        "licence_address": terms.address,
        "dictionary": request.build_absolute_uri("/du-lieu/#tu-dien"),
    }
    if audited is not None:
        about["audit_head"] = str(audited)
    if asked.compared is not None:
        name += f"-so-sanh-{asked.compared.id}"
    return FileTable(name, columns, rows, about)
