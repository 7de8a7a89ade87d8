"""View models of records and refusals on the desk's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field
from django.utils.translation import gettext as _

from phucvu.intake.actions import Answer
from phucvu.intake.excel.columns import Form
from phucvu.intake.kinds import KINDS, FactKind
from phucvu.intake.record import DossierRecord, FactRecord
from phucvu.intake.uploads.preview import Preview, Row
from phucvu.register.models import Status
from phucvu.register.walltime import WallTimeField, from_wall
from phucvu.units.models import Unit

__all__ = [
    "ShownPreview",
    "ShownRow",
    "Trouble",
    "advice",
    "kinds_named",
    "show_preview",
    "show_refusal",
]


_COLUMNS = 5


@dataclass(frozen=True)
class Trouble:
    """Fault of a record: the field as officers know it, the reason, the remedy."""

    field: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class ShownRow:
    """View model of a row as it is understood, with its result."""

    line: int
    code: str
    result: str
    words: str
    cells: Sequence[str]
    troubles: Sequence[Trouble]


@dataclass(frozen=True)
class ShownPreview:
    """View model of a preview."""

    preview: Preview
    headings: Sequence[str]
    rows: Sequence[ShownRow]
    refusals: Sequence[ShownRow]
    counts: Sequence[tuple[str, str, int]]
    """(result, what it means, how many), those there are."""


def show_preview(seen: Preview) -> ShownPreview:
    """Lay out a preview with names of units and states, dates as people write them."""
    rows = [*seen.rows, *seen.refusals]
    numbers = {row.record.unit_id for row in rows if row.record}
    units = dict(Unit.objects.filter(pk__in=numbers).values_list("pk", "name"))
    words = _words()
    return ShownPreview(
        seen,
        _headings(seen.kind),
        [_row(seen.kind, row, units) for row in seen.rows],
        [_row(seen.kind, row, units) for row in seen.refusals],
        [(key, words[key], seen.results[key]) for key in words if seen.results[key]],
    )


def show_refusal(kind: FactKind, line: int, answer: Answer) -> ShownRow:
    """Lay out a row that was refused."""
    return _row(kind, Row(line, answer, None), {})


def kinds_named() -> list[tuple[str, str]]:
    """List each kind of fact by its name in addresses and its name for people."""
    return [
        (plural, str(kind.fact.model._meta.verbose_name_plural)) for plural, kind in KINDS.items()
    ]


def advice(form: Form, field: str) -> Trouble:
    """Return the field's heading in the template, and the values it takes."""
    name = field.partition("[")[0]
    for column in form.columns:
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


def _row(kind: FactKind, row: Row, units: dict[int, str]) -> ShownRow:
    answer = row.answer
    key = "new" if answer.new else answer.result
    troubles = []
    for problem in answer.problems or ():
        known = advice(kind.form, problem.field)
        troubles.append(Trouble(known.field, problem.reason, known.remedy))
    cells = _cells(kind, row.record, units) if row.record else []
    return ShownRow(row.line, answer.code, key, _words()[key], cells, troubles)


def _headings(kind: FactKind) -> list[str]:
    if kind.record is DossierRecord:
        ended = [_("Status"), _("Received"), _("Promised"), _("Ended")]
        return [_("Unit"), _("Procedure"), *ended]
    return [_("Unit"), *(str(_column(kind, name).verbose_name) for name in _told(kind))]


def _told(kind: FactKind) -> list[str]:
    """List the columns of a fact that a preview has room for."""
    names = kind.record.__struct_fields__
    return [name for name in names if name not in ("code", "unit_id")][:_COLUMNS]


def _column(kind: FactKind, name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", kind.fact.model._meta.get_field(name))


def _cells(kind: FactKind, record: FactRecord, units: dict[int, str]) -> list[str]:
    unit = units.get(record.unit_id, "")
    if isinstance(record, DossierRecord):
        return [unit, *_dossier(record)]
    cells = [unit]
    for name in _told(kind):
        value = getattr(record, name)
        is_moment = isinstance(_column(kind, name), WallTimeField)
        cells.append(_moment(value) if is_moment else "" if value is None else str(value))
    return cells


def _dossier(record: DossierRecord) -> list[str]:
    moments = [record.finished_at, record.handed_over_at, record.refused_at]
    ended = next((moment for moment in moments if moment is not None), None)
    return [
        record.procedure_name or record.procedure_code,
        str(Status(record.status).label),
        _moment(record.received_at if record.received_at is not None else record.submitted_at),
        _moment(record.promised_at),
        _moment(ended),
    ]


def _moment(wall: int | None) -> str:
    return "" if wall is None else f"{from_wall(wall):%d/%m/%Y %H:%M}"
