"""A made-up country in the store: 34 provinces, 3,321 communes, figures of 2026 for each."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from phucvu.editions.finding import Editions
from phucvu.facts.figures import Source
from phucvu.register.models import StatedFigure
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
    rules = [rule for rule in Editions.open().today().scorecard.indicators.values() if rule.scored]
    pooled = [rule.id for rule in rules if rule.parent == "pooled"]
    others = [rule.id for rule in rules if rule.parent != "pooled"]
    figures = [_share(unit, id_, chance) for unit in communes for id_ in pooled]
    figures += [_share(unit, id_, chance) for unit in provinces for id_ in others]
    for unit in provinces:
        for before in (timedelta(days=23), timedelta(0)):
            points = 60 + chance.randrange(3_900) / 100
            figures.append(_figure(unit, "TOTAL", _AS_OF - before, points=points))
    StatedFigure.objects.bulk_create(figures, batch_size=5_000)
    return len(provinces) + len(communes) + 1, len(figures)


def _share(unit: Unit, indicator: str, chance: random.Random) -> StatedFigure:
    of = chance.randrange(20, 4_000)
    part = chance.randrange(of // 2, of + 1)
    return _figure(unit, indicator, _AS_OF, numerator=part, denominator=of)


def _figure(unit: Unit, indicator: str, as_of: datetime, **numbers: float) -> StatedFigure:
    return StatedFigure(
        code=f"{unit.code} {PERIOD} {indicator} {as_of:%Y%m%d}", unit=unit, period=PERIOD,
        indicator=indicator, source=Source.PUBLISHED, as_of=as_of, changed_at=as_of, **numbers,
    )  # fmt: skip
