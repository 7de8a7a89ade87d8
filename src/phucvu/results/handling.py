"""Procedures as they are handled: a unit's procedures, and one procedure by unit.

The rules are the scorecard's own, applied to the dossiers of one procedure. Figures about so few
dossiers that they could point at somebody stay hidden (`results.telling`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from django.core.cache import caches

from phucvu import clock
from phucvu.counters import handling, reading
from phucvu.counters.reading import Window
from phucvu.editions.finding import Editions
from phucvu.register.facts import DOSSIERS
from phucvu.register.models import Dossier, Procedure
from phucvu.results.allowing import allowed_in
from phucvu.results.scores import bound_of
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

__all__ = ["Handled", "ProcedureName", "handled_in", "is_told", "name_of", "procedures_of", "rules"]

Sums = Mapping[Window, Mapping[str, int]]
Key = TypeVar("Key", int, str)
_KEY = "procedure-name:"
_KEPT = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class ProcedureName:
    """Name of a procedure, with its code and field of work."""

    code: str
    name: str
    field: str


@dataclass(frozen=True)
class Handled:
    """Handling of one procedure by a unit and all below it.

    `dossiers` is the largest denominator of a component. It, a component and the `median` (in days)
    are None where they are hidden.
    """

    dossiers: int | None
    components: Mapping[str, IndicatorResult | None]
    median: Decimal | None = None


def rules(edition: Edition) -> list[Indicator]:
    """Return the components that apply to one procedure: those counted from dossiers alone."""
    names = {name for name, each in edition.measures.items() if each.fact == DOSSIERS.name}
    return [
        rule
        for rule in edition.scorecard.indicators.values()
        if (mentioned := _mentioned(rule)) and mentioned <= names
        and rule.per_procedure and not rule.needs
    ]  # fmt: skip


def is_told(
    unit: UnitNode,
    period: Period,
    tree: UnitTree,
    edition: Edition | None = None,
    now: datetime | None = None,
) -> bool:
    """Tell whether any figure of the unit is shown by procedure in the period
    (`results.allowing`).
    """
    edition = edition or Editions.open().of(period, unit.kind).edition
    allowed = allowed_in(edition, rules(edition), period, tree, now or clock.now())
    return allowed.is_whole(unit)


def procedures_of(
    unit: UnitNode,
    period: Period,
    tree: UnitTree,
    edition: Edition | None = None,
    *,
    now: datetime | None = None,
) -> list[tuple[ProcedureName, Handled]]:
    """Return the procedures of which a unit and all below it had dossiers, the most dossiers
    first.

    `edition`: the one that scores the unit in the period, where the caller knows it.
    """
    edition = edition or Editions.open().of(period, unit.kind).edition
    now = now or clock.now()
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
    # Facts of other kinds belong to no procedure.
    sums.pop("", None)
    allowed = allowed_in(edition, rules(edition), period, tree, now)
    told = _told(edition, sums, lambda code, rule: allowed.tells(unit, code, rule))
    told |= {code: _HIDDEN for code in allowed.named(unit) if code not in told}
    names = _names(told)
    # Those that are hidden stand at the end, in the order of their names: not of their number.
    return sorted(
        ((names[code], each) for code, each in told.items()),
        key=lambda pair: (-(pair[1].dossiers or 0), pair[0].name),
    )


def handled_in(
    code: str,
    unit: UnitNode,
    period: Period,
    tree: UnitTree,
    edition: Edition | None = None,
    *,
    now: datetime | None = None,
) -> tuple[Handled, dict[int, Handled]]:
    """Return how a unit with all below it handles a procedure, and how each unit directly below
    does.

    Units without a dossier of it are left out; all are where the unit's own is hidden.
    """
    edition = edition or Editions.open().of(period, unit.kind).edition
    now = now or clock.now()
    every = procedures_of(unit, period, tree, edition, now=now)
    own = next((each for name, each in every if name.code == code), Handled(0, {}))
    if not own.dossiers:
        return own, {}
    book, bound = edition.measures, bound_of(period, now)
    below = {node.id: _subtree(tree, node) for node in tree.children(unit.id)}
    scope = _subtree(tree, unit)
    found = {
        window: [
            reading.of_procedure(book, period, window, scope, code),
            handling.clock_of_procedure(book, period, window, bound, scope, code),
        ]
        for window in Window
    }
    medians = _medians(edition, period, {unit.id: scope, **below}, code)
    pooled = {
        node: {window: _pooled(sources, parts) for window, sources in found.items()}
        for node, parts in below.items()
    }
    allowed = allowed_in(edition, rules(edition), period, tree, now)
    timed = _timed(edition)
    nodes = {node.id: node for node in tree.children(unit.id)}
    told = _told(edition, pooled, lambda node, rule: allowed.tells(nodes[node], code, rule))
    told = {
        node: replace(each, median=_shown_median(medians.get(node), each, timed))
        for node, each in told.items()
    }
    told |= {
        node: _HIDDEN for node in below if node not in told and code in allowed.named(nodes[node])
    }
    return replace(own, median=_shown_median(medians.get(unit.id), own, timed)), told


def name_of(code: str) -> ProcedureName | None:
    """Return a procedure's name by the catalogue, else by its dossiers; None where neither has
    it.
    """
    found = _names([code])[code]
    return found if found.name else None


def _mentioned(rule: Indicator) -> set[str]:
    parts = (rule.numerator.count, rule.denominator.count)
    if any(count is None or count.procedures or count.units for count in parts):
        return set()
    return {name for count in parts if count is not None for name in count.names}


def _subtree(tree: UnitTree, unit: UnitNode) -> set[int]:
    return set(tree.pool(unit.id))


def _pooled(
    sources: Iterable[Mapping[int, Mapping[str, int]]], parts: Collection[int]
) -> Counter[str]:
    total: Counter[str] = Counter()
    for source in sources:
        for part in parts:
            total.update(source.get(part, {}))
    return total


_HIDDEN = Handled(None, {})


def _told(
    edition: Edition, sums: Mapping[Key, Sums], tells: Callable[[Key, Indicator], bool]
) -> dict[Key, Handled]:
    """Return each part of a breakdown that has a dossier and of which anything may be shown."""
    found = {}
    for key, windows in sums.items():
        results: dict[str, IndicatorResult | None] = {}
        for rule in rules(edition):
            if not tells(key, rule):
                results[rule.id] = None
                continue
            values = dict.fromkeys(edition.measures.names, 0) | dict(windows[Window(rule.window)])
            result = score_indicator(edition.scorecard, rule, figure_of(rule, values))
            results[rule.id] = result
        size = max((_size(each) for each in results.values() if each is not None), default=0)
        if size:
            found[key] = Handled(size, results)
    return found


def _size(result: IndicatorResult) -> int:
    return int(result.figure.denominator) if isinstance(result.figure, Counted) else 0


def _timed(edition: Edition) -> Indicator | None:
    """Return the component that is an average of days."""
    return next((rule for rule in rules(edition) if rule.unit == "days"), None)


def _shown_median(
    median: Decimal | None, handled: Handled, timed: Indicator | None
) -> Decimal | None:
    return median if timed is not None and handled.components.get(timed.id) else None


def _medians(
    edition: Edition, period: Period, subtrees: Mapping[int, Collection[int]], code: str
) -> dict[int, Decimal]:
    """Return the median handling time in days, by the measure of the component that averages it."""
    timed = _timed(edition)
    if timed is None or timed.numerator.count is None:
        return {}
    measure = edition.measures[timed.numerator.count.names[0]]
    found = handling.medians(measure, period, Window(timed.window), subtrees, code)
    days = edition.scorecard.arithmetic.days
    # The value in the middle is one dossier's own: told to the half day, it points at none.
    return {
        unit: (days(sum(middle), len(middle)) * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
        for unit, middle in found.items()
    }


def _names(codes: Iterable[str]) -> dict[str, ProcedureName]:
    """Return names by the catalogue; where it has none, as the newest dossiers write them."""
    wanted = set(codes)
    named = {
        row.procedure_code: ProcedureName(row.procedure_code, row.name, row.field_name)
        for row in Procedure.objects.filter(procedure_code__in=wanted).newest_last()
    }
    silent = [code for code in wanted if code not in named]
    # Dossiers are not indexed by procedure, which would cost each of them; names seldom change.
    kept = caches["process"].get_many([_KEY + code for code in silent])
    read = {code: _as_written(code) for code in silent if _KEY + code not in kept}
    caches["process"].set_many({_KEY + code: name for code, name in read.items()}, _KEPT)
    return named | read | {name.code: name for name in kept.values()}


def _as_written(code: str) -> ProcedureName:
    latest = Dossier.objects.filter(procedure_code=code).order_by("-pk").first()
    if latest is None:
        return ProcedureName(code, "", "")
    return ProcedureName(code, latest.procedure_name or code, latest.field_name)
