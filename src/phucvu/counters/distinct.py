"""Counting procedures once over a unit and all below it: unions, which never add up.

The store says which procedures each unit has so, once for all that is asked. A set of procedures
is then a whole number with a bit for each, so that unions and intersections over hundreds of
units cost next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_, or_

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from phucvu.counters.active import UncountedError, dialect, slots
from phucvu.counters.models import ProcedureCount, slot
from phucvu.counters.pooling import Subtrees
from phucvu.counters.reading import Window
from phucvu.measures import CATALOGUE, Expression, MeasureBook, render
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.procedures import holds_at
from phucvu.scoring import Period, Procedures
from phucvu.units.models import Unit

__all__ = [
    "CATALOGUE_COLUMNS",
    "Asked",
    "Bits",
    "Moment",
    "When",
    "conditions_of",
    "count_procedures",
    "flags_of",
    "ids_in",
    "units_with_catalogue",
    "wanted",
]

_APPLIED = ("unit_id", "procedure_code", "online_level")
CATALOGUE_COLUMNS = ", ".join(
    f"{'applied' if name in _APPLIED else 'listed'}.{name}" for name in CATALOGUE
)
"""SQL: the columns of `CATALOGUE`, of a procedure at a unit (`applied`) and of it (`listed`)."""


def _catalogue(wall: int) -> str:
    """A SELECT of the catalogue as it was at a moment, with the columns of `CATALOGUE`."""
    return f"""
        SELECT {CATALOGUE_COLUMNS} FROM {ProcedureAtUnit._meta.db_table} AS applied
        JOIN {Procedure._meta.db_table} AS listed
          ON listed.procedure_code = applied.procedure_code
        WHERE {holds_at(ProcedureAtUnit, "applied", wall)} AND {holds_at(Procedure, "listed", wall)}
    """  # noqa: S608 - names of our own tables


def units_with_catalogue(unit_ids: Collection[int], wall: int) -> set[int]:
    """Those of the units that had begun to apply procedures of the catalogue at a moment.

    What the others apply is not known.
    """
    begun = Q(from_at=None) | Q(from_at__lte=wall)
    applied = ProcedureAtUnit.objects.filter(begun, unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(applied), pk__in=unit_ids).order_by()
    return set(found.values_list("pk", flat=True))


class Moment(StrEnum):
    """When the catalogue alone is counted."""

    NOW = "now"
    AT_END = "at_end"
    """as it stood when the period ended"""


When = Window | Moment


@dataclass(frozen=True)
class Asked:
    """What to count: terms by the window they are counted in, over an edition's measures.

    `bound` is the end of the period, or now if that is earlier: the catalogue is as it was then,
    unless a term asks for `Moment.NOW`. Both are wall times. Measures of dossiers need a window.
    """

    terms: Mapping[When, Sequence[Procedures]]
    book: MeasureBook
    catalogue: Mapping[str, Expression]
    period: Period
    bound: int
    now: int

    def at(self, when: When) -> int:
        """The moment the catalogue is read at."""
        return self.now if when is Moment.NOW else self.bound

    def is_listed(self, term: Procedures) -> bool:
        """Whether a term rests on the catalogue."""
        return not self.catalogue.keys().isdisjoint(term.measures)


# unit → when → the term's name → the number
Numbers = dict[int, dict[When, dict[str, int]]]


def count_procedures(asked: Asked, subtrees: Subtrees) -> Numbers:
    """For each unit the number of procedures of each term.

    A dossier measure holds of a procedure where its counts over the unit and all below it are
    more than 0 in the window; a catalogue measure where any of these units has it. Terms with a
    catalogue measure are absent for units without a catalogue. One query for the catalogue at each
    moment and one for the dossiers, however many units there are. Raises UncountedError for a
    measure without counts.
    """
    units = set().union(*subtrees.values())
    listed, handled = wanted(asked)
    bits = Bits()
    sets: _Sets = defaultdict(dict)
    for wall, names in listed.items() if units else ():
        keys = [(wall, name) for name in names]
        _read(_listed_query(asked, wall, names, units), keys, bits, sets)
    if units and handled:
        _read(_handled_query(asked, handled, units), handled, bits, sets)
    listing = {wall: units_with_catalogue(units, wall) for wall in listed}
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


class Bits(dict[str, int]):
    """A bit for each procedure code, given when it is first met."""

    def __missing__(self, code: str) -> int:
        bit = self[code] = 1 << len(self)
        return bit


def wanted(asked: Asked) -> tuple[dict[int, list[str]], list[tuple[Window, str]]]:
    """The measures of the catalogue by moment, and of dossiers by window, that the terms name."""
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
    """The procedures of which a measure holds anywhere in a subtree."""
    if name in asked.catalogue:
        by_unit = sets[asked.at(window), name]
    elif isinstance(window, Window):
        by_unit = sets[window, name]
    else:
        return 0
    return reduce(or_, (by_unit.get(part, 0) for part in parts), 0)


def _read(query: str, keys: Sequence[_Key], bits: Bits, sets: _Sets) -> None:
    """Put rows of (unit, which of `keys` hold, procedure) into sets."""
    met: defaultdict[tuple[int, int], int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(query)
        for unit, flags, code in cursor.fetchall():
            met[unit, flags] |= bits[code]
    for (unit, flags), procedures in met.items():
        for number, key in enumerate(keys):
            if flags >> number & 1:
                sets[key][unit] = sets[key].get(unit, 0) | procedures


def _listed_query(asked: Asked, wall: int, names: Sequence[str], units: Collection[int]) -> str:
    """Each procedure of the units' catalogues at a moment, and which measures hold of it there."""
    flags = flags_of(conditions_of(asked, names))
    return (
        f"SELECT catalogue.unit_id, {flags}, catalogue.procedure_code"  # noqa: S608
        f" FROM ({_catalogue(wall)}) AS catalogue WHERE catalogue.unit_id IN ({ids_in(units)})"
    )


