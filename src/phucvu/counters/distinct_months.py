"""Numbers of procedures for many months at once, over one unit and all below it.

They equal those of `distinct.count_procedures` for each month, from one query for the catalogue
through time and one for the dossiers, however many months there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import Min
from django.db.models.functions import Coalesce

from phucvu.counters.active import slots_of
from phucvu.counters.distinct import Asked, When, conditions_of, wanted
from phucvu.counters.models import ProcedureCount, slot
from phucvu.counters.procedure_sets import Bits, flags_of, ids_in
from phucvu.counters.reading import Window
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.procedures import spans
from phucvu.scoring import Period, Procedures

__all__ = ["count_by_month"]

# Before and after every moment, for what holds as far back or ahead as anybody asks.
_EVER, _NEVER = -(2**62), 2**62

# (a column of moments or months, another one, which of the measures hold) → the procedures
_Met = dict[tuple[int, int, int], int]


def count_by_month(
    asked: Sequence[Asked], parts: Collection[int]
) -> list[dict[When, dict[str, int]]]:
    """Count the procedures of each term over these units, for each of `asked` in order.

    The questions are for the same terms of consecutive months, the earliest first. Terms with a
    catalogue measure are absent before any of the units had a catalogue. Raises UncountedError for
    a measure without counts.
    """
    bits, needed = Bits(), [wanted(each) for each in asked]
    names = sorted({name for listed, _ in needed for some in listed.values() for name in some})
    handled = sorted({name for _listed, pairs in needed for _window, name in pairs})
    held = _listed(asked[0], names, parts, bits) if names else {}
    cells = _handled(asked, handled, parts, bits) if handled else {}
    begun = _begun(parts) if names else _NEVER

    def holding(each: Asked, when: When, name: str) -> int:
        """Return the procedures for which a measure holds."""
        if name in each.catalogue:
            at = each.at(when)
            return _union(held, names.index(name), lambda begin, end: begin <= at < end)
        if isinstance(when, Window):
            return _union(cells, handled.index(name), _inside(when, each.period))
        return 0

    def numbers(each: Asked, when: When, terms: Sequence[Procedures]) -> dict[str, int]:
        sets = {
            name: holding(each, when, name) for name in {name for t in terms for name in t.measures}
        }
        return {
            term.name: reduce(and_, (sets[name] for name in term.measures)).bit_count()
            for term in terms
            if not each.is_listed(term) or begun <= each.at(when)
        }

    return [
        {when: numbers(each, when, terms) for when, terms in each.terms.items()} for each in asked
    ]


def _inside(window: Window, period: Period) -> Callable[[int, int], bool]:
    """Make a test whether a fact placed in one month and ended in another belongs to a period."""
    first, last = period.first, period.last
    if window is Window.RECEIVED:
        return lambda placed, _ended: first <= placed <= last
    return lambda placed, ended: placed <= last and ended >= first


def _union(met: _Met, number: int, belongs: Callable[[int, int], bool]) -> int:
    return reduce(
        or_,
        (
            procedures
            for (start, end, flags), procedures in met.items()
            if flags >> number & 1 and belongs(start, end)
        ),
        0,
    )


def _listed(asked: Asked, names: Sequence[str], parts: Collection[int], bits: Bits) -> _Met:
    """Return from when until when each procedure was in a catalogue of the units."""
    moments = {
        f"{part}_{name}": f"{part}.{name}_at"
        for part in ("applied", "listed")
        for name in ("from", "until", "next")
    }
    flags = flags_of(conditions_of(asked, names))
    query = f"""
        SELECT DISTINCT procedure_code, {flags}, {", ".join(moments)}
        FROM (
          SELECT listed.*, applied.online_level,
            {", ".join(f"{sql} AS {name}" for name, sql in moments.items())}
          FROM ({spans(ProcedureAtUnit)}) AS applied
          JOIN ({spans(Procedure)}) AS listed ON listed.procedure_code = applied.procedure_code
          WHERE applied.unit_id IN ({ids_in(parts)})
        ) AS catalogue
    """  # noqa: S608 - names of our own tables
    met: _Met = defaultdict(int)
    for code, flags, *held in _rows(query):
        begin = max(_EVER if begun is None else begun for begun in held[::3])
        end = min(_NEVER if over is None else over for over in (*held[1::3], *held[2::3]))
        met[begin, end, flags] |= bits[code]
    return met


def _handled(
    asked: Sequence[Asked], names: Sequence[str], parts: Collection[int], bits: Bits
) -> _Met:
    """Return the months in which the units' dossiers of each procedure were placed and ended."""
    book = asked[0].book
    given = slots_of(book[name] for name in names)
    first, last = asked[0].period.first, asked[-1].period.last
    conditions = [f"MAX({slot(given[book[name].digest])}) > 0" for name in names]
    # What was placed before all of the months or ended after them belongs to the same of them,
    # whenever it was.
    query = f"""
        SELECT procedure_code, {flags_of(conditions)},
          CASE WHEN placed_month < {first} THEN {first - 1} ELSE placed_month END AS placed,
          CASE WHEN ended_month > {last} THEN {last} ELSE ended_month END AS ended
        FROM {ProcedureCount._meta.db_table}
        WHERE unit_id IN ({ids_in(parts)}) AND placed_month <= {last}
          AND (ended_month >= {first} OR placed_month >= {first})
        GROUP BY procedure_code, placed, ended
    """  # noqa: S608
    met: _Met = defaultdict(int)
    for code, flags, placed, ended in _rows(query):
        met[placed, ended, flags] |= bits[code]
    return met


def _begun(parts: Collection[int]) -> int:
    """Return the moment since which any of the units has a catalogue."""
    applied = ProcedureAtUnit.objects.filter(unit_id__in=parts).order_by()
    since = applied.aggregate(since=Min(Coalesce("from_at", _EVER)))["since"]
    return _NEVER if since is None else int(since)


def _rows(query: str) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
