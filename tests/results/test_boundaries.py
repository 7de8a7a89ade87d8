"""Where numbers over time break: the rule's own interval, and what became of a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from phucvu import scorecards
from phucvu.results.boundaries import Boundary, Break, boundaries_of
from phucvu.results.trends import Point
from phucvu.scoring import Period
from phucvu.web.view_models.charts import marks_on, points_history


def test_an_edition_breaks_a_line_where_it_begins_and_after_it_ends():
    edition = scorecards.load("qd766-portal-2026")
    assert boundaries_of(edition, None) == [Boundary(date(2026, 1, 1), Break.RULE)]
    ended = replace(edition, scorecard=replace(edition.scorecard, in_force_to=date(2026, 6, 30)))
    assert boundaries_of(ended, None)[1] == Boundary(date(2026, 7, 1), Break.RULE_ENDS)


def test_a_break_stands_before_the_first_point_that_it_touches():
    months = [Period.parse(f"2025-{number}") for number in (10, 11, 12)]
    points = [Point(month, None, None, Decimal(70)) for month in (*months, Period.parse("2026-01"))]
    new_year = Boundary(date(2026, 1, 1), Break.RULE)
    assert [mark.at for mark in marks_on(points, [new_year])] == [3]
    # Nothing lies before the first point, nothing after the last: no line there.
    outside = [Boundary(date(2025, 10, 1), Break.UNIT), Boundary(date(2026, 2, 1), Break.UNIT)]
    assert marks_on(points, outside) == []
    history = points_history(points, [new_year])
    assert history is not None
    assert '"marks":[{"at":3,' in history.chart