def conditions_of(asked: Asked, names: Sequence[str]) -> list[str]:
    """SQL of these measures over a table `catalogue` with the columns of `CATALOGUE`."""
    return [render(asked.catalogue[name], dialect(), alias="catalogue") for name in names]


def _handled_query(asked: Asked, keys: Sequence[tuple[Window, str]], units: Collection[int]) -> str:
    """Each procedure with counts of a unit, and which measures are more than 0 in their window."""
    given, period = slots(), asked.period
    missing = [name for _window, name in keys if asked.book[name].digest not in given]
    if missing:
        raise UncountedError(missing)
    inside = {
        Window.RECEIVED: f"placed_month >= {period.first}",
        Window.IN_PERIOD: f"ended_month >= {period.first}",
    }
    conditions = [
        f"MAX(CASE WHEN {inside[window]} THEN {slot(given[asked.book[name].digest])} END) > 0"
        for window, name in keys
    ]
    within = " OR ".join(inside[window] for window in sorted({window for window, _name in keys}))
    return (
        f"SELECT unit_id, {flags_of(conditions)}, procedure_code"  # noqa: S608
        f" FROM {ProcedureCount._meta.db_table} WHERE unit_id IN ({ids_in(units)})"
        f" AND placed_month <= {period.last} AND ({within}) GROUP BY unit_id, procedure_code"
    )


def flags_of(conditions: Sequence[str]) -> str:
    """A whole number with a bit for each condition that holds."""
    return " + ".join(
        f"CASE WHEN {condition} THEN {1 << number} ELSE 0 END"
        for number, condition in enumerate(conditions)
    )


def ids_in(units: Collection[int]) -> str:
    """SQL: a list of ids, to stand in an IN."""
    return ", ".join(str(int(unit)) for unit in units)
