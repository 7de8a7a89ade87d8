"""Figures of 1.1-1.3: counted for the province or ministry that announces, and inherited below it.

Announcements are few, so they are read when asked for and not stored as counts.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from phucvu.counters.distinct import Moment
from phucvu.measures import render
from phucvu.register.calendars import work_times
from phucvu.register.models import AnnouncedProcedure
from phucvu.register.walltime import from_wall, wall_now
from phucvu.results.counted import counted_indicators
from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.results.procedures import as_it_stands, procedure_numbers
from phucvu.scorecards import Edition
from phucvu.scorecards.announcements import ANNOUNCED, AnnouncementRule
from phucvu.scoring import NOT_PROVIDED, AnnouncementSpec, Counted, Period, figure_of
from phucvu.units.tree import UnitNode, UnitTree
from phucvu.workdays import WorkDays

__all__ = ["Announced", "add_announced", "announcement_counts"]

_EPOCH = date(1970, 1, 1).toordinal()


class Announced(NamedTuple):
    """A procedure in a decision: issued, legal basis in force, published (None: not yet)."""

    procedure: str
    issued: date
    effective: date | None
    published: date | None


def add_announced(
    edition: Edition,
    tree: UnitTree,
    result: Mapping[int, UnitFigures],
    period: Period,
    bound: int,
    now: datetime,
) -> None:
    """Put the figures of inherited indicators into `result`, in place of any figure there.

    Nothing is known of a province or ministry without any announcement, nor of the contents of
    procedures where none is published. `bound` is the cut-off (wall time, ms).
    """
    spec = edition.scorecard.announcements
    indicators = [i for i in counted_indicators(edition) if i.parent == "inherited"]
    if spec is None or not indicators:
        return
    owners = {unit: owner for unit in result if (owner := _owner(tree, unit, spec)) is not None}
    nodes = {owner.id: owner for owner in owners.values()}
    counts = _counts(edition.announced, spec, tree, nodes, period, bound, now)
    numbers = procedure_numbers(edition, tree, nodes, period, (), bound, now, indicators)
    for unit, owner in owners.items():
        values = {**counts.get(owner.id, {}), **numbers.of(owner.id).get(Moment.NOW, {})}
        provenance = Provenance(FigureSource.COUNTED, How.OWN, now)
        if owner.id != unit:
            provenance = replace(provenance, how=How.INHERITED, from_unit=owner)
        for indicator in indicators:
            figure = figure_of(indicator, values)
            unknown = as_it_stands(indicator) and figure == Counted(0, 0)
            if figure is not NOT_PROVIDED and not unknown:
                catalogued = as_it_stands(indicator)
                result[unit].figures[indicator.id] = figure
                result[unit].provenance[indicator.id] = replace(provenance, catalogued=catalogued)


def announcement_counts(
    rules: Mapping[str, AnnouncementRule],
    announced: Iterable[Announced],
    issued_ahead: int,
    published_within: int,
    period: Period,
    bound: date,
    days: WorkDays,
    *,
    over: bool = False,
) -> dict[str, int]:
    """Count the quantities of an edition's rules, each procedure once; one late makes it late.

    The terms are working days by `days`. `over`: whether the period's last day has passed. What
    was issued or published after `bound` is not known yet.
    """
    rows = [
        (
            item.procedure,
            _day_number(item.issued),
            _day_number(item.effective),
            _day_number(item.published if item.published and item.published <= bound else None),
            _day_number(days.add_working_days(item.issued, published_within)),
            item.effective and days.working_days_between(item.issued, item.effective),
            issued_ahead,
            published_within,
            _day_number(period.first_day),
            _day_number(period.last_day),
            _day_number(bound),
            over,
        )
        for item in announced
        if item.issued <= bound
    ]
    counted: dict[str, int] = {}
    # They are few and lie in memory: no store is asked, but an engine that measures are told to.
    with closing(sqlite3.connect(":memory:")) as engine:
        engine.execute(f"CREATE TABLE announced ({', '.join(ANNOUNCED)})")
        marks = ", ".join("?" for _ in ANNOUNCED)
        engine.executemany(f"INSERT INTO announced VALUES ({marks})", rows)  # noqa: S608
        for name, rule in rules.items():
            when, on_time = (render(each, "sqlite") for each in (rule.when, rule.on_time))
            counted[name], counted[f"{name}_on_time"] = engine.execute(
                "SELECT count(*), coalesce(sum(on_time), 0) FROM (SELECT"  # noqa: S608
                f" min(CASE WHEN {on_time} THEN 1 ELSE 0 END) AS on_time FROM announced"
                f" WHERE {when} GROUP BY procedure_code)"
            ).fetchone()
    return counted


def _day_number(day: date | None) -> int | None:
    return None if day is None else day.toordinal() - _EPOCH


def _owner(tree: UnitTree, unit: int, spec: AnnouncementSpec) -> UnitNode | None:
    """Return the unit that announces for this one: itself or the nearest above of such a kind."""
    own = tree.placed(unit)
    path = [own, *tree.ancestors(unit)] if own is not None else []
    return next((node for node in path if node.kind in spec.issued_ahead), None)


def _taken_over(
    tree: UnitTree, owner: UnitNode, spec: AnnouncementSpec
) -> Iterable[tuple[int, int]]:
    """Yield the units not in force that announced, of the owner's kind, each with the owner."""
    for node in tree.pooled_below(owner.id):
        if node.id not in tree and node.kind == owner.kind:
            above = (each for each in tree.ancestors(node.id) if each.id in tree)
            if next((each for each in above if each.kind in spec.issued_ahead), None) == owner:
                yield node.id, owner.id


def _counts(
    rules: Mapping[str, AnnouncementRule],
    spec: AnnouncementSpec,
    tree: UnitTree,
    owners: Mapping[int, UnitNode],
    period: Period,
    bound: int,
    now: datetime,
) -> dict[int, dict[str, int]]:
    """Count the quantities of each unit that ever announced a procedure."""
    whose = {unit: unit for unit in owners}
    for owner in owners.values():
        whose.update(_taken_over(tree, owner, spec))
    rows = _rows(whose)
    work = work_times(rows) if rows else {}
    return {
        unit: announcement_counts(
            rules,
            announced,
            spec.issued_ahead[owners[unit].kind],
            spec.published_within[owners[unit].kind],
            period,
            from_wall(bound).date(),
            work[unit].days,
            over=wall_now(now) > bound,
        )
        for unit, announced in rows.items()
    }


def _rows(whose: Mapping[int, int]) -> dict[int, list[Announced]]:
    """Read the announcements by the owner they count for; `whose` maps a unit to its owner
    (ids).
    """
    found: dict[int, list[Announced]] = defaultdict(list)
    rows = AnnouncedProcedure.objects.filter(unit__in=whose, issued_at__isnull=False)
    columns = ("unit_id", "procedure_code", "issued_at", "effective_at", "published_at")
    for unit, procedure, issued, effective, published in rows.order_by().values_list(*columns):
        found[whose[unit]].append(
            Announced(procedure, from_wall(issued).date(), _day(effective), _day(published))
        )
    return dict(found)


def _day(wall: int | None) -> date | None:
    return None if wall is None else from_wall(wall).date()
