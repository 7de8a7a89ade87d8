"""The measures that are counted: those of every edition this installation has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from django.db import connection

from phucvu import scorecards
from phucvu.counters.models import CountedMeasure
from phucvu.measures import DIALECTS, Dialect, Measure

__all__ = ["Calendar", "active_measures", "calendars", "dialect", "forget", "register_measures"]


@dataclass(frozen=True)
class Calendar:
    """Measures that put dossiers into months alike, so that one pass counts them all."""

    placed_month: str
    ended_month: str
    measures: tuple[tuple[int, Measure], ...]
    """(id of its `CountedMeasure`, the measure)"""


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
def _ids() -> dict[str, int]:
    return dict(CountedMeasure.objects.values_list("digest", "id"))


def forget() -> None:
    """Forget what was read of the scorecards and of the measures' ids."""
    active_measures.cache_clear()
    _forget_ids()


def _forget_ids() -> None:
    for remembered in (_ids, calendars, _tally_texts):
        remembered.cache_clear()


def register_measures() -> list[int]:
    """Give each active measure a row; returns the ids of those that had none yet."""
    known = set(CountedMeasure.objects.values_list("digest", flat=True))
    new = [
        CountedMeasure.objects.create(digest=digest, name=measure.name).pk
        for digest, measure in active_measures().items()
        if digest not in known
    ]
    CountedMeasure.objects.exclude(digest__in=active_measures()).delete()
    _forget_ids()
    return new


@lru_cache(maxsize=4)
def calendars(sql_dialect: Dialect) -> tuple[Calendar, ...]:
    """The active measures, grouped by the months they use, rendered for `sql_dialect`."""

    def months(item: tuple[int, Measure]) -> tuple[str, str]:
        return item[1].placed_month_sql(sql_dialect), item[1].ended_month_sql(sql_dialect)

    ids = _ids()
    active = active_measures()
    missing = active.keys() - ids.keys()
    if missing:
        names = ", ".join(sorted(active[digest].name for digest in missing))
        raise RuntimeError(f"Measures not counted yet: {names}. Run `phucvu migrate`.")
    items = sorted(((ids[digest], measure) for digest, measure in active.items()), key=months)
    return tuple(
        Calendar(placed, ended, tuple(sorted(group, key=lambda item: item[0])))
        for (placed, ended), group in groupby(items, key=months)
    )


def tallies(where: str) -> Iterator[tuple[Sequence[int], str]]:
    """One query for each calendar: its measures over the dossiers that `where` picks.

    Yields the measures' ids and a SELECT whose rows are (unit_id, procedure_code, placed_month,
    ended_month, then one sum a measure in the order of the ids, columns named m<id>). A dossier
    without a placing date belongs to no period, so it is left out.
    """
    for numbers, before, after in _tally_texts(dialect()):
        yield numbers, f"{before}{where}{after}"


@lru_cache(maxsize=4)
def _tally_texts(sql_dialect: Dialect) -> tuple[tuple[Sequence[int], str, str], ...]:
    """For each calendar the measures' ids, and the query before and after its condition."""
    texts = []
    for calendar in calendars(sql_dialect):
        sums = ",\n  ".join(
            f"SUM({measure.value_sql(sql_dialect)}) AS m{number}"
            for number, measure in calendar.measures
        )
        before = f"""
SELECT unit_id, procedure_code,
  {calendar.placed_month} AS placed_month,
  {calendar.ended_month} AS ended_month,
  {sums}
FROM register_dossier
WHERE """  # noqa: S608 - measures are checked expressions
        after = f" AND ({calendar.placed_month}) IS NOT NULL\nGROUP BY 1, 2, 3, 4"
        texts.append(([number for number, _ in calendar.measures], before, after))
    return tuple(texts)
