"""View model of small multiples: each unit's total over time in a box, all on one scale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from phucvu.results.boards import Scoreboard
from phucvu.results.scores import UnitScore
from phucvu.results.trends import Point
from phucvu.web import formatting
from phucvu.web.view_models.charts import BreakMark, marks_on
from phucvu.web.view_models.sparkline import point_label

__all__ = ["HEIGHT", "WIDTH", "Multiple", "Multiples", "lay_out"]

WIDTH, HEIGHT = 240, 72


@dataclass(frozen=True)
class Multiple:
    """Line of a unit in a box of WIDTH × HEIGHT; empty for fewer than two full totals.

    It has no change where the first and the last total are by different rules.
    """

    score: UnitScore
    line: str
    dot: tuple[float, float] | None
    first: str
    last: str
    change: Decimal | None
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Multiples:
    """Boxes in the board's order, the line of the median, and the scale they share."""

    boxes: Sequence[Multiple]
    middle: str
    breaks: Sequence[tuple[float, BreakMark]]
    low: int
    high: int
    start: str
    end: str


def lay_out(board: Scoreboard, trends: Mapping[int, Sequence[Point]]) -> Multiples:
    """Draw every unit of a board over the same days and between the same two totals."""
    moments: dict[date, Point] = {}
    for points in trends.values():
        moments |= {point.day: point for point in points}
    days = sorted(moments)
    values = [p.points for points in trends.values() for p in points if p.points is not None]
    low = int(min(values, default=Decimal(0))) // 10 * 10
    high = min(100, -(int(max(values, default=Decimal(100)) + 1) // -10) * 10)
    scale = _Scale(days, low, max(high, low + 10))
    by_day: dict[date, list[Decimal]] = defaultdict(list)
    for points in trends.values():
        for point in points:
            if point.points is not None:
                by_day[point.day].append(point.points)
    drawn = [moments[day] for day in days]
    return Multiples(
        boxes=[_box(score, trends.get(score.unit.id, ()), scale) for score in board.entries],
        middle=scale.path([(day, median(by_day[day])) for day in days if by_day[day]]),
        breaks=[(scale.x(days[mark.at]), mark) for mark in marks_on(drawn, ())],
        low=low,
        high=scale.high,
        start=point_label(drawn[0]) if drawn else "",
        end=point_label(drawn[-1]) if drawn else "",
    )


@dataclass(frozen=True)
class _Scale:
    days: Sequence[date]
    low: int
    high: int

    def x(self, day: date) -> float:
        whole = (self.days[-1] - self.days[0]).days or 1
        return round((day - self.days[0]).days / whole * (WIDTH - 8) + 4, 1)

    def y(self, value: Decimal) -> float:
        return round(
            HEIGHT - 4 - float(value - self.low) / (self.high - self.low) * (HEIGHT - 8), 1
        )

    def path(self, places: Sequence[tuple[date, Decimal]]) -> str:
        if len(places) < 2:
            return ""
        return "M" + " L".join(f"{self.x(day)} {self.y(value)}" for day, value in places)


def _box(score: UnitScore, points: Sequence[Point], scale: _Scale) -> Multiple:
    known = [(point, point.points) for point in points if point.points is not None]
    if len(known) < 2:
        return Multiple(score, "", None, "", "", None, ())
    places = [(point.day, value) for point, value in known]
    (day, last), (_, first) = places[-1], places[0]
    alike = known[0][0].edition.digest == known[-1][0].edition.digest
    return Multiple(
        score=score,
        line=scale.path(places),
        dot=(scale.x(day), scale.y(last)),
        first=formatting.points(first),
        last=formatting.points(last),
        change=last - first if alike else None,
        rows=[(point_label(point), formatting.points(value)) for point, value in known],
    )
