"""View models of charts, as the JSON their frames carry: numbers, and the texts beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, pgettext

from phucvu.results.boundaries import Boundary, Break, rule_boundaries
from phucvu.results.trends import Point
from phucvu.scoring import GroupResult, GroupSource
from phucvu.web import formatting
from phucvu.web.view_models.sparkline import point_label

__all__ = [
    "BreakMark",
    "History",
    "is_drawn",
    "marks_on",
    "points_history",
    "radar",
    "ratio_history",
]


@dataclass(frozen=True)
class History:
    """Line over time, its points as a table (label and value), with its breaks."""

    chart: str
    rows: Sequence[tuple[str, str]]
    marks: Sequence[BreakMark]


@dataclass(frozen=True)
class BreakMark:
    """Boundary on a line: the point before which it stands, one word for the line, and the
    reason.
    """

    at: int
    word: str
    day: date
    why: str


def points_history(points: Sequence[Point], boundaries: Sequence[Boundary] = ()) -> History | None:
    """Lay out points over time; None for fewer than two."""
    return _history([(p, p.points) for p in points], formatting.points, boundaries, most=100)


def ratio_history(
    points: Sequence[Point], boundaries: Sequence[Boundary] = (), *, days: bool
) -> History | None:
    """Lay out ratios over time, or average days; None for fewer than two."""
    write = _days if days else formatting.percent
    return _history([(p, p.ratio) for p in points], write, boundaries, most=None if days else 100)


def marks_on(points: Sequence[Point], boundaries: Sequence[Boundary]) -> list[BreakMark]:
    """Return the boundaries that lie between two of the points; those before the first break
    nothing.

    Those of the rules that scored the points are found from them, `boundaries` are others.
    """
    ends = [point.day for point in points]
    found = []
    for boundary in sorted((*boundaries, *rule_boundaries(points))):
        after = [at for at, end in enumerate(ends) if end >= boundary.day]
        if after and after[0] > 0:
            word, why = _BREAKS[boundary.kind]()
            if boundary.edition is not None:
                why %= {"edition": formatting.said(boundary.edition.scorecard.title)}
            found.append(BreakMark(after[0], word, boundary.day, why))
    return found


_BREAKS: dict[Break, Callable[[], tuple[str, str]]] = {
    Break.EDITION: lambda: (
        pgettext("on a chart", "rule"),
        gettext(
            "from here on “%(edition)s” scores, before it another scorecard: what is before and "
            "what follows are not compared"
        ),
    ),
    Break.RULE: lambda: (
        pgettext("on a chart", "rule"),
        gettext("the scorecard used here came into force; what is before is judged by it too"),
    ),
    Break.RULE_ENDS: lambda: (
        pgettext("on a chart", "rule"),
        gettext("the scorecard used here is no longer in force; what follows is judged by it too"),
    ),
    Break.UNIT: lambda: (
        pgettext("on a chart", "reorganised"),
        gettext("the unit was reorganised: before and after are not the same offices"),
    ),
    Break.NAME: lambda: (
        pgettext("on a chart", "changed"),
        gettext("the unit got another name, kind or unit above"),
    ),
}


def _days(number: Decimal) -> str:
    return gettext("%(number)s days") % {"number": formatting.points(number)}


def _history(
    points: Sequence[tuple[Point, Decimal | None]],
    write: Callable[[Decimal], str],
    boundaries: Sequence[Boundary],
    most: int | None,
) -> History | None:
    drawn = [(point, value) for point, value in points if value is not None]
    marks = marks_on([point for point, _ in drawn], boundaries)
    known = [(point_label(point), value) for point, value in drawn]
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
            marks=[{"at": mark.at, "word": mark.word} for mark in marks],
        ),
        rows,
        marks,
    )


def is_drawn(group: GroupResult) -> bool:
    """Tell whether the radar shows a group: not where its figure is missing or partial."""
    return group.ratio is not None and group.source is not GroupSource.PARTIAL


def radar(groups: Sequence[GroupResult], name: str) -> str:
    """Write the groups' ratios for the radar; empty where it would have fewer than three axes."""
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
