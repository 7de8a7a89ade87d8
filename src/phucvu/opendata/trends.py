"""Rows of the trends of a unit's total, groups and components."""

from __future__ import annotations

from collections.abc import Iterator

from phucvu.opendata.tables import Cell, Row
from phucvu.results.trends import Point, Trend
from phucvu.scorecards import Edition
from phucvu.units.tree import UnitNode

__all__ = ["trend_rows"]


def trend_rows(unit: UnitNode, edition: Edition, trend: Trend) -> Iterator[Row]:
    """Yield rows of the columns `TRENDS`, the oldest of each line first."""

    def row(level: str, group: Cell, component: Cell, point: Point) -> Row:
        return (
            unit.code, unit.name, str(point.period), level, group, component,
            point.ratio, point.points, point.as_of,
            unit.simulated, edition.id, edition.digest,
        )  # fmt: skip

    for point in trend.total:
        yield row("total", None, None, point)
    for code, points in trend.groups.items():
        for point in points:
            yield row("group", code, None, point)
    for id_, points in trend.indicators.items():
        for point in points:
            yield row("component", edition.scorecard.indicators[id_].group, id_, point)
