"""Consistency of a table of published figures, besides its arithmetic.

Recomputing a figure does not show that the cells beside it are right: a row moved to another
snapshot, the code of another component, a unit under two names, a number beside a flag that says it
was not published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from phucvu.scoring import Scorecard

from .groups import ALIASES
from .table import BadRow, PublishedFigure

__all__ = ["inconsistencies"]

_ONE_EACH = ("unit_name", "unit_level", "parent_code")
_UNPUBLISHED = "_NOT_PUBLISHED"
# Where so many units have a figure (or so many of the units are there), those without one lack it.
_NEARLY_ALL = 0.9

_Place = tuple[str, str, str, str]  # snapshot, period, parent, level


def inconsistencies(rows: Sequence[PublishedFigure], scorecard: Scorecard) -> list[BadRow]:
    """Return the rows that contradict the edition, another row or themselves, by line."""
    found = [
        *_codes(rows, scorecard),
        *_units(rows),
        *_flags(rows),
        *_missing_rows(rows, scorecard),
        *_missing_units(rows),
    ]
    return sorted(found, key=lambda bad: bad.line)


def _codes(rows: Sequence[PublishedFigure], scorecard: Scorecard) -> Iterator[BadRow]:
    """Yield the rows whose portal code is not the one the edition names for the component."""
    for row in rows:
        indicator = scorecard.indicators.get(row.indicator)
        expected = indicator.portal_code if indicator is not None else row.indicator
        known = {expected, ALIASES.get(row.portal_code, row.portal_code)}
        if row.portal_code and len(known) > 1 and row.indicator != row.portal_code:
            message = f"{row.indicator} has the code {expected!r}; found {row.portal_code!r}"
            yield BadRow(row.line, "portal_code", message)


def _units(rows: Sequence[PublishedFigure]) -> Iterator[BadRow]:
    """Yield the rows that give a unit another name or parent in one snapshot, or another level."""
    first: dict[tuple[str, ...], PublishedFigure] = {}
    for row in rows:
        for column in _ONE_EACH:
            # Names are mended between two snapshots; what a unit is, is not.
            of = row.snapshot if column != "unit_level" else ""
            before = first.setdefault((column, of, row.unit_code), row)
            mine, other = getattr(row, column), getattr(before, column)
            if mine != other:
                message = f"{row.unit_code} has {mine!r} here and {other!r} on row {before.line}"
                yield BadRow(row.line, column, message)


def _flags(rows: Sequence[PublishedFigure]) -> Iterator[BadRow]:
    """Yield the rows with a value that their flag says was not published."""
    for row in rows:
        for flag in row.quality_flag.split("|"):
            part = flag.strip().removesuffix(_UNPUBLISHED).lower()
            if part == flag.strip().lower():
                continue
            column = "max_score" if part == "maximum" else part
            if getattr(row, column, None) is not None:
                message = f"{flag.strip()} stands beside {getattr(row, column)}"
                yield BadRow(row.line, "quality_flag", message)


def _missing_rows(rows: Sequence[PublishedFigure], scorecard: Scorecard) -> Iterator[BadRow]:
    """Yield a row of each unit that lacks rows which other units have of the same group.

    The portal answers by whole groups: a unit with one row of a group has all rows of it. A row
    that was moved to another snapshot is missing from its own.
    """
    places: dict[_Place, dict[str, dict[str, PublishedFigure]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in rows:
        places[_place(row)][row.unit_code][_name(row)] = row
    for units in places.values():
        having: dict[str, set[str]] = defaultdict(set)
        for code, own in units.items():
            for name in own:
                having[name].add(code)
        grouped: dict[str, set[str]] = defaultdict(set)
        for name in having:
            grouped[_group(name, scorecard)].add(name)
        for code, own in units.items():
            for names in grouped.values():
                held = names & own.keys()
                for name in sorted(names - held):
                    others = having[name]
                    usual = len(others) >= _NEARLY_ALL * len(units)
                    if len(others) > 1 and (held or usual):
                        at = next(iter(own[each] for each in sorted(held)), None)
                        line = (at or next(iter(own.values()))).line
                        message = f"{code} has no row of {name}, which {len(others)} others have"
                        yield BadRow(line, "indicator", message)


def _missing_units(rows: Sequence[PublishedFigure]) -> Iterator[BadRow]:
    """Yield a row of each snapshot that lacks units, where other snapshots have nearly all of
    them.
    """
    seen: dict[tuple[str, str], dict[tuple[str, str], dict[str, PublishedFigure]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in rows:
        snapshot, period, *kind = _place(row)
        seen[kind[0], kind[1]][snapshot, period].setdefault(row.unit_code, row)
    for places in seen.values():
        everyone = {code for units in places.values() for code in units}
        for (snapshot, period), units in places.items():
            absent = sorted(everyone - units.keys())
            if absent and len(units) >= _NEARLY_ALL * len(everyone):
                message = (
                    f"{snapshot}, {period} lacks {', '.join(absent)}, which other snapshots have"
                )
                yield BadRow(next(iter(units.values())).line, "unit_code", message)


def _place(row: PublishedFigure) -> _Place:
    return row.snapshot, row.period, row.parent_code, row.unit_level


def _name(row: PublishedFigure) -> str:
    return ALIASES.get(row.indicator, row.indicator)


def _group(name: str, scorecard: Scorecard) -> str:
    indicator = scorecard.indicators.get(name)
    return name if indicator is None else indicator.group
