"""Measures that are counted: those of every edition this installation has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from phucvu import scorecards
from phucvu.counters.models import (
    COUNTS,
    SLOTS,
    ClockCount,
    ClockMonthCount,
    CountedMeasure,
    ProcedureCount,
    UnitCount,
    slot,
)
from phucvu.measures import DIALECTS, Dialect, Measure
from phucvu.register.facts import FACTS, Fact
from phucvu.scorecards import Edition

__all__ = [
    "BY_CLOCK",
    "BY_CLOCK_MONTH",
    "BY_PROCEDURE",
    "BY_UNIT",
    "CountTable",
    "Tally",
    "UncountedError",
    "active_measures",
    "clear",
    "dialect",
    "forget",
    "installed_editions",
    "keep_up",
    "register_measures",
    "slots",
    "slots_of",
    "tallies",
    "tallies_in",
]


class UncountedError(RuntimeError):
    """Error of measures that a scorecard names and that were never counted.

    Without it their sums would read as nothing.
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"Measures not counted yet: {', '.join(sorted(names))}. Run `phucvu migrate`."
        )


@dataclass(frozen=True)
class CountTable:
    """Table of counts, with the columns that tell its cells apart."""

    name: str
    keys: tuple[str, ...]


BY_PROCEDURE = CountTable(
    ProcedureCount._meta.db_table, ("unit_id", "procedure_code", "placed_month", "ended_month")
)
BY_UNIT = CountTable(UnitCount._meta.db_table, ("unit_id", "placed_month", "ended_month"))
BY_CLOCK = CountTable(
    ClockCount._meta.db_table, ("unit_id", "since_month", "since", "placed_month", "ended_month")
)
BY_CLOCK_MONTH = CountTable(
    ClockMonthCount._meta.db_table, ("unit_id", "since_month", "placed_month", "ended_month")
)


@dataclass(frozen=True)
class Tally:
    """Pass over a kind of fact: the measures that put its facts into cells alike.

    `tables` are the count tables it feeds, the most detailed first. `keys` tell its own rows apart;
    each table has some of them.
    """

    fact: Fact
    slots: tuple[int, ...]
    tables: tuple[CountTable, ...]
    keys: tuple[str, ...]
    before: str
    after: str

    @property
    def columns(self) -> list[str]:
        """Return the columns of its slots, in order."""
        return [slot(number) for number in self.slots]

    def query(self, where: str) -> str:
        """Write a SELECT over the facts that the condition `where` picks.

        Its rows are the keys, then one sum a slot; the procedure is '' for facts that have none. A
        fact without a placing date belongs to no period, so it is left out; likewise a fact without
        an activation time, from measures that depend on the clock.
        """
        return f"{self.before}{where}{self.after}"


def dialect() -> Dialect:
    """Return the SQL dialect of the store, as `phucvu.measures` names it."""
    for name in DIALECTS:
        if name == connection.vendor:
            return name
    raise RuntimeError(f"The store must be SQLite or PostgreSQL, not {connection.vendor}.")


@lru_cache(maxsize=1)
def installed_editions() -> tuple[Edition, ...]:
    """Load every edition the folders hold. Raises ScorecardError where one cannot be used."""
    folders = settings.PHUCVU_SCORECARDS
    return tuple(scorecards.load(name, folders) for name in scorecards.available(folders))


@lru_cache(maxsize=1)
def active_measures() -> dict[str, Measure]:
    """Return every counted measure by digest. Read once per process; `forget` reads anew."""
    active: dict[str, Measure] = {}
    for edition in installed_editions():
        for measure in edition.measures.values():
            active.setdefault(measure.digest, measure)
    return active


@dataclass(frozen=True)
class _Given:
    """The slots as they were read. `stamp`: how many there were, and the newest row's number."""

    slots: dict[str, int]
    stamp: tuple[int, int]


@lru_cache(maxsize=1)
def _given() -> _Given:
    rows = CountedMeasure.objects.values_list("digest", "slot", "pk")
    found = {digest: (number, pk) for digest, number, pk in rows}
    newest = max((pk for _number, pk in found.values()), default=0)
    given = {digest: number for digest, (number, _pk) in found.items()}
    return _Given(given, (len(found), newest))


def slots() -> dict[str, int]:
    """Return the slot of each counted measure, by digest."""
    return _given().slots


def slots_of(measures: Iterable[Measure]) -> dict[str, int]:
    """Return the slot of each of these measures, by digest.

    Where one has none that this process knows of, another process may have counted it since: the
    slots are then read anew. Raises `UncountedError` where it still has none.
    """
    wanted = {measure.digest: measure.name for measure in measures}
    if not wanted.keys() <= slots().keys():
        # The scorecards too: a writer of this process goes by both, and by one stamp.
        forget()
    given = slots()
    missing = [name for digest, name in wanted.items() if digest not in given]
    if missing:
        raise UncountedError(missing)
    return {digest: given[digest] for digest in wanted}


