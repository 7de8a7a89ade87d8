"""Check of a table of published figures: each is recomputed, or told why it cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from phucvu.scoring import Scorecard

from .components import component, component_checks
from .consistency import inconsistencies
from .groups import ALIASES, COMBINED, TOTAL, UnitRows
from .register import Contradiction
from .table import PublishedFigure, PublishedTable
from .tree import inherited_checks, pooled_checks, same_denominator_checks
from .verdicts import Agreement, Check, CheckReport, make_report, not_computable

__all__ = ["Agreement", "Check", "CheckReport", "check"]

_PlaceKey = tuple[str, str, str]  # snapshot, period, unit


def check(
    table: PublishedTable, scorecard: Scorecard, register: Iterable[Contradiction] = ()
) -> CheckReport:
    """Check a table of published figures against an edition of the scorecard.

    A row's indicator may be a component's id, its portal code, or a group's code. Differences
    listed in `register` are reported apart from the others.
    """
    places: dict[_PlaceKey, dict[str, PublishedFigure]] = defaultdict(dict)
    names = {i.portal_code: i.id for i in scorecard.indicators.values()} | ALIASES
    for row in table.rows:
        name = names.get(row.indicator, row.indicator)
        places[row.place].setdefault(name, replace(row, indicator=name))
    checks = [*_unit_checks(scorecard, places), *_tree_checks(scorecard, places)]
    checks.sort(key=lambda c: c.row.line)
    bad_rows = [*table.bad_rows, *inconsistencies(table.rows, scorecard)]
    bad_rows.sort(key=lambda bad: bad.line)
    return make_report(checks, bad_rows, register)


def _unit_checks(
    scorecard: Scorecard, places: dict[_PlaceKey, dict[str, PublishedFigure]]
) -> Iterator[Check]:
    """Check the rows of each unit's scorecard against one another."""
    # A null ratio is only wrong where the portal publishes that ratio for other units.
    ratios = {
        _like(row) for rows in places.values() for row in rows.values() if row.ratio is not None
    }
    for rows in places.values():
        parts = {
            id_: component(scorecard, scorecard.indicators[id_], row)
            for id_, row in rows.items()
            if id_ in scorecard.indicators
        }
        place = UnitRows(scorecard, rows, parts)
        for name, row in rows.items():
            expected = _like(row) in ratios
            if name in parts:
                yield from component_checks(parts[name])
            elif name in scorecard.groups:
                yield from place.group_checks(name, row, expected)
            elif name in COMBINED:
                yield from place.combined_checks(name, row, expected)
            elif name == TOTAL:
                yield from place.total_checks(row, expected)
            else:
                why = f"{name!r} is no indicator or group of {scorecard.id}"
                yield not_computable(row, "points", why, row.score)
        yield from same_denominator_checks(scorecard, rows)


def _tree_checks(
    scorecard: Scorecard, places: dict[_PlaceKey, dict[str, PublishedFigure]]
) -> Iterator[Check]:
    """Check each parent against its children in the same snapshot and period."""
    children: dict[_PlaceKey, list[dict[str, PublishedFigure]]] = defaultdict(list)
    for (snapshot, period, unit), rows in places.items():
        parent = next((row.parent_code for row in rows.values() if row.parent_code), "")
        if parent and parent != unit:
            children[snapshot, period, parent].append(rows)
    for key, below in children.items():
        if key in places:
            yield from inherited_checks(scorecard, places[key], below)
            yield from pooled_checks(scorecard, places[key], below)


def _like(row: PublishedFigure) -> tuple[str, str, str, str]:
    return row.snapshot, row.period, row.unit_level, row.indicator
