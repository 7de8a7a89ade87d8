"""The country's units before and after a reorganisation: how fast a subtree of any day is found."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

from bench.measure import Outcome, percentile
from phucvu.units import tree
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_eras

__all__ = ["measure_subtrees"]

_TURN = date(2025, 7, 1)
_ASKED = 2_000


def measure_subtrees(store: str) -> list[Outcome]:
    """14,723 units, 3,356 of them in force: the 99th percentile over any node on any day."""
    _fill()
    start = time.perf_counter()
    eras = load_eras()
    cold = (time.perf_counter() - start) * 1000
    chance = random.Random(766)
    states = list(eras)
    taken, longest = [], 0
    for _ in range(_ASKED):
        day = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
        unit_id = chance.choice(states).node.id
        begun = time.perf_counter()
        found = tree.load_tree(day).descendants(unit_id)
        taken.append((time.perf_counter() - begun) * 1000)
        longest = max(longest, len(found))
    top = Unit.objects.get(code="C").pk
    begun = time.perf_counter()
    assert len(tree.load_tree(date(2025, 1, 1)).descendants(top)) == 63 + 705 + 10_599
    whole = (time.perf_counter() - begun) * 1000
    return [
        Outcome("subtree of any unit on any day, p99", store, "ms",
                percentile(taken, 0.99), "less", 5),
        Outcome("subtree of the whole country", store, "ms", whole, "less", 5),
        Outcome("the units read anew, after one was written", store, "ms", cold, "less"),
    ]  # fmt: skip


def _fill() -> None:
    country = Unit.objects.create(code="C", name="Cả nước", kind=Kind.COUNTRY)
    old = _level("p", Kind.PROVINCE, 63, [country], None, _TURN)
    _level(
        "c", Kind.COMMUNE, 10_599, _level("d", Kind.DISTRICT, 705, old, None, _TURN), None, _TURN
    )
    _level("c", Kind.COMMUNE, 3_321, _level("p", Kind.PROVINCE, 34, [country], _TURN), _TURN)


def _level(
    letter: str, kind: Kind, number: int, parents: list[Unit], first: date | None,
    end: date | None = None,
) -> list[Unit]:  # fmt: skip
    return Unit.objects.bulk_create(
        [
            Unit(
                code=f"{letter}{n}", name=f"{kind} {n}", kind=kind,
                parent=parents[n % len(parents)], valid_from=first, valid_to=end,
            )
            for n in range(number)
        ],
        batch_size=1000,
    )  # fmt: skip
