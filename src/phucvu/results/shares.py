"""Counts of a unit that was split, on a map of units that came later.

The rule: each part takes the share of the numerator and of the denominator that the split's
decision gave it, as an exact fraction; nothing is rounded before the points are. The parts of one
unit together have exactly what it had. Only counts that add up can be shared: a number of different
procedures cannot, and stays with the unit above all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from phucvu.results.figures import FigureSource, How, Provenance, UnitFigures
from phucvu.scorecards import Edition
from phucvu.scoring import NOT_PROVIDED, Count, Counted, Figure, Indicator
from phucvu.units.tree import UnitTree

__all__ = ["LEFT_OUT", "SHARE", "add_shares"]

SHARE = "SHARE_OF_PREDECESSOR"
LEFT_OUT = "PREDECESSOR_LEFT_OUT"

Read = Callable[[Iterable[int]], Mapping[int, UnitFigures]]


def add_shares(
    edition: Edition, tree: UnitTree, result: Mapping[int, UnitFigures], read: Read
) -> None:
    """Add to each unit in `result` its shares of units that were split, with a flag."""
    wanted = {part for unit in result for part in tree.shares.get(unit, ())}
    if not wanted:
        return
    parts = read(sorted(wanted))
    for unit, known in result.items():
        for part, share in tree.shares.get(unit, {}).items():
            for indicator in edition.scorecard.indicators.values():
                _add(indicator, known, parts[part], share)


def _add(indicator: Indicator, known: UnitFigures, part: UnitFigures, share: Fraction) -> None:
    theirs, their_source = part.figures.get(indicator.id), part.provenance.get(indicator.id)
    if not isinstance(theirs, Counted) or their_source is None:
        return
    if their_source.how is How.INHERITED:
        return
    own, source = known.figures.get(indicator.id, NOT_PROVIDED), known.provenance.get(indicator.id)
    if source is not None and source.source is not FigureSource.COUNTED and source.how is How.OWN:
        return  # what a unit stated for the period is the whole of it
    counted = their_source.source is FigureSource.COUNTED
    if counted and _counts_units(indicator):
        return  # a unit is counted whole, where a share of what it needs is its own
    if indicator.parent != "pooled" and not (counted and _adds_up(indicator)):
        if source is not None:
            known.provenance[indicator.id] = _flagged(source, LEFT_OUT)
        return
    known.figures[indicator.id] = _sum(own, theirs, share)
    flags = dict.fromkeys((*(source.flags if source else ()), *their_source.flags, SHARE))
    known.provenance[indicator.id] = replace(
        source or replace(their_source, parts=None), how=How.POOLED, flags=tuple(flags)
    )


def _adds_up(indicator: Indicator) -> bool:
    """Tell whether its counts are sums over facts: of petitions too, which nobody reports for a
    part.
    """
    counts = [part.count for part in (indicator.numerator, indicator.denominator)]
    return all(each is not None and not each.procedures and not each.units for each in counts)


def _counts_units(indicator: Indicator) -> bool:
    """Tell whether its counts are numbers of units and nothing else."""
    counts = [part.count for part in (indicator.numerator, indicator.denominator)]
    return all(
        each is not None and each.units and not each.procedures and not each.names
        for each in counts
    )


def _sum(own: Figure, theirs: Counted, share: Fraction) -> Counted:
    mine = own if isinstance(own, Counted) else Counted(0, 0)
    return Counted(
        _plain(mine.numerator + share * theirs.numerator),
        _plain(mine.denominator + share * theirs.denominator),
    )


def _plain(value: Count) -> Count:
    return value.numerator if value.denominator == 1 else value


def _flagged(source: Provenance, flag: str) -> Provenance:
    return replace(source, flags=tuple(dict.fromkeys((*source.flags, flag))))
