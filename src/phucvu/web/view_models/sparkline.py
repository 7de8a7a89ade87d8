"""Sparkline: a trend as a small line, drawn on the server, without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from django.utils.translation import gettext

from phucvu.results.trends import Point
from phucvu.web import formatting

__all__ = ["Sparkline", "draw"]

WIDTH, HEIGHT = 100, 30


@dataclass(frozen=True)
class Sparkline:
    """Two paths in a box of WIDTH × HEIGHT, and the line in words."""

    line: str
    area: str
    words: str


def draw(points: Sequence[Point], *, days: bool = False) -> Sparkline | None:
    """Draw the ratios of two or more points; None for fewer.

    The line is too small to mark where the rule changes: it begins after the last such day.
    """
    last_rule = next((point.edition.digest for point in reversed(points)), "")
    alike = list(takewhile(lambda point: point.edition.digest == last_rule, reversed(points)))
    known = [(point, point.ratio) for point in reversed(alike) if point.ratio is not None]
    if len(known) < 2:
        return None
    values = [ratio for _, ratio in known]
    low, high = min(values), max(values)
    spread = float(high - low) or 1.0
    step = WIDTH / (len(values) - 1)
    places = [
        f"{index * step:.1f} {HEIGHT - 2 - float(value - low) / spread * (HEIGHT - 4):.1f}"
        if high > low
        else f"{index * step:.1f} {HEIGHT / 2:.1f}"
        for index, value in enumerate(values)
    ]
    line = "M" + " L".join(places)
    (first, start), (last, end) = known[0], known[-1]
    words = gettext("from %(start)s (%(first)s) to %(end)s (%(last)s)") % {
        "start": _value(start, days),
        "first": point_label(first),
        "end": _value(end, days),
        "last": point_label(last),
    }
    return Sparkline(line, f"{line} L{WIDTH} {HEIGHT} L0 {HEIGHT} Z", words)


def point_label(point: Point) -> str:
    """Write the moment of a published point, the period of a counted one."""
    if point.as_of is not None:
        return formatting.moment(point.as_of)[:10]
    return formatting.period_label(point.period)


def _value(ratio: Decimal, days: bool) -> str:
    if days:
        return gettext("%(number)s days") % {"number": formatting.points(ratio)}
    return formatting.percent(ratio)
