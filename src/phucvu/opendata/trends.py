"""Rows of the trends of a unit's total, groups and components."""

from __future__ import annotations

from collections.abc import Iterator

from phucvu.opendata.tables import Cell, Row
from phucvu.results.trends import Point, Trend
from phucvu.units.tree import UnitNode

__all__ = ["trend_rows"]


def trend_rows(unit: UnitNode, trend: Trend) -> Iterator[Row]:
    """Yield rows of the columns `TRENDS`, the oldest of each line first.

    Each row is by the edition that scored its month, and calls a component as that does.
    """

    def row(level: str, group: Cell, component: Cell, point: Point) -> Row:
        return (
            unit.code, unit.name, str(point.period), level, group, component,
            point.ratio, point.points, point.as_of,
            unit.simulated, point.edition.id, point.edition.digest,
            str(point.scored.basis),
        )  # fmt: skip

    for point in trend.total:
        yield row("total", None, None, point)
    for code, points in trend.groups.items():
        for point in points:
            yield row("group", code, None, point)
    for points in trend.indicators.values():
        for point in points:
            rule = point.edition.scorecard.indicators[point.component]
            yield row("component", rule.group, rule.id, point)
