"""Records and refusals in the words of the desk's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from phucvu.intake.excel.columns import form
from phucvu.intake.record import DossierRecord
from phucvu.intake.uploads.preview import Preview, Row
from phucvu.register.models import Status
from phucvu.register.walltime import from_wall
from phucvu.units.models import Unit

__all__ = ["ShownPreview", "ShownRow", "Trouble", "advice", "show_preview"]


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a record: the field as officers know it, the reason, what to do."""

    field: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class ShownRow:
    """A row as it is understood, and what would become of it."""

    line: int
    code: str
    result: str
    words: str
    cells: Sequence[str]
    troubles: Sequence[Trouble]


@dataclass(frozen=True)
class ShownPreview:
    """A preview in words."""

    preview: Preview
    headings: Sequence[str]
    rows: Sequence[ShownRow]
    refusals: Sequence[ShownRow]
    counts: Sequence[tuple[str, str, int]]
    """(result, what it means, how many), those there are."""


def show_preview(seen: Preview) -> ShownPreview:
    """A preview with names of units and states, dates as people write them."""
    rows = [*seen.rows, *seen.refusals]
    numbers = {row.record.unit_id for row in rows if row.record}
    units = dict(Unit.objects.filter(pk__in=numbers).values_list("pk", "name"))
    words = _words()
    return ShownPreview(
        seen,
        [_("Unit"), _("Procedure"), _("Status"), _("Received"), _("Promised"), _("Ended")],
        [_row(row, units) for row in seen.rows],
        [_row(row, units) for row in seen.refusals],
        [(key, words[key], seen.results[key]) for key in words if seen.results[key]],
    )


def advice(field: str) -> Trouble:
    """The field's heading in the template, and what it takes."""
    name = field.partition("[")[0]
    for column in form().columns:
        if name and column.name.partition(".")[0] == name:
            return Trouble(column.heading, "", column.help)
    return Trouble(field, "", "")


def _words() -> dict[str, str]:
    return {
        "new": _("new"),
        "accepted": _("updated"),
        "unchanged": _("unchanged"),
        "superseded": _("older than what stands"),
        "refused": _("refused"),
    }


def _row(row: Row, units: dict[int, str]) -> ShownRow:
    answer = row.answer
    key = "new" if answer.new else answer.result
    troubles = []
    for problem in answer.problems or ():
        known = advice(problem.field)
        troubles.append(Trouble(known.field, problem.reason, known.remedy))
    cells = _cells(row.record, units) if row.record else []
    return ShownRow(row.line, answer.code, key, _words()[key], cells, troubles)


def _cells(record: DossierRecord, units: dict[int, str]) -> list[str]:
    moments = [record.finished_at, record.handed_over_at, record.refused_at]
    ended = next((moment for moment in moments if moment is not None), None)
    return [
        units.get(record.unit_id, ""),
        record.procedure_name or record.procedure_code,
        str(Status(record.status).label),
        _moment(record.received_at if record.received_at is not None else record.submitted_at),
        _moment(record.promised_at),
        _moment(ended),
    ]


def _moment(wall: int | None) -> str:
    return "" if wall is None else f"{from_wall(wall):%d/%m/%Y %H:%M}"
