"""A made-up country in the store: 34 provinces, 3,321 communes, figures of 2026 for each."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from phucvu.register.models import Source, StatedFigure
from phucvu.results.boards import current_edition
from phucvu.units.models import Kind, Unit

__all__ = ["COMMUNES", "PERIOD", "PROVINCES", "load"]

PROVINCES, COMMUNES = 34, 3_321
PERIOD = "2026"
_AS_OF = datetime(2026, 10, 10, tzinfo=UTC)


def load() -> tuple[int, int]:
    """Fill the store. Returns how many units and figures there are."""
    chance = random.Random(766)
    top = Unit.objects.create(code="VN", name="Cả nước", kind=Kind.COUNTRY)
    provinces = Unit.objects.bulk_create(
        Unit(code=f"H{n:02d}", name=f"Tỉnh số {n}", kind=Kind.PROVINCE, parent=top)
        for n in range(1, PROVINCES + 1)
    )
    communes = Unit.objects.bulk_create(
        Unit(
            code=f"{provinces[n % PROVINCES].code}.{n:04d}", name=f"Phường số {n}",
            kind=Kind.COMMUNE, parent=provinces[n % PROVINCES],
        )
        for n in range(COMMUNES)
    )  # fmt: skip
    rules = [rule for rule in current_edition().scorecard.indicators.values() if rule.scored]
    pooled = [rule.id for rule in rules if rule.parent == "pooled"]
    others = [rule.id for rule in rules if rule.parent != "pooled"]
    figures = [_figure(unit, id_, chance) for unit in communes for id_ in pooled]
    figures += [_figure(unit, id_, chance) for unit in provinces for id_ in others]
    for unit in provinces:
        for before in (timedelta(days=23), timedelta(0)):
            points = 60 + chance.randrange(3_900) / 100
            figures.append(
                StatedFigure(unit=unit, period=PERIOD, indicator="TOTAL", points=points,
                             source=Source.PUBLISHED, as_of=_AS_OF - before)
            )  # fmt: skip
    StatedFigure.objects.bulk_create(figures, batch_size=5_000)
    return len(provinces) + len(communes) + 1, len(figures)


def _figure(unit: Unit, indicator: str, chance: random.Random) -> StatedFigure:
    of = chance.randrange(20, 4_000)
    return StatedFigure(
        unit=unit, period=PERIOD, indicator=indicator, numerator=chance.randrange(of // 2, of + 1),
        denominator=of, source=Source.PUBLISHED, as_of=_AS_OF,
    )  # fmt: skip
