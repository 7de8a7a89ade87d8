"""Taking in the catalogue of procedures: which units apply which, and how far online."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from phucvu.register.catalogue_rows import (
    COLUMNS,
    SUBJECTS,
    CatalogueRow,
    ProcedureFacts,
    read_catalogue_row,
)
from phucvu.register.models import Procedure, ProcedureAtUnit, TermUnit
from phucvu.register.rows import Fault
from phucvu.register.signals import deadlines_moved, figures_stated
from phucvu.register.tables import ImportReport, RefusedRow, read_table
from phucvu.register.terms import Term
from phucvu.units.models import Unit

__all__ = ["import_catalogue"]

_REQUIRED = ("code", "name", "subjects", "fee", "unit_code", "online_level")
_BATCH = 500


def import_catalogue(lines: Iterable[str], origin: str) -> ImportReport:
    """Check every row of a catalogue CSV and take in the good ones, in one transaction.

    `lines` may be an open text file; `origin` names it in messages. What the file does not name
    stays as it is. Raises TableError where the file has not the columns it needs.
    """
    report = ImportReport(origin)
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
    procedures: dict[str, tuple[int, ProcedureFacts]] = {}
    levels: dict[tuple[str, int], tuple[int, CatalogueRow]] = {}
    good = 0
    for line, cells in read_table(lines, origin, COLUMNS, _REQUIRED):
        outcome = read_catalogue_row(cells, units)
        if isinstance(outcome, CatalogueRow):
            outcome = _agreeing(line, outcome, procedures, levels)
        if isinstance(outcome, list):
            report.refused.append(RefusedRow(line, cells, outcome))
        else:
            good += 1
    report.unchanged = good - len(levels)  # the same row twice
    with transaction.atomic():
        renewed = _store_procedures([facts for _line, facts in procedures.values()])
        touched = _store_levels([row for _line, row in levels.values()], renewed, report)
        if touched:
            figures_stated.send(sender=import_catalogue, unit_ids=touched)
    return report


def _agreeing(
    line: int,
    row: CatalogueRow,
    procedures: dict[str, tuple[int, ProcedureFacts]],
    levels: dict[tuple[str, int], tuple[int, CatalogueRow]],
) -> CatalogueRow | list[Fault]:
    """Note the row, unless it contradicts an earlier one of the file: neither would be sure."""
    code = row.procedure.code
    first, facts = procedures.setdefault(code, (line, row.procedure))
    faults = [
        _contradiction(column, _written(found), _written(wanted), first)
        for column, found, wanted in (
            ("name", row.procedure.name, facts.name),
            ("field", row.procedure.field, facts.field),
            ("subjects", row.procedure.subjects, facts.subjects),
            ("fee", row.procedure.fee, facts.fee),
            ("term", row.procedure.term, facts.term),
        )
        if found != wanted
    ]
    if faults:
        return faults
    first, before = levels.setdefault((code, row.unit.pk), (line, row))
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


def _store_procedures(rows: Sequence[ProcedureFacts]) -> set[int]:
    """Write the procedures that are new or different; return the ids of those that differ."""
    held = Procedure.objects.in_bulk(field_name="code")
    new: list[Procedure] = []
    changed: list[Procedure] = []
    other_terms: set[str] = set()
    for facts in rows:
        values = _values(facts)
        item = held.get(facts.code)
        if item is None:
            new.append(Procedure(code=facts.code, **values))
        elif any(getattr(item, name) != value for name, value in values.items()):
            before = item.term, item.term_unit
            for name, value in values.items():
                setattr(item, name, value)
            changed.append(item)
            if before != (item.term, item.term_unit):
                other_terms.add(item.code)
    Procedure.objects.bulk_create(new, batch_size=_BATCH)
    if changed:
        Procedure.objects.bulk_update(changed, list(_values(rows[0])), batch_size=_BATCH)
    other_terms.update(item.code for item in new if item.term is not None)
    if other_terms:
        deadlines_moved.send(sender=import_catalogue, procedure_codes=other_terms, unit_ids=None)
    return {item.pk for item in changed}


def _values(facts: ProcedureFacts) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": facts.name,
        "field_name": facts.field,
        "fee": facts.fee,
        **{f"for_{subject}": subject in facts.subjects for subject in SUBJECTS},
    }
    if facts.says_term:
        values["term"], values["term_unit"] = facts.term or (None, TermUnit.WORKING_DAYS.value)
    return values


def _store_levels(
    rows: Sequence[CatalogueRow], renewed: set[int], report: ImportReport
) -> set[int]:
    """Write who applies what; count it in `report`; return the units touched."""
    procedures = dict(Procedure.objects.values_list("code", "pk"))
    units = {row.unit.pk for row in rows}
    at_units = ProcedureAtUnit.objects.order_by()
    held = {
        (item.procedure_id, item.unit_id): item.online_level
        for item in at_units.filter(unit__in=units)
    }
    write: list[ProcedureAtUnit] = []
    for row in rows:
        procedure = procedures[row.procedure.code]
        before = held.get((procedure, row.unit.pk))
        if before is None:
            report.added += 1
        elif before != row.online_level or procedure in renewed:
            report.updated += 1
        else:
            report.unchanged += 1
            continue
        write.append(
            ProcedureAtUnit(procedure_id=procedure, unit=row.unit, online_level=row.online_level)
        )
    ProcedureAtUnit.objects.bulk_create(
        write,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["unit", "procedure"],
        update_fields=["online_level"],
    )
    # A procedure's own facts hold at every unit that applies it, in the file or not.
    elsewhere = at_units.filter(procedure__in=renewed).values_list("unit_id", flat=True)
    return {item.unit_id for item in write} | set(elsewhere)
