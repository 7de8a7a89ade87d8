"""What charts draw, as the JSON their frames carry: numbers, and the texts beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from phucvu.results.trends import Point
from phucvu.scoring import GroupResult, GroupSource
from phucvu.web import formatting
from phucvu.web.shown.sparkline import point_label

__all__ = ["History", "is_drawn", "points_history", "radar", "ratio_history"]


@dataclass(frozen=True)
class History:
    """A line over time, and its points as a table: label and value."""

    chart: str
    rows: Sequence[tuple[str, str]]


def points_history(points: Sequence[Point]) -> History | None:
    """Points over time; None where there are fewer than two."""
    return _history([(p, p.points) for p in points], formatting.points, most=100)


def ratio_history(points: Sequence[Point], *, days: bool) -> History | None:
    """Ratios over time, or average days; None where there are fewer than two."""
    return _history([(p, p.ratio) for p in points], _days if days else formatting.percent,
                    most=None if days else 100)  # fmt: skip


def _days(number: Decimal) -> str:
    return gettext("%(number)s days") % {"number": formatting.points(number)}


def _history(
    points: Sequence[tuple[Point, Decimal | None]],
    write: Callable[[Decimal], str],
    most: int | None,
) -> History | None:
    known = [(point_label(point), value) for point, value in points if value is not None]
    if len(known) < 2:
        return None
    values = [value for _, value in known]
    # Whole tens (of days, whole numbers) around the line: small changes must be seen.
    step = 10 if most else 1
    margin = 3 if most else 0
    low = max(0, int(min(values) - margin) // step * step)
    high = -(int(max(values) + margin + (0 if most else 1)) // -step) * step
    rows = [(label, write(value)) for label, value in known]
    return History(
        _json(
            kind="line",
            labels=[label for label, _ in rows],
            values=[float(value) for value in values],
            texts=[text for _, text in rows],
            min=low,
            max=min(most, high) if most else high,
        ),
        rows,
    )


def is_drawn(group: GroupResult) -> bool:
    """Whether the radar shows a group: a missing one is not a zero, a part not the whole."""
    return group.ratio is not None and group.source is not GroupSource.PARTIAL


def radar(groups: Sequence[GroupResult], name: str) -> str:
    """The groups' ratios for the radar; empty where it would have fewer than three axes."""
    drawn = [(g.group, g.ratio) for g in groups if g.ratio is not None and is_drawn(g)]
    if len(drawn) < 3:
        return ""
    return _json(
        kind="radar",
        axes=[
            {
                "short": formatting.said(group.short),
                "name": formatting.said(group.name),
                "text": formatting.percent(ratio),
            }
            for group, ratio in drawn
        ],
        series=[{"name": name, "values": [float(ratio) for _, ratio in drawn]}],
    )


def _json(**data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
