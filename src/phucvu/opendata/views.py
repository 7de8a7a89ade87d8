"""Views of the files: a scoreboard, a unit, its trends, its components by procedure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from phucvu.accounts.audit.head import of_yesterday
from phucvu.opendata.asked import FileRequest, asked_of
from phucvu.opendata.columns import PROCEDURES, SCORES, TRENDS, FileColumn
from phucvu.opendata.licence import licence
from phucvu.opendata.procedures import procedure_rows
from phucvu.opendata.scores import score_rows
from phucvu.opendata.serving import FileVersion, answer_file, version_of
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
    version = _version(asked, asked.kind, asked.component, form)
    kind = f"-{asked.kind}" if asked.kind else ""

    def table() -> FileTable:
        rows = score_rows(_scores(asked, version), asked.tree, asked.component)
        return _table(request, f"diem-{code}-{period}{kind}", SCORES, rows)

    return answer_file(request, version, form, table)


@require_safe
def unit_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with one unit: total, groups, components. The address takes `?chi-so=` and `?tai=`."""
    asked = asked_of(request, code, period, form)
    version = _version(asked, "unit", asked.component, form)

    def table() -> FileTable:
        score = unit_score(
            asked.unit, asked.period, asked.edition,
            tree=asked.tree, earlier=asked.earlier, now=version.moment, as_of=asked.as_of,
        )  # fmt: skip
        rows = score_rows([score], asked.tree, asked.component)
        return _table(request, f"don-vi-{code}-{period}", SCORES, rows)

    return answer_file(request, version, form, table)


@require_safe
def trends_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with a unit's trends: twelve months of counted figures, every published moment."""
    asked = asked_of(request, code, period, form)
    version = _version(asked, "trends", form)

    def table() -> FileTable:
        found = trend(
            asked.unit, asked.period, asked.edition,
            tree=asked.tree, trees=asked.atlas.tree, now=version.moment,
        )  # fmt: skip
        rows = trend_rows(asked.unit, asked.edition, found)
        return _table(request, f"dien-bien-{code}-{period}", TRENDS, rows)

    return answer_file(request, version, form, table)


@require_safe
def procedures_file(request: HttpRequest, code: str, period: str, form: str) -> HttpResponseBase:
    """Answer with one unit's components by procedure, small cells hidden."""
    asked = asked_of(request, code, period, form)
    version = _version(asked, "procedures", settings.PHUCVU_SMALLEST_CELL, form)

    def table() -> FileTable:
        found = procedures_of(
            asked.unit, asked.period, asked.tree, asked.edition, now=version.moment
        )
        rows = procedure_rows(asked.unit, asked.period, asked.edition, found)
        return _table(request, f"thu-tuc-{code}-{period}", PROCEDURES, rows)

    return answer_file(request, version, form, table)


def _version(asked: FileRequest, *more: object) -> FileVersion:
    return version_of(
        asked.tree, asked.unit, asked.edition, asked.atlas.view, asked.period, asked.as_of,
        of_yesterday(), *more,
    )  # fmt: skip


def _scores(asked: FileRequest, version: FileVersion) -> Sequence[UnitScore]:
    present = {child.kind for child in asked.tree.children(asked.unit.id)}
    kinds = [asked.kind] if asked.kind else [kind for kind in Kind if kind in present]
    return [
        score
        for kind in kinds
        for score in scoreboard(
            asked.unit, kind, asked.period, asked.edition,
            tree=asked.tree, earlier=asked.earlier, now=version.moment, as_of=asked.as_of,
        ).entries
    ]  # fmt: skip


def _table(
    request: HttpRequest, name: str, columns: Sequence[FileColumn], rows: Iterable[Row]
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
    return FileTable(name, columns, rows, about)
