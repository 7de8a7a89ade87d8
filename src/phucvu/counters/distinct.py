"""Counts of procedures, each once over a unit and all below it: unions, which never add up.

The store returns the procedures of each unit once for everything asked. A set of procedures is then
a whole number with a bit for each, so that unions and intersections over hundreds of units cost
next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q

from phucvu.counters.active import dialect, slots_of
from phucvu.counters.models import ProcedureCount, slot
from phucvu.counters.pooling import Subtrees
from phucvu.counters.procedure_sets import Bits, codes_together, flags_of, ids_in, read_codes
from phucvu.counters.reading import Window
from phucvu.measures import Expression, MeasureBook, render
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.procedures import holds_at
from phucvu.scoring import Period, Procedures
from phucvu.units.models import Unit

__all__ = [
    "Asked",
    "Moment",
    "When",
    "conditions_of",
    "count_procedures",
    "units_keeping",
    "units_with_catalogue",
    "wanted",
]


def units_with_catalogue(unit_ids: Collection[int], wall: int) -> set[int]:
    """Return those of the units that had begun to apply procedures of the catalogue.

    `wall` is the moment (wall time, ms). Of the other units it is unknown what they apply.
    """
    begun = Q(from_at=None) | Q(from_at__lte=wall)
    applied = ProcedureAtUnit.objects.filter(begun, unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(applied), pk__in=unit_ids).order_by()
    return set(found.values_list("pk", flat=True))


def units_keeping(unit_ids: Collection[int], wall: int) -> set[int]:
    """Return those of the units that had begun to maintain procedures in the catalogue."""
    begun = Q(from_at=None) | Q(from_at__lte=wall)
    kept = Procedure.objects.filter(begun, unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(kept), pk__in=unit_ids).order_by()
    return set(found.values_list("pk", flat=True))


class Moment(StrEnum):
    """Moment at which the catalogue alone is counted."""

    NOW = "now"
    AT_END = "at_end"
    """as it stood when the period ended"""


When = Window | Moment


@dataclass(frozen=True)
class Asked:
    """Question for procedures: terms by the window they are counted in, over an edition's measures.

    `bound` is the cut-off, the end of the period or now if that is earlier: the catalogue is read
    as of it, unless a term asks for `Moment.NOW`. Both are wall times. Measures of dossiers need a
    window. `kept` tells whether procedures that units maintain in the catalogue count too, where
    none of the units applies them.
    """

    terms: Mapping[When, Sequence[Procedures]]
    book: MeasureBook
    catalogue: Mapping[str, Expression]
    period: Period
    bound: int
    now: int
    kept: bool = False

    def at(self, when: When) -> int:
        """Return the moment as of which the catalogue is read."""
        return self.now if when is Moment.NOW else self.bound

    def listing(self, units: Collection[int], wall: int) -> set[int]:
        """Return those of the units whose catalogue was known at a moment."""
        return units_with_catalogue(units, wall) | (
            units_keeping(units, wall) if self.kept else set()
        )

    def is_listed(self, term: Procedures) -> bool:
        """Tell whether a term uses the catalogue."""
        return not self.catalogue.keys().isdisjoint(term.measures)


# unit → when → the term's name → the number
Numbers = dict[int, dict[When, dict[str, int]]]


def count_procedures(asked: Asked, subtrees: Subtrees) -> Numbers:
    """Count the procedures of each term for each unit.

    A dossier measure holds of a procedure where its counts over the unit and all below it are more
    than 0 in the window; a catalogue measure where any of these units has it. Terms with a
    catalogue measure are absent for units without a catalogue. Two queries for the catalogue at
    each moment and one for the dossiers, however many units there are. Raises UncountedError for a
    measure without counts.
    """
    units = set().union(*subtrees.values())
    listed, handled = wanted(asked)
    bits = Bits()
    sets: _Sets = defaultdict(dict)
    for wall, names in listed.items() if units else ():
        _read_listed(asked, wall, names, units, bits, sets)
    if units and handled:
        met = read_codes(_handled_query(asked, handled, units), bits)
        for (unit, flags), procedures in met.items():
            _note(sets, handled, unit, flags, procedures)
    listing = {wall: asked.listing(units, wall) for wall in listed}
    found: Numbers = {}
    for unit, parts in subtrees.items():
        found[unit] = {
            window: {
                term.name: reduce(
                    and_, (_union(sets, asked, window, name, parts) for name in term.measures)
                ).bit_count()
                for term in terms
                if not asked.is_listed(term) or not listing[asked.at(window)].isdisjoint(parts)
            }
            for window, terms in asked.terms.items()
        }
    return found


_Key = tuple[Window | int, str]
# (window, or moment of the catalogue, measure) → unit → the procedures it holds of there
_Sets = defaultdict[_Key, dict[int, int]]


def wanted(asked: Asked) -> tuple[dict[int, list[str]], list[tuple[Window, str]]]:
    """Return the measures that the terms name: of the catalogue by moment, of dossiers by
    window.
    """
    listed: defaultdict[int, set[str]] = defaultdict(set)
    handled: set[tuple[Window, str]] = set()
    for window, terms in asked.terms.items():
        for name in {name for term in terms for name in term.measures}:
            if name in asked.catalogue:
                listed[asked.at(window)].add(name)
            elif isinstance(window, Window):
                handled.add((window, name))
    return {wall: sorted(names) for wall, names in listed.items()}, sorted(handled)


def _union(sets: _Sets, asked: Asked, window: When, name: str, parts: Collection[int]) -> int:
    """Return the procedures for which a measure holds anywhere in a subtree."""
    if name in asked.catalogue:
        by_unit = sets[asked.at(window), name]
    elif isinstance(window, Window):
        by_unit = sets[window, name]
    else:
        return 0
    return reduce(or_, (by_unit.get(part, 0) for part in parts), 0)


def _note(sets: _Sets, keys: Sequence[_Key], unit: int, flags: int, procedures: int) -> None:
    """Add procedures of a unit to the sets of those of `keys` that hold for them."""
    for number, key in enumerate(keys):
        if flags >> number & 1:
            sets[key][unit] = sets[key].get(unit, 0) | procedures


def _read_listed(
    asked: Asked, wall: int, names: Sequence[str], units: Collection[int], bits: Bits, sets: _Sets
) -> None:
    """Read which measures hold for the procedures of each unit's catalogue at a moment.

    A catalogue measure depends on the procedure and its online level, not on the unit: so it is
    evaluated for each procedure at each level once, and the two need not be joined.
    """
    applied = dict(read_codes(_applied_query(wall, units), bits))
    if asked.kept:
        for key, procedures in read_codes(_kept_query(wall, units), bits).items():
            applied[key] = applied.get(key, 0) | procedures
    levels = {level for _unit, level in applied}
    if not levels:
        return
    keys = [(wall, name) for name in names]
    said = read_codes(_said_query(asked, wall, names, levels), bits)
    for (unit, level), procedures in applied.items():
        for (at_level, flags), of_these in said.items():
            if at_level == level and (some := procedures & of_these):
                _note(sets, keys, unit, flags, some)


def _applied_query(wall: int, units: Collection[int]) -> str:
    """Write a query of the procedures each unit applies at a moment, by online level."""
    return (
        f"SELECT unit_id, online_level, {codes_together()}"  # noqa: S608 - names of our own tables
        f" FROM {ProcedureAtUnit._meta.db_table} AS applied WHERE unit_id IN ({ids_in(units)})"
        f" AND {holds_at(ProcedureAtUnit, 'applied', wall)} GROUP BY unit_id, online_level"
    )


def _kept_query(wall: int, units: Collection[int]) -> str:
    """Write a query of the procedures each unit maintains in the catalogue at a moment."""
    return (
        f"SELECT unit_id, 0, {codes_together()}"  # noqa: S608 - names of our own tables
        f" FROM {Procedure._meta.db_table} AS kept WHERE unit_id IN ({ids_in(units)})"
        f" AND {holds_at(Procedure, 'kept', wall)} GROUP BY unit_id"
    )


def _said_query(asked: Asked, wall: int, names: Sequence[str], levels: Collection[int]) -> str:
    """Write a query of the procedures at a moment, by assumed online level and measures that
    hold.
    """
    held = " UNION ALL ".join(f"SELECT {int(level)} AS online_level" for level in levels)
    return f"""
        SELECT online_level, flags, {codes_together()} FROM (
          SELECT online_level, procedure_code, {flags_of(conditions_of(asked, names))} AS flags
          FROM (
            SELECT listed.*, held.online_level
            FROM {Procedure._meta.db_table} AS listed CROSS JOIN ({held}) AS held
            WHERE {holds_at(Procedure, "listed", wall)}
          ) AS catalogue
        ) AS said GROUP BY online_level, flags
    """  # noqa: S608


def conditions_of(asked: Asked, names: Sequence[str]) -> list[str]:
    """Write the SQL of these measures over a table `catalogue` with the columns of `CATALOGUE`."""
    return [render(asked.catalogue[name], dialect(), alias="catalogue") for name in names]


def _handled_query(asked: Asked, keys: Sequence[tuple[Window, str]], units: Collection[int]) -> str:
    """Write a query of each procedure with counts, and which measures exceed 0 in their window."""
    given, period = slots_of(asked.book[name] for _window, name in keys), asked.period
    inside = {
        Window.RECEIVED: f"placed_month >= {period.first}",
        Window.IN_PERIOD: f"ended_month >= {period.first}",
    }
    conditions = [
        f"MAX(CASE WHEN {inside[window]} THEN {slot(given[asked.book[name].digest])} END) > 0"
        for window, name in keys
    ]
    within = " OR ".join(inside[window] for window in sorted({window for window, _name in keys}))
    return f"""
        SELECT unit_id, flags, {codes_together()} FROM (
          SELECT unit_id, procedure_code, {flags_of(conditions)} AS flags
          FROM {ProcedureCount._meta.db_table} WHERE unit_id IN ({ids_in(units)})
            AND placed_month <= {period.last} AND ({within})
          GROUP BY unit_id, procedure_code
        ) AS handled GROUP BY unit_id, flags
    """  # noqa: S608
