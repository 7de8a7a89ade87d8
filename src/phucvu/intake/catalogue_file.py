"""Catalogue of procedures as one CSV: a row for each procedure at a unit.

It is the short way to bring both kinds of fact, what each procedure is and which units apply it;
they are taken in like any others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.facts.procedures import TermUnit
from phucvu.intake.actions import Receipt, receive
from phucvu.intake.catalogue_rows import (
    COLUMNS,
    PARTS,
    SUBJECTS,
    CatalogueRow,
    ProcedureFacts,
    read_catalogue_row,
)
from phucvu.intake.kinds import APPLIED_PROCEDURES, PROCEDURES, FactKind
from phucvu.intake.record import Problem
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.procedures import standing_at
from phucvu.register.rows import Fault
from phucvu.register.tables import ImportReport, RefusedRow, read_table
from phucvu.register.terms import Term
from phucvu.register.walltime import to_wall
from phucvu.units.models import Unit

__all__ = ["import_catalogue"]

_REQUIRED = ("code", "name", "subjects", "fee", "unit_code", "online_level")

# What a record says of a procedure or of one at a unit, by the record's fields.
Values = dict[str, Any]
_Key = tuple[str, str]  # procedure and unit


def import_catalogue(lines: Iterable[str], origin: str, since: date | None = None) -> ImportReport:
    """Check every row of a catalogue CSV and take in the good ones, in one transaction.

    `lines` may be an open text file; `origin` names it in messages and in the journal. What the
    file does not name stays as it is. Raises TableError where the file has not the columns it
    needs.

    `since`: from which day what the file says holds; what is then as it was is left as it is, and
    earlier periods keep what they had. Without it, it holds as far back as anybody asks.
    """
    file = _File(origin)
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
    for line, cells in read_table(lines, origin, COLUMNS, _REQUIRED):
        file.read(line, cells, units)
    begun = None if since is None else datetime.combine(since, time())
    with transaction.atomic():
        _take_in(file, _Standing(begun), begun)
    file.report.refused.sort(key=lambda row: row.line)
    return file.report


class _File:
    """Good rows of a file, each procedure and each level once, and the refused ones."""

    def __init__(self, origin: str) -> None:
        self.report = ImportReport(origin)
        self.cells: dict[int, dict[str, str]] = {}
        self.procedures: dict[str, tuple[int, CatalogueRow]] = {}
        self.levels: dict[_Key, tuple[int, CatalogueRow]] = {}

    def read(self, line: int, cells: dict[str, str], units: Mapping[str, Unit]) -> None:
        """Read one row."""
        self.cells[line] = cells
        outcome = read_catalogue_row(cells, units)
        before = len(self.levels)
        if isinstance(outcome, CatalogueRow):
            outcome = _agreeing(line, outcome, self.procedures, self.levels)
        if isinstance(outcome, list):
            self.refuse(line, outcome)
        elif len(self.levels) == before:
            self.report.tell("unchanged")  # the same row twice

    def refuse(self, line: int, faults: list[Fault]) -> None:
        """Note that a row is refused."""
        self.report.refused.append(RefusedRow(line, self.cells[line], faults))


class _Standing:
    """Catalogue in the register at a moment: every procedure, and every one at a unit."""

    def __init__(self, begun: datetime | None) -> None:
        wall = None if begun is None else to_wall(begun)
        self.procedures: dict[str, Procedure] = {
            row.procedure_code: row for row in standing_at(Procedure, wall).select_related("unit")
        }
        self.levels = {
            (code, unit): level
            for code, unit, level in standing_at(ProcedureAtUnit, wall).values_list(
                "procedure_code", "unit__code", "online_level"
            )
        }


def _take_in(file: _File, standing: _Standing, begun: datetime | None) -> None:
    """Send what differs as two batches, and report each row."""
    said = {
        code: (line, _said_of(row.procedure, standing.procedures.get(code)), row)
        for code, (line, row) in file.procedures.items()
    }
    other = {
        code: (line, {"unit": _keeper(row.unit, standing.procedures.get(code)), **values})
        for code, (line, values, row) in said.items()
        if _differs(values, standing.procedures.get(code))
    }
    accepted = {row["procedure_code"] for row in _send(PROCEDURES, other, file, begun)}
    levels = {
        key: (line, {"unit": key[1], "procedure_code": key[0], "online_level": row.online_level})
        for key, (line, row) in file.levels.items()
    }
    changed = {key: sent for key, sent in levels.items() if _level_differs(key, sent, standing)}
    applied = {
        (row["procedure_code"], row["unit"])
        for row in _send(APPLIED_PROCEDURES, changed, file, begun)
    }
    refused = {row.line for row in file.report.refused}
    for key, (line, _row) in file.levels.items():
        if line in refused:
            continue
        if key in applied and key not in standing.levels:
            file.report.tell("added")
        elif key in applied or key[0] in accepted:
            file.report.tell("updated")
        else:
            file.report.tell("unchanged")


def _send(
    kind: FactKind,
    records: Mapping[Any, tuple[int, Values]],
    file: _File,
    begun: datetime | None,
) -> Iterator[Values]:
    """Return the records that were taken in; refuse the rows of the others."""
    if not records:
        return
    lines, sent = zip(*records.values(), strict=True)
    receipt: Receipt = receive([{**values, "from_at": begun} for values in sent],
                               origin=file.report.origin, kind=kind)  # fmt: skip
    for answer, line, values in zip(receipt.results, lines, sent, strict=True):
        if answer.result != "refused":
            yield values
        elif line not in {row.line for row in file.report.refused}:
            file.refuse(line, [_fault(problem, values) for problem in answer.problems or ()])


def _fault(problem: Problem, values: Values) -> Fault:
    found = values.get(problem.field, "")
    expected = _("something else (%(reason)s)") % {"reason": problem.reason}
    return Fault(problem.field, str(found), expected, _("Correct the row."))


def _keeper(unit: Unit, held: Procedure | None) -> str:
    """Return the unit that maintains a procedure: as before, else the root of the applying unit."""
    if held is not None:
        return held.unit.code
    while unit.parent is not None:
        unit = unit.parent
    return unit.code


def _said_of(facts: ProcedureFacts, held: Procedure | None) -> Values:
    """Return the file's data of a procedure; where it is silent, the register's."""
    values: Values = {
        "procedure_code": facts.code,
        "name": facts.name,
        "field_name": facts.field,
        "fee": facts.fee,
        **{f"for_{subject}": subject in facts.subjects for subject in SUBJECTS},
    }
    if facts.says_term:
        values["term"], values["term_unit"] = facts.term or (None, TermUnit.WORKING_DAYS.value)
    if facts.published is not None:
        values["published"] = facts.published
    if facts.parts is not None:
        values |= {f"has_{part}": part in facts.parts for part in PARTS}
    silent = [name for name in PROCEDURES.form.names if name not in (*values, "unit")]
    return values if held is None else {name: getattr(held, name) for name in silent} | values


def _differs(values: Values, held: Procedure | None) -> bool:
    return held is None or any(
        getattr(held, name) != value
        for name, value in values.items()
        if name not in ("from_at", "until_at")
    )  # fmt: skip


def _level_differs(key: _Key, sent: tuple[int, Values], standing: _Standing) -> bool:
    return standing.levels.get(key) != sent[1]["online_level"]


def _agreeing(
    line: int,
    row: CatalogueRow,
    procedures: dict[str, tuple[int, CatalogueRow]],
    levels: dict[_Key, tuple[int, CatalogueRow]],
) -> CatalogueRow | list[Fault]:
    """Note the row, unless it contradicts an earlier one of the file: neither would be sure."""
    code = row.procedure.code
    first, said = procedures.setdefault(code, (line, row))
    facts = said.procedure
    faults = [
        _contradiction(column, _written(found), _written(wanted), first)
        for column, found, wanted in (
            ("name", row.procedure.name, facts.name),
            ("field", row.procedure.field, facts.field),
            ("subjects", row.procedure.subjects, facts.subjects),
            ("fee", row.procedure.fee, facts.fee),
            ("term", row.procedure.term, facts.term),
            ("published", row.procedure.published, facts.published),
            ("parts", row.procedure.parts, facts.parts),
        )
        if found != wanted
    ]
    if faults:
        return faults
    first, before = levels.setdefault((code, row.unit.code), (line, row))
    if before.online_level != row.online_level:
        levels_ = str(row.online_level), str(before.online_level)
        return [_contradiction("online_level", *levels_, first)]
    return row


def _written(value: object) -> str:
    if isinstance(value, Term):
        return f"{value.number} {value.unit}"
    if value is None:
        return ""
    return "|".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _contradiction(column: str, found: str, wanted: str, line: int) -> Fault:
    expected = _("“%(value)s”, as row %(row)d says of it") % {"value": wanted, "row": line}
    return Fault(column, found, expected, _("Make the rows agree."))
