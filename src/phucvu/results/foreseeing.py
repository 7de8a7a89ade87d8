"""Preview of a reorganisation: it is done, looked at, and undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from phucvu import clock
from phucvu.editions.finding import Editions
from phucvu.results.scores import score_units
from phucvu.scoring import Period
from phucvu.units.map import map_of
from phucvu.units.models import Reorganisation, Succession
from phucvu.units.tree import UnitNode, UnitTree, load_eras

__all__ = ["Effect", "Foreseen", "foresee"]


@dataclass(frozen=True)
class Effect:
    """A unit before and after; None where it is not there. Totals are those of the period."""

    before: UnitNode | None
    after: UnitNode | None
    total_before: Decimal | None = None
    total_after: Decimal | None = None
    parent_before: UnitNode | None = None
    parent_after: UnitNode | None = None


@dataclass(frozen=True)
class Foreseen:
    """Preview of a change: the units it touches, the shares taken over, and the units above."""

    period: Period
    units: Sequence[Effect]
    shares: Sequence[tuple[str, str, Fraction]]
    above: Sequence[Effect]


def foresee(work: Callable[[], Reorganisation], on: date) -> Foreseen:
    """Preview what `work` would change on the map of its day `on` (or today's, if later).

    Totals are those of the current year, on that map. Nothing stays. Raises what `work` raises.
    """
    today = clock.today()
    day, period = max(on, today), Period.parse(str(today.year))
    # All in one transaction: nobody else's change comes between.
    with transaction.atomic():
        before = map_of(load_eras(), day)
        done = work()
        after = map_of(load_eras(), day)
        touched = list(done.units.values_list("pk", flat=True))
        above = {
            node.parent_id
            for tree in (before, after)
            for unit in touched
            if (node := tree.placed(unit)) is not None and node.parent_id is not None
        } - set(touched)
        after_totals = _totals(after, [*touched, *above], period)
        shares = [
            (str(each.before), str(each.after), Fraction(each.share, each.share_of))
            for each in Succession.objects.filter(reorganisation=done)
            .select_related("before", "after")
            .order_by("before__code", "after__code")
        ]
        transaction.set_rollback(True)
    before_totals = _totals(before, [*touched, *above], period)

    def effect(unit: int) -> Effect:
        was, will = before.get(unit), after.get(unit)
        return Effect(
            was, will, before_totals.get(unit), after_totals.get(unit),
            before.get(was.parent_id) if was and was.parent_id else None,
            after.get(will.parent_id) if will and will.parent_id else None,
        )  # fmt: skip

    return Foreseen(
        period,
        [effect(unit) for unit in touched],
        shares,
        [effect(unit) for unit in sorted(above)],
    )


def _totals(tree: UnitTree, units: Sequence[int], period: Period) -> dict[int, Decimal | None]:
    nodes = [node for unit in units if (node := tree.get(unit)) is not None]
    editions, now = Editions.open(), clock.now()
    return {
        each.unit.id: each.total
        for kind in {node.kind for node in nodes}
        for each in score_units(
            editions.of(period, kind), tree, [node for node in nodes if node.kind == kind], now
        )
    }
