"""The measures that are counted: those of every edition this installation has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.db import connection

from phucvu import scorecards
from phucvu.counters.models import SLOTS, CountedMeasure, ProcedureCount, UnitCount, slot
from phucvu.measures import DIALECTS, Dialect, Measure
from phucvu.register.facts import FACTS, Fact

__all__ = [
    "BY_PROCEDURE",
    "BY_UNIT",
    "CountTable",
    "Tally",
    "UncountedError",
    "active_measures",
    "clear",
    "dialect",
    "forget",
    "register_measures",
    "slots",
    "tallies",
    "tallies_in",
]


class UncountedError(RuntimeError):
    """A scorecard names measures that were never counted: their sums would read as nothing."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"Measures not counted yet: {', '.join(sorted(names))}. Run `phucvu migrate`."
        )


@dataclass(frozen=True)
class CountTable:
    """A table of counts and the columns that tell its cells apart."""

    name: str
    keys: tuple[str, ...]


BY_PROCEDURE = CountTable(
    ProcedureCount._meta.db_table, ("unit_id", "procedure_code", "placed_month", "ended_month")
)
BY_UNIT = CountTable(UnitCount._meta.db_table, ("unit_id", "placed_month", "ended_month"))


@dataclass(frozen=True)
class Tally:
    """One pass over a kind of fact: the measures that put its facts into months alike."""

    fact: Fact
    slots: tuple[int, ...]
    before: str
    after: str

    @property
    def tables(self) -> tuple[CountTable, ...]:
        """The tables of counts it feeds, the most detailed first."""
        return (BY_PROCEDURE, BY_UNIT) if self.fact.by_procedure else (BY_UNIT,)

    @property
    def columns(self) -> list[str]:
        """The columns of its slots, in order."""
        return [slot(number) for number in self.slots]

    def query(self, where: str) -> str:
        """A SELECT over the facts that `where` picks.

        Its rows are (unit_id, procedure_code, placed_month, ended_month, then one sum a slot);
        the procedure is '' of facts that have none. A fact without a placing date belongs to no
        period, so it is left out.
        """
        return f"{self.before}{where}{self.after}"


def dialect() -> Dialect:
    """The SQL dialect of the store, as `phucvu.measures` names it."""
    for name in DIALECTS:
        if name == connection.vendor:
            return name
    raise RuntimeError(f"The store must be SQLite or PostgreSQL, not {connection.vendor}.")


@lru_cache(maxsize=1)
def active_measures() -> dict[str, Measure]:
    """Every counted measure by digest. Read once per process; `forget` reads anew."""
    folders = settings.PHUCVU_SCORECARDS
    editions = (scorecards.load(name, folders) for name in scorecards.available(folders))
    active: dict[str, Measure] = {}
    for edition in editions:
        for measure in edition.measures.counted:
            active.setdefault(measure.digest, measure)
    return active


@lru_cache(maxsize=1)
def slots() -> dict[str, int]:
    """The slot of each counted measure, by digest."""
    return dict(CountedMeasure.objects.values_list("digest", "slot"))


def forget() -> None:
    """Forget what was read of the scorecards and of the measures' slots."""
    active_measures.cache_clear()
    _forget_slots()


def _forget_slots() -> None:
    slots.cache_clear()
    _tallies.cache_clear()


def register_measures() -> list[int]:
    """Give each active measure a slot, and take those of measures no edition names any more.

    Returns the slots that were given now and hold nothing yet. Raises `RuntimeError` where
    there are more measures than slots.
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
        UnitCount.objects.update(**nothing)
        ProcedureCount.objects.update(**nothing)


def tallies(fact: Fact | None = None) -> tuple[Tally, ...]:
    """The passes that count every active measure once, or only those over one kind of fact.

    Raises `UncountedError` where one has no slot yet.
    """
    return tallies_in(dialect(), fact)


def tallies_in(sql_dialect: Dialect, fact: Fact | None = None) -> tuple[Tally, ...]:
    """The same in the SQL of another engine, over tables of the store's names there."""
    found = _tallies(sql_dialect)
    return found if fact is None else tuple(tally for tally in found if tally.fact is fact)


@lru_cache(maxsize=4)
def _tallies(sql_dialect: Dialect) -> tuple[Tally, ...]:
    def months(measure: Measure) -> tuple[str, str, str]:
        placed, ended = measure.placed_month_sql(sql_dialect), measure.ended_month_sql(sql_dialect)
        return measure.fact, placed, ended

    active, given = active_measures(), slots()
    missing = active.keys() - given.keys()
    if missing:
        raise UncountedError([active[digest].name for digest in missing])
    found = []
    for (name, placed, ended), group in groupby(sorted(active.values(), key=months), key=months):
        fact = FACTS[name]
        measures = sorted(group, key=lambda measure: given[measure.digest])
        sums = ",\n  ".join(
            f"CAST(SUM({measure.value_sql(sql_dialect)}) AS BIGINT)"
            f" AS {slot(given[measure.digest])}"
            for measure in measures
        )
        before = f"""
SELECT unit_id, {"" if fact.by_procedure else "'' AS "}procedure_code,
  {placed} AS placed_month,
  {ended} AS ended_month,
  {sums}
FROM {fact.table}
WHERE """  # noqa: S608 - measures are checked expressions
        after = f" AND ({placed}) IS NOT NULL\nGROUP BY 1, 2, 3, 4"
        numbers = tuple(given[measure.digest] for measure in measures)
        found.append(Tally(fact, numbers, before, after))
    return tuple(found)
