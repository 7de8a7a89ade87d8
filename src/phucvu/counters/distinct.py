"""Counting procedures once over a unit and all below it: unions, which never add up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef

from phucvu.counters.active import UncountedError, dialect, slots
from phucvu.counters.models import ProcedureCount, slot
from phucvu.counters.reading import Window
from phucvu.measures import Expression, MeasureBook, render
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.scoring import Period, Procedures
from phucvu.units.models import Unit

__all__ = ["Asked", "count_procedures", "units_with_catalogue"]

# A unit to count for → itself and the units below it.
Subtrees = Mapping[int, Collection[int]]

_CATALOGUE = f"""
  SELECT applied.unit_id, listed.code AS procedure_code, listed.field_name, listed.fee,
    listed.for_citizen, listed.for_overseas, listed.for_foreigner, listed.for_business,
    listed.for_organisation, listed.for_state, listed.published, listed.has_name,
    listed.has_steps, listed.has_methods, listed.has_components, listed.has_term,
    listed.has_subjects, listed.has_body, applied.online_level
  FROM {ProcedureAtUnit._meta.db_table} AS applied
  JOIN {Procedure._meta.db_table} AS listed ON listed.id = applied.procedure_id
"""  # noqa: S608 - names of our own tables
"""Rows with the columns of `phucvu.measures.CATALOGUE`."""


def units_with_catalogue(unit_ids: Collection[int]) -> set[int]:
    """Those of the units that have procedures in the catalogue.

    What the others apply is not known.
    """
    applied = ProcedureAtUnit.objects.filter(unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(applied), pk__in=unit_ids).order_by()
    return set(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class Asked:
    """What to count: the terms of one window, over an edition's measures.

    `window` None: as things stand now, which only measures of the catalogue can tell.
    """

    terms: Sequence[Procedures]
    book: MeasureBook
    catalogue: Mapping[str, Expression]
    period: Period
    window: Window | None


def count_procedures(asked: Asked, subtrees: Subtrees) -> dict[int, dict[str, int]]:
    """For each unit the number of procedures of each term, by the term's name.

    A dossier measure holds of a procedure where its counts over the unit and all below it are
    more than 0 in the window; a catalogue measure where any of these units has it. Terms with a
    catalogue measure are absent for units without a catalogue. One query for each kind of term,
    however many units there are. Raises UncountedError for a measure without counts.
    """
    catalogued = [t for t in asked.terms if not asked.catalogue.keys().isdisjoint(t.measures)]
    counted = [term for term in asked.terms if term not in catalogued]
    none = dict.fromkeys((term.name for term in counted), 0)
    found: dict[int, dict[str, int]] = {unit: dict(none) for unit in subtrees}
    for terms in (catalogued, counted):
        if terms and subtrees:
            with connection.cursor() as cursor:
                cursor.execute(_query(asked, terms, subtrees, with_catalogue=terms is catalogued))
                for unit, *numbers in cursor:
                    names = (term.name for term in terms)
                    found[unit] |= zip(names, map(int, numbers), strict=True)
    return found


def _query(
    asked: Asked, terms: Sequence[Procedures], subtrees: Subtrees, *, with_catalogue: bool
) -> str:
    """Rows of (unit, then a number for each term)."""
    named = {name for term in terms for name in term.measures}
    ours = sorted(named & asked.catalogue.keys())
    dossiers = sorted(named - asked.catalogue.keys())
    pairs = ", ".join(
        f"({int(unit)}, {int(part)})" for unit, parts in subtrees.items() for part in parts
    )
    tables = [f"subtree(unit, part) AS (VALUES {pairs})"]
    if with_catalogue:
        tables.append(f"listed AS ({_listed(asked.catalogue, ours)})")
    if dossiers:
        tables.append(f"handled AS ({_handled(asked, dossiers)})")
    source = "listed" if with_catalogue else "handled"
    join = ""
    if with_catalogue and dossiers:
        join = (
            " LEFT JOIN handled ON handled.unit = listed.unit"
            " AND handled.procedure_code = listed.procedure_code"
        )
    columns = {name: f"listed.m{index}" for index, name in enumerate(ours)}
    columns |= {name: f"handled.m{index}" for index, name in enumerate(dossiers)}
    numbers = ", ".join(_number(term, columns) for term in terms)
    return (
        f"WITH {', '.join(tables)} SELECT {source}.unit, {numbers}"  # noqa: S608
        f" FROM {source}{join} GROUP BY {source}.unit"
    )


def _number(term: Procedures, columns: Mapping[str, str]) -> str:
    conditions = " AND ".join(f"{columns[name]} > 0" for name in term.measures)
    return f"SUM(CASE WHEN {conditions} THEN 1 ELSE 0 END)"


def _listed(catalogue: Mapping[str, Expression], names: Iterable[str]) -> str:
    """Each procedure of a subtree's catalogue, and whether any unit there has it so."""
    name_of_dialect = dialect()
    flags = "".join(
        f", MAX(CASE WHEN {render(catalogue[name], name_of_dialect, alias='catalogue')}"
        f" THEN 1 ELSE 0 END) AS m{index}"
        for index, name in enumerate(names)
    )
    return (
        f"SELECT subtree.unit, catalogue.procedure_code{flags} FROM subtree"  # noqa: S608
        f" JOIN ({_CATALOGUE}) AS catalogue ON catalogue.unit_id = subtree.part GROUP BY 1, 2"
    )


def _handled(asked: Asked, names: Iterable[str]) -> str:
    """Each procedure with counts of a subtree in the window, and their sums."""
    given, period = slots(), asked.period
    missing = [name for name in names if asked.book[name].digest not in given]
    if missing:
        raise UncountedError(missing)
    sums = "".join(
        f", SUM(counted.{slot(given[asked.book[name].digest])}) AS m{index}"
        for index, name in enumerate(names)
    )
    if asked.window is Window.RECEIVED:
        within = f"counted.placed_month BETWEEN {period.first} AND {period.last}"
    else:
        within = f"counted.placed_month <= {period.last} AND counted.ended_month >= {period.first}"
    return (
        f"SELECT subtree.unit, counted.procedure_code{sums} FROM subtree"  # noqa: S608
        f" JOIN {ProcedureCount._meta.db_table} AS counted ON counted.unit_id = subtree.part"
        f" WHERE {within} GROUP BY 1, 2"
    )