def keep_up() -> None:
    """Read scorecards and slots anew where another process took a scorecard in since.

    To be called under the write lock, before facts change: their counts have to go to every
    measure there is, and to no slot that was given to another measure.
    """
    found = CountedMeasure.objects.order_by().aggregate(number=Count("pk"), newest=Max("pk"))
    if (found["number"], found["newest"] or 0) != _given().stamp:
        forget()


def forget() -> None:
    """Forget what was read of the scorecards and of the measures' slots."""
    installed_editions.cache_clear()
    active_measures.cache_clear()
    _forget_slots()


def _forget_slots() -> None:
    _given.cache_clear()
    _tallies.cache_clear()


def register_measures() -> list[int]:
    """Give each active measure a slot, and free those of measures no edition names any more.

    Returns the slots that were given now and are empty yet. Raises `RuntimeError` where there are
    more measures than slots.
    """
    active = active_measures()
    gone = CountedMeasure.objects.exclude(digest__in=active)
    clear([measure.slot for measure in gone])
    gone.delete()
    kept = dict(CountedMeasure.objects.values_list("digest", "slot"))
    free = iter(sorted(set(range(SLOTS)) - set(kept.values())))
    given = []
    for digest, measure in active.items():
        if digest not in kept:
            number = next(free, None)
            if number is None:
                raise RuntimeError(
                    f"The scorecards name {len(active)} measures; {SLOTS} can be counted at once. "
                    "Take scorecards out of PHUCVU_SCORECARDS that are no longer asked for."
                )
            CountedMeasure.objects.create(digest=digest, name=measure.name, slot=number)
            given.append(number)
    _forget_slots()
    return given


def clear(numbers: Sequence[int]) -> None:
    """Empty these slots."""
    if numbers:
        nothing = dict.fromkeys(map(slot, numbers))
        for counts in COUNTS:
            counts._default_manager.update(**nothing)


def tallies(fact: Fact | None = None) -> tuple[Tally, ...]:
    """Return the passes that count every active measure once, or only those of one kind of fact.

    A measure without a slot is left out: whoever gives it one counts the whole register for it.
    """
    return tallies_in(dialect(), fact)


def tallies_in(sql_dialect: Dialect, fact: Fact | None = None) -> tuple[Tally, ...]:
    """Return the passes in the SQL of another engine, over tables with the store's names."""
    found = _tallies(sql_dialect)
    return found if fact is None else tuple(tally for tally in found if tally.fact is fact)


@lru_cache(maxsize=4)
def _tallies(sql_dialect: Dialect) -> tuple[Tally, ...]:
    def cells(measure: Measure) -> tuple[str, str, str, str]:
        placed, ended = measure.placed_month_sql(sql_dialect), measure.ended_month_sql(sql_dialect)
        return measure.fact, placed, ended, measure.since_sql(sql_dialect) or ""

    given = slots()
    active = [measure for digest, measure in active_measures().items() if digest in given]
    found = []
    for _cells, group in groupby(sorted(active, key=cells), key=cells):
        measures = sorted(group, key=lambda measure: given[measure.digest])
        found.append(_tally(measures, [given[measure.digest] for measure in measures], sql_dialect))
    return tuple(found)


def _tally(measures: Sequence[Measure], given: Sequence[int], sql_dialect: Dialect) -> Tally:
    """Make the pass that counts measures of the same cells into their slots."""
    one = measures[0]
    fact = FACTS[one.fact]
    values = {
        "unit_id": "unit_id",
        "procedure_code": "procedure_code" if fact.by_procedure else "''",
        "since_month": one.since_month_sql(sql_dialect),
        "since": one.since_sql(sql_dialect),
        "placed_month": one.placed_month_sql(sql_dialect),
        "ended_month": one.ended_month_sql(sql_dialect),
    }
    tables: tuple[CountTable, ...] = (BY_PROCEDURE, BY_UNIT) if fact.by_procedure else (BY_UNIT,)
    keys = BY_PROCEDURE.keys
    conditions = [f"({values['placed_month']}) IS NOT NULL"]
    if one.clock:
        tables, keys = (BY_CLOCK, BY_CLOCK_MONTH), BY_CLOCK.keys
        # Few of the facts there are still wait for their moment.
        still = " OR ".join(f"({measure.still_sql(sql_dialect)})" for measure in measures)
        conditions.append(f"({still})")
    selected = [f"{values[key]} AS {key}" for key in keys]
    selected += [
        f"{measure.total_sql(sql_dialect)} AS {slot(number)}"
        for measure, number in zip(measures, given, strict=True)
    ]
    before = f"SELECT {', '.join(selected)}\nFROM {fact.table}\nWHERE "
    grouped = ", ".join(str(place) for place in range(1, len(keys) + 1))
    after = "".join(f" AND {condition}" for condition in conditions) + f"\nGROUP BY {grouped}"
    return Tally(fact, tuple(given), tables, keys, before, after)
