"""Numbers, moments and periods the Vietnamese way, and the English."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from phucvu.scoring import Period
from phucvu.web import formatting

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("write", "value", "vietnamese", "english"),
    [
        (formatting.count, 14_666_757, "14.666.757", "14,666,757"),
        (formatting.count, 0, "0", "0"),
        (formatting.points, Decimal("17.6"), "17,60", "17.60"),
        (formatting.points, Decimal("0"), "0,00", "0.00"),
        (formatting.whole_points, Decimal("18"), "18", "18"),
        (formatting.whole_points, Decimal("2.50"), "2,5", "2.5"),
        (formatting.percent, Decimal("88.42"), f"88,42{NBSP}%", "88.42%"),
        (formatting.whole_percent, Decimal("100"), f"100{NBSP}%", "100%"),
        (formatting.signed, Decimal("1.2"), "+1,20", "+1.20"),
        (formatting.signed, Decimal("-1.2"), "−1,20", "−1.20"),
        (formatting.moment, datetime(2026, 12, 31, 18, 5, tzinfo=UTC), "01/01/2027 01:05", None),
        (formatting.moment, datetime(2026, 10, 9, 17, 0, tzinfo=UTC), "10/10/2026", None),
        (formatting.period_label, Period.parse("2026-Q3"), "Quý III/2026", "Quarter III, 2026"),
        (formatting.period_label, Period.parse("2026-08"), "Tháng 8/2026", "August 2026"),
    ],
)
def test_written(write: object, value: object, vietnamese: str, english: str | None) -> None:
    with translation.override("vi"):
        assert write(value) == vietnamese  # type: ignore[operator]
    with translation.override("en"):
        assert write(value) == (english or vietnamese)  # type: ignore[operator]


def test_filters_leave_nothing_empty_and_bars_have_a_point() -> None:
    template = Template("{% load phucvu %}[{{ none|points }}|{{ none|percent }}|{{ r|width }}]")
    with translation.override("vi"):
        shown = template.render(Context({"none": None, "r": Decimal("88.425")}))
    assert shown in ("[||88.42%]", "[||88.43%]")


@pytest.mark.parametrize(("ratio", "width"), [(None, "0%"), (Decimal(250), "100.00%")])
def test_bars_stay_in_their_box(ratio: Decimal | None, width: str) -> None:
    assert Template("{% load phucvu %}{{ r|width }}").render(Context({"r": ratio})) == width
