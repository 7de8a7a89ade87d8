"""Where numbers over time break: another rule, and what became of a unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from phucvu import scorecards
from phucvu.editions.finding import Basis, PeriodEdition
from phucvu.results.boundaries import Boundary, Break, rule_boundaries
from phucvu.results.trends import Point
from phucvu.scorecards import Edition
from phucvu.scoring import Period
from phucvu.web.view_models.charts import marks_on, points_history
from phucvu.web.view_models.sparkline import draw

OLD, NEW = scorecards.load("qd766-document"), scorecards.load("qd766-portal-2026")


def point(month: str, edition: Edition, value: int = 70) -> Point:
    period = Period.parse(month)
    scored = PeriodEdition(period, "", edition, Basis.IN_FORCE)
    return Point(period, None, Decimal(value), Decimal(value), scored)


def test_one_edition_breaks_a_line_where_it_begins_and_after_it_ends() -> None:
    line = [point("2025-12", NEW), point("2026-01", NEW), point("2026-07", NEW)]
    assert rule_boundaries(line) == [Boundary(date(2026, 1, 1), Break.RULE)]
    ended = replace(NEW, scorecard=replace(NEW.scorecard, in_force_to=date(2026, 6, 30)))
    line = [point("2026-06", ended), point("2026-07", ended)]
    assert rule_boundaries(line) == [Boundary(date(2026, 7, 1), Break.RULE_ENDS)]


def test_a_line_from_one_edition_to_another_breaks_where_the_other_begins_to_score() -> None:
    line = [point("2025-11", OLD), point("2025-12", OLD), point("2026-01", NEW)]
    assert rule_boundaries(line) == [Boundary(date(2026, 1, 1), Break.EDITION)]
    # What was chosen for one month begins with it, and ends with it.
    line = [point("2026-04", NEW), point("2026-05", OLD), point("2026-06", NEW)]
    days = [date(2026, 5, 1), date(2026, 6, 1)]
    assert rule_boundaries(line) == [Boundary(day, Break.EDITION) for day in days]
    history = points_history(line)
    assert history is not None
    assert [mark.at for mark in history.marks] == [1, 2]
    assert "theo tài liệu mô tả" in history.marks[0].why


def test_a_small_line_begins_after_the_last_day_on_which_the_rule_changed() -> None:
    line = [point("2025-12", OLD, 10), point("2026-01", NEW, 20), point("2026-02", NEW, 30)]
    drawn = draw(line)
    assert drawn is not None
    assert "20,00" in drawn.words
    assert "10,00" not in drawn.words
    assert draw(line[:2]) is None


def test_a_break_stands_before_the_first_point_that_it_touches():
    months = [Period.parse(f"2025-{number}") for number in (10, 11, 12)]
    points = [point(str(month), OLD) for month in (*months, Period.parse("2026-01"))]
    new_year = Boundary(date(2026, 1, 1), Break.UNIT)
    assert [mark.at for mark in marks_on(points, [new_year])] == [3]
    # Nothing lies before the first point, nothing after the last: no line there.
    outside = [Boundary(date(2025, 10, 1), Break.UNIT), Boundary(date(2026, 2, 1), Break.UNIT)]
    assert marks_on(points, outside) == []
    history = points_history(points, [new_year])
    assert history is not None
    assert '"marks":[{"at":3,' in history.chart
