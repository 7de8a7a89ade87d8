"""Procedures as they are handled: a unit's procedures, and one procedure by unit.

The rules are the scorecard's own, applied to the dossiers of one procedure. Where they are fewer
than `settings.PHUCVU_SMALL_CELL`, nothing but that is said: so few could point at somebody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from phucvu.counters import handling, reading
from phucvu.counters.reading import Window
from phucvu.register.models import Dossier, Procedure
from phucvu.results.boards import bound_of, current_edition
from phucvu.scorecards import Edition
from phucvu.scoring import (
    Counted,
    Indicator,
    IndicatorResult,
    Period,
    figure_of,
    score_indicator,
)
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["Handled", "ProcedureName", "handled_by_unit", "name_of", "procedures_of", "rules"]

Sums = Mapping[Window, Mapping[str, int]]
_KEY = "procedure-name:"
_KEPT = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class ProcedureName:
    """A procedure's code and name, and its field of work."""

    code: str
    name: str
    field: str


@dataclass(frozen=True)
class Handled:
    """How one procedure is handled, by a unit and all below it.

    `dossiers` is the largest number a component divides by; None where they are too few to be
    told, and so is the rest.
    `median` is in days.
    """

    dossiers: int | None
    components: Mapping[str, IndicatorResult]
    median: Decimal | None = None


def rules(edition: Edition) -> list[Indicator]:
    """The components that can be told of one procedure: those counted from dossiers alone."""
    names = set(edition.measures.names)
    return [
        rule
        for rule in edition.scorecard.indicators.values()
        if (mentioned := _mentioned(rule)) and mentioned <= names and rule.parent == "pooled"
    ]


def procedures_of(
    unit: UnitNode, period: Period, tree: UnitTree, now: datetime | None = None
) -> list[tuple[ProcedureName, Handled]]:
    """The procedures a unit and all below it had dossiers of, the most dossiers first."""
    edition, now = current_edition(), now or timezone.now()
    units = _subtree(tree, unit)
    book, bound = edition.measures, bound_of(period, now)
    sums: dict[str, dict[Window, Counter[str]]] = {}
    for window in Window:
        counted = reading.by_procedure(book, period, window, units)
        clocked = handling.clock_by_procedure(book, period, window, bound, units)
        for source in (counted, clocked):
            for code, found in source.items():
                windows = sums.setdefault(code, {each: Counter() for each in Window})
                windows[window].update(found)
    names = _names(sums)
    handled = [(names[code], _handled(edition, found)) for code, found in sums.items()]
    some = [(name, each) for name, each in handled if each.dossiers != 0]
    # Those that are too few stand at the end, in the order of their names: not of their number.
    return sorted(some, key=lambda pair: (-(pair[1].dossiers or 0), pair[0].name))


def handled_by_unit(
    code: str,
    units: Sequence[UnitNode],
    period: Period,
    tree: UnitTree,
    now: datetime | None = None,
) -> dict[int, Handled]:
    """How each of the units, with all below it, handles a procedure."""
    edition, now = current_edition(), now or timezone.now()
    book, bound = edition.measures, bound_of(period, now)
    subtrees = {unit.id: _subtree(tree, unit) for unit in units}
    scope = set().union(*subtrees.values()) if subtrees else set()
    own = {
        window: [
            reading.of_procedure(book, period, window, scope, code),
            handling.clock_of_procedure(book, period, window, bound, scope, code),
        ]
        for window in Window
    }
    medians = _medians(edition, period, subtrees, code)
    found = {}
    for unit, parts in subtrees.items():
        sums = {window: _pooled(sources, parts) for window, sources in own.items()}
        found[unit] = _handled(edition, sums, medians.get(unit))
    return found


def name_of(code: str) -> ProcedureName | None:
    """A procedure's name by the catalogue, else by its dossiers; None where neither knows it."""
    found = _names([code])[code]
    return found if found.name else None


def _mentioned(rule: Indicator) -> set[str]:
    parts = (rule.numerator.count, rule.denominator.count)
    if any(count is None or count.procedures for count in parts):
        return set()
    return {name for count in parts if count is not None for name in count.names}


def _subtree(tree: UnitTree, unit: UnitNode) -> set[int]:
    return {unit.id, *(node.id for node in tree.descendants(unit.id))}


def _pooled(
    sources: Iterable[Mapping[int, Mapping[str, int]]], parts: Collection[int]
) -> Counter[str]:
    total: Counter[str] = Counter()
    for source in sources:
        for part in parts:
            total.update(source.get(part, {}))
    return total


def _handled(edition: Edition, sums: Sums, median: Decimal | None = None) -> Handled:
    components = {}
    dossiers = 0
    for rule in rules(edition):
        values = dict.fromkeys(edition.measures.names, 0) | dict(sums[Window(rule.window)])
        figure = figure_of(rule, values)
        components[rule.id] = score_indicator(edition.scorecard, rule, figure)
        if isinstance(figure, Counted):
            dossiers = max(dossiers, int(figure.denominator))
    if 0 < dossiers < settings.PHUCVU_SMALL_CELL:
        return Handled(None, {})
    return Handled(dossiers, components, median)


def _medians(
    edition: Edition, period: Period, subtrees: Mapping[int, Collection[int]], code: str
) -> dict[int, Decimal]:
    """The median handling time in days, by the measure of the component that averages it."""
    timed = next((rule for rule in rules(edition) if rule.unit == "days"), None)
    if timed is None or timed.numerator.count is None:
        return {}
    measure = edition.measures[timed.numerator.count.names[0]]
    found = handling.medians(measure, period, Window(timed.window), subtrees, code)
    days = edition.scorecard.arithmetic.days
    return {unit: days(sum(middle), len(middle)) for unit, middle in found.items()}


def _names(codes: Iterable[str]) -> dict[str, ProcedureName]:
    """By the catalogue; where it is silent, as the newest dossiers write them."""
    wanted = set(codes)
    named = {
        row.code: ProcedureName(row.code, row.name, row.field_name)
        for row in Procedure.objects.filter(code__in=wanted)
    }
    silent = [code for code in wanted if code not in named]
    # Dossiers are not indexed by procedure, which would cost each of them; names seldom change.
    kept = cache.get_many([_KEY + code for code in silent])
    read = {code: _as_written(code) for code in silent if _KEY + code not in kept}
    cache.set_many({_KEY + code: name for code, name in read.items()}, _KEPT)
    return named | read | {name.code: name for name in kept.values()}


def _as_written(code: str) -> ProcedureName:
    latest = Dossier.objects.filter(procedure_code=code).order_by("-pk").first()
    if latest is None:
        return ProcedureName(code, "", "")
    return ProcedureName(code, latest.procedure_name or code, latest.field_name)
