"""Proof of the maps: at the tops every fact counts once, as it was and on today's map.

The law: take the units between which something ever passed (`units.kin`). In every period, the
counts of their tops equal the plain sum over their facts, on either map. Counts add up, so the law
holds for every count and period where each unit with counts is in the tops' counts exactly once;
and for every year it is added up besides, as pages read it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

from phucvu import clock
from phucvu.counters.active import active_measures
from phucvu.counters.models import ClockCount, ClockMonthCount, UnitCount
from phucvu.counters.pooling import Asked, pooled
from phucvu.counters.reading import Window
from phucvu.measures import Measure, MeasureBook
from phucvu.register.walltime import wall_now
from phucvu.scoring import Period
from phucvu.scoring.periods import month_of
from phucvu.units.kin import kin, weights
from phucvu.units.map import as_it_was, map_of
from phucvu.units.tree import UnitEras, UnitTree, load_eras

__all__ = ["Astray", "astray"]

_ONCE, _NONE = Fraction(1), Fraction(0)
# Which map, and of which day.
_Map = tuple[str, date]
# top → unit → how much of it the top counts
_Weights = Mapping[int, Mapping[int, Fraction]]


@dataclass(frozen=True)
class Astray:
    """Facts that the tops of a map do not count once.

    `what`: the unit with its code; or the tops, where a year's sums differ. `expected` and
    `counted`: for a unit 1 and how often it counts, for a measure its sums.
    """

    map: str
    day: date
    what: str
    measure: str
    counted: Fraction
    expected: Fraction

    def __str__(self) -> str:
        on = f"On the map {self.map} of {self.day}"
        if not self.measure:
            return f"{on} the facts of {self.what} count {self.counted} times at the top, not once."
        return (
            f"{on} {self.what} come to {self.counted} of “{self.measure}” in the year;"
            f" their facts to {self.expected}."
        )


def astray() -> list[Astray]:
    """Return every contradiction to the law."""
    placed = UnitCount.objects.order_by("placed_month").values_list("placed_month", flat=True)
    months = list(placed.distinct())
    if not months:
        return []
    eras, today = load_eras(), clock.today()
    groups, counting = kin(eras), _with_counts()
    found = [
        wrong
        for said, day, tree in _maps(eras, months[0], today)
        for wrong in _misplaced(eras, groups, (said, day), weights(tree, counting), counting)
    ]
    # Where some unit is nowhere, or twice, sums differ for the reason that was just said.
    for year in () if found else sorted({month // 100 for month in months}):
        found += _sums(eras, groups, Period.parse(str(year)), today)
    return found


def _with_counts() -> set[int]:
    return {
        unit
        for counts in (UnitCount, ClockCount, ClockMonthCount)
        for unit in counts._default_manager.order_by().values_list("unit_id", flat=True).distinct()
    }


def _maps(eras: UnitEras, first: int, today: date) -> Iterator[tuple[str, date, UnitTree]]:
    """Yield today's map, and each map as it was that some month's results use."""
    yield "today", today, map_of(eras, today)
    seen: set[int] = set()
    now = month_of(today)
    for month in Period.span(min(first, now), now).months():
        day = min(Period.span(month, month).last_day, today)
        if eras.era(day) not in seen:
            seen.add(eras.era(day))
            yield "then", day, as_it_was(eras, day)


def _misplaced(
    eras: UnitEras,
    groups: Sequence[frozenset[int]],
    on: _Map,
    by_top: _Weights,
    counting: Collection[int],
) -> Iterator[Astray]:
    """Yield units whose facts the tops of their own group do not count once."""
    for group in groups:
        total: dict[int, Fraction] = {}
        for top in by_top.keys() & group:
            for unit, weight in by_top[top].items():
                total[unit] = total.get(unit, _NONE) + weight
        for unit in sorted(group.intersection(counting)):
            if total.get(unit) != 1:
                yield Astray(*on, _said(eras, [unit]), "", total.get(unit, _NONE), _ONCE)


def _sums(
    eras: UnitEras, groups: Sequence[frozenset[int]], year: Period, today: date
) -> Iterator[Astray]:
    """Compare each group's sums of a year, read as pages read them, with those over its units."""
    day = min(year.last_day, today)
    for book in _books(active_measures().values()):
        asked = Asked(book, dict.fromkeys(Window, book.names), year, wall_now())
        plain = pooled(asked, dict(enumerate(groups)))
        for said, on, tree in (
            ("then", day, as_it_was(eras, day)),
            ("today", today, map_of(eras, today)),
        ):
            by_top = _read(asked, tree)
            for number, group in enumerate(groups):
                tops = sorted(by_top.keys() & group)
                for window, name in product(Window, book.names):
                    cell = window, name
                    counted = sum((by_top[top].get(cell, _NONE) for top in tops), _NONE)
                    expected = Fraction(plain[number][window].get(name, 0))
                    if counted != expected:
                        yield Astray(said, on, _said(eras, tops), name, counted, expected)


def _read(asked: Asked, tree: UnitTree) -> dict[int, dict[tuple[Window, str], Fraction]]:
    """Return the sums of each top: over the units pooled into it, and its shares of split units."""
    shared = {part for parts in tree.shares.values() for part in parts}
    tops = [top.id for top in tree.branches(None) if top.id not in shared]
    sums = pooled(asked, {unit: tree.pool(unit) for unit in {*tops, *shared}})
    found: dict[int, dict[tuple[Window, str], Fraction]] = {}
    for top in tops:
        into = found[top] = {}
        for part, weight in [(top, _ONCE), *tree.shares.get(top, {}).items()]:
            for window, values in sums[part].items():
                for name, value in values.items():
                    into[window, name] = into.get((window, name), _NONE) + weight * value
    return found


def _books(measures: Iterable[Measure]) -> Iterator[MeasureBook]:
    """Put all measures into books without repeated names: editions may differ in a name's
    meaning.
    """
    left = list(measures)
    while left:
        book: dict[str, Measure] = {}
        for measure in left:
            book.setdefault(measure.name, measure)
        left = [measure for measure in left if book[measure.name] is not measure]
        yield MeasureBook(book, {})


def _said(eras: UnitEras, units: Iterable[int]) -> str:
    states = [state for unit in units if (state := eras.latest(unit)) is not None]
    return ", ".join(f"{state.node.name} ({state.node.code})" for state in states) or "no top"
