"""Figures from every source, scored, ranked and compared."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from phucvu.editions.finding import Editions
from phucvu.facts.figures import Source
from phucvu.results.boards import Scoreboard, scoreboard, unit_score
from phucvu.results.component_changes import component_changes
from phucvu.results.figures import FigureSource, How
from phucvu.results.maps import Atlas
from phucvu.results.periods import default_period, periods_with_data
from phucvu.results.scores import UnitScore
from phucvu.results.trends import trend, trends_of_totals
from phucvu.scoring import NOT_PROVIDED, Counted, Period, Rated
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import dossier, store, unit
from tests.figures import stated

pytestmark = [pytest.mark.django_db, pytest.mark.database]

YEAR, MARCH = Period.parse("2026"), Period.parse("2026-03")
NOW = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam
EARLIER, LATER = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def state(of: Unit, indicator: str, *counts: int, period: str = "2026", **more) -> None:
    numerator, denominator = counts or (None, None)
    values = {"source": Source.PUBLISHED, "as_of": LATER, **more}
    stated(
        unit=of,
        period=period,
        indicator=indicator,
        numerator=numerator,
        denominator=denominator,
        **values,
    )


def result(of: Unit, period: Period = YEAR) -> UnitScore:
    tree = load_tree()
    return unit_score(tree.by_code(of.code), period, tree=tree, now=NOW)


def board(parent: Unit, kind: Kind = Kind.COMMUNE, period: Period = YEAR) -> Scoreboard:
    tree = load_tree()
    return scoreboard(tree.by_code(parent.code), kind, period, tree=tree, now=NOW)


@pytest.fixture
def city():
    return unit("VT", kind=Kind.DISTRICT)


def test_counts_from_dossiers_become_points(city):
    ward = unit("VT.1", city)
    store(
        dossier("VT.1-1", ward, "2026-03-02", status=9, finished_at="2026-03-10"),
        dossier("VT.1-2", ward, "2026-03-02", status=9, finished_at="2026-03-14"),
        dossier("VT.1-3", ward, "2026-03-02"),  # open, promised for the 12th: overdue
        dossier("VT.1-4", ward, "2026-03-15", channel="online"),  # open, within its term
    )
    found = result(ward)
    assert found.result.indicators["2.1"].figure == Counted(2, 4)
    assert found.result.indicators["2.1"].points == Decimal("10.00")
    assert found.result.indicators["3.3"].figure == Counted(1, 4)
    assert found.result.indicators["3.3"].points == Decimal("3.00")
    assert found.result.indicators["2.2"].ratio == Decimal("10.00")
    assert found.provenance["2.1"].source is FigureSource.COUNTED
    assert found.provenance["2.1"].how is How.OWN


def test_a_parent_is_scored_from_the_pooled_counts_of_its_children(city):
    small, large = unit("VT.1", city), unit("VT.2", city)
    store(
        dossier("VT.1-1", small, "2026-03-02", status=9, finished_at="2026-03-30"),
        *(
            dossier(f"VT.2-{n}", large, "2026-03-02", status=9, finished_at="2026-03-03")
            for n in range(3)
        ),
    )
    found = result(city)
    assert found.result.indicators["2.1"].figure == Counted(3, 4)
    assert found.provenance["2.1"].how is How.POOLED
    assert found.provenance["2.1"].parts == (2, 2)


def test_a_unit_without_any_dossier_is_not_counted_as_zero(city):
    ward, silent = unit("VT.1", city), unit("VT.2", city)
    store(dossier("VT.1-1", ward))
    assert result(silent).result.indicators["2.1"].figure is NOT_PROVIDED
    assert result(silent).total is None


def test_a_unit_with_dossiers_in_other_periods_counted_none_in_this_one(city):
    ward = unit("VT.1", city)
    store(dossier("VT.1-1", ward, "2025-03-02", status=9, finished_at="2025-03-05"))
    found = result(ward).result.indicators["2.1"]
    assert found.figure == Counted(0, 0)
    assert found.points == 0


def test_the_national_report_is_the_denominator_where_it_is_larger(city):
    ward = unit("VT.1", city)
    store(dossier("VT.1-1", ward), dossier("VT.1-2", ward))
    assert result(ward).result.indicators["1.4"].figure == Counted(2, 2)
    assert result(ward).provenance["1.4"].flags == ("NO_NATIONAL_REPORT_DATA",)

    stated(ward, LATER, period="2026", indicator="BCQG", denominator=8)
    assert result(ward).result.indicators["1.4"].figure == Counted(2, 8)
    assert result(city).result.indicators["1.4"].figure == Counted(2, 8)
    assert result(ward).provenance["1.4"].flags == ()


def test_a_parent_of_children_that_reported_in_part_says_so(city):
    ward, other = unit("VT.1", city), unit("VT.2", city)
    unit("VT.3", city)  # without dossiers it has nothing to report
    store(dossier("VT.1-1", ward), dossier("VT.2-1", other), dossier("VT.2-2", other))
    stated(ward, LATER, period="2026", indicator="BCQG", denominator=8)
    assert result(city).provenance["1.4"].flags == ("NATIONAL_REPORT_IN_PART",)
    assert result(ward).provenance["1.4"].flags == ()

    stated(other, LATER, period="2026", indicator="BCQG", denominator=4)
    assert result(city).result.indicators["1.4"].figure == Counted(3, 12)
    assert result(city).provenance["1.4"].flags == ()


def test_last_years_report_stands_in_only_where_nothing_was_received(city):
    ward = unit("VT.1", city)
    store(dossier("VT.1-1", ward, "2025-03-02"))
    stated(ward, LATER, period="2025", indicator="BCQG", denominator=120)
    found = result(ward, MARCH)
    assert found.result.indicators["1.4"].figure == Counted(0, 10)
    assert found.provenance["1.4"].flags == ("NATIONAL_REPORT_OF_LAST_YEAR",)


def test_published_stands_before_typed_and_counted_before_both(city):
    ward = unit("VT.1", city)
    state(ward, "2.1", 1, 2, source=Source.TYPED, as_of=NOW)
    assert result(ward).result.indicators["2.1"].figure == Counted(1, 2)
    state(ward, "2.1", 3, 4, source=Source.PUBLISHED, as_of=LATER)
    assert result(ward).result.indicators["2.1"].figure == Counted(3, 4)
    store(dossier("VT.1-1", ward))
    assert result(ward).provenance["2.1"].source is FigureSource.COUNTED


def test_a_later_figure_supersedes_an_earlier_one(city):
    state(city, "5.1", 1, 2, as_of=LATER)
    state(city, "5.1", 2, 2, as_of=EARLIER)
    assert result(city).result.indicators["5.1"].figure == Counted(1, 2)


def test_half_of_the_counts_is_no_figure_and_its_flag_is_kept(city):
    state(city, "3.4", None, 398, flags="NUMERATOR_NOT_PUBLISHED")
    found = result(city)
    assert found.result.indicators["3.4"].figure is NOT_PROVIDED
    assert found.provenance["3.4"].flags == ("NUMERATOR_NOT_PUBLISHED",)


def test_a_ratio_published_without_counts_is_kept_as_such(city):
    state(city, "4.7", ratio=Decimal(100), points=Decimal(2))
    assert result(city).result.indicators["4.7"].figure == Rated(Decimal(100), Decimal(2))


def test_the_province_s_figure_is_inherited_by_every_unit_below(city):
    ward = unit("VT.1", city)
    state(city, "1.1", 9, 10)
    found = result(ward)
    assert found.result.indicators["1.1"].figure == Counted(9, 10)
    assert found.provenance["1.1"].how is How.INHERITED
    assert found.provenance["1.1"].from_unit.code == "VT"


def test_distinct_procedures_are_never_added_up(city):
    state(unit("VT.1", city), "3.2", 10, 20)
    assert result(city).result.indicators["3.2"].figure is NOT_PROVIDED


def test_stated_counts_pool_but_not_below_a_unit_that_stated_its_own():
    country = unit("VN", kind=Kind.COUNTRY)
    first, second = unit("H1", country, Kind.PROVINCE), unit("H2", country, Kind.PROVINCE)
    state(first, "4.1", 1, 10)
    state(unit("H1.1", first), "4.1", 5, 5)
    state(unit("H2.1", second), "4.1", 3, 10)
    state(unit("H2.2", second), "4.1", 4, 10, flags="LATE")
    found = result(country)
    assert found.result.indicators["4.1"].figure == Counted(8, 30)
    assert found.provenance["4.1"].parts == (3, 3)
    assert found.provenance["4.1"].flags == ("LATE",)
    assert result(first).result.indicators["4.1"].figure == Counted(1, 10)


def test_published_points_of_a_group_stand_in_for_what_cannot_be_computed(city):
    state(city, "ONLINE", points=Decimal("8.84"))
    state(city, "TOTAL", points=Decimal("68.80"))
    found = result(city)
    assert found.result.groups["ONLINE"].points == Decimal("8.84")
    assert found.result.groups["ONLINE"].source == "published"
    assert found.total == Decimal("68.80")
    assert found.total_is_published
    assert found.band.code == "average"


def test_published_groups_and_totals_of_different_moments_are_not_mixed(city):
    state(city, "TDGQ", points=Decimal("15.58"), as_of=EARLIER)
    state(city, "TOTAL", points=Decimal("62.59"), as_of=LATER)
    assert result(city).result.groups["TDGQ"].points is None


def test_change_is_measured_from_the_published_moment_before(city):
    state(city, "TOTAL", points=Decimal("60.00"), as_of=EARLIER)
    state(city, "TOTAL", points=Decimal("62.50"), as_of=LATER)
    found = result(city)
    assert found.change == Decimal("2.50")
    assert found.compared.as_of == EARLIER


def test_a_total_that_lacks_something_is_not_compared(city):
    ward = unit("VT.1", city)
    store(dossier("VT.1-1", ward, "2026-02-02"), dossier("VT.1-2", ward, "2026-03-02"))
    found = result(ward, MARCH)
    assert found.missing > 0
    assert found.change is None
    assert found.band is None


def test_units_rank_within_kind_and_parent_zeros_kept_and_silent_ones_last(city):
    for code, points in [("VT.1", 50), ("VT.2", 0), ("VT.3", 50), ("VT.4", None)]:
        ward = unit(code, city)
        if points is not None:
            state(ward, "TOTAL", points=Decimal(points))
    state(unit("VT.P", city, Kind.DISTRICT_DEPARTMENT), "TOTAL", points=Decimal(99))
    found = board(city)
    assert [(e.unit.code, e.rank, e.of) for e in found.entries] == [
        ("VT.1", 1, 4),
        ("VT.3", 1, 4),
        ("VT.2", 3, 4),
        ("VT.4", None, 4),
    ]
    assert found.entries[-1].reason == "nothing_provided"
    assert found.kinds == [Kind.DISTRICT_DEPARTMENT, Kind.COMMUNE]


def test_periods_are_those_with_figures_or_dossiers_below(city):
    ward = unit("VT.1", city)
    store(dossier("VT.1-1", ward, "2025-12-02"), dossier("VT.1-2", ward, "2026-01-05"))
    state(ward, "5.1", 1, 2, period="2026-Q3")
    atlas = Atlas.open()
    node = atlas.newest.by_code("VT")
    found = periods_with_data(node, atlas, atlas.newest)
    periods = [str(period) for period in found]
    assert periods == [
        "2026", "2025", "2026-H1", "2025-H2", "2026-Q3", "2026-Q1", "2025-Q4", "2026-01",
        "2025-12",
    ]  # fmt: skip
    assert str(default_period(found)) == "2026"


def test_a_trend_has_a_point_for_each_month_counted(city):
    ward = unit("VT.1", city)
    store(
        dossier("VT.1-1", ward, "2026-01-02", status=9, finished_at="2026-01-05"),
        dossier("VT.1-2", ward, "2026-02-02", status=9, finished_at="2026-02-28"),
    )
    node = load_tree().by_code("VT.1")
    points = {str(p.period): p.ratio for p in trend(node, YEAR, now=NOW).indicators["2.1"]}
    assert points["2026-01"] == Decimal("100.00")
    assert points["2026-02"] == Decimal("0.00")


def test_a_trend_of_published_figures_has_a_point_for_each_snapshot(city):
    for moment, points in [(EARLIER, 60), (LATER, 62)]:
        state(city, "TOTAL", points=Decimal(points), as_of=moment)
        state(city, "TDGQ", points=Decimal(points) / 4, as_of=moment)
    node = load_tree().by_code("VT")
    found = trend(node, YEAR, now=NOW)
    assert [p.points for p in found.total] == [60, 62]
    assert [p.points for p in found.groups["TDGQ"]] == [15, Decimal("15.5")]


def test_the_total_of_what_is_counted_has_a_point_for_each_whole_month(city):
    ward, silent = unit("VT.1", city), unit("VT.2", city)
    store(dossier("VT.1-1", ward, "2026-01-02", status=9, finished_at="2026-01-05"))
    for month, points in (("2026-01", 70), ("2026-02", 75)):
        state(ward, "TOTAL", period=month, points=Decimal(points))
    tree = load_tree()
    units = [tree.by_code(each.code) for each in (ward, silent)]
    alone = trend(units[0], YEAR, now=NOW).total
    # March lacks components: it is left out, not drawn as a fall.
    assert [(str(p.period), p.points) for p in alone] == [("2026-01", 70), ("2026-02", 75)]
    year = Editions.open().of(YEAR, Kind.COMMUNE)
    together = trends_of_totals(units, year, trees=lambda _: tree, now=NOW)
    assert together == {ward.pk: alone}


def test_published_snapshots_of_some_are_no_points_of_others(city):
    often, once = unit("VT.1", city), unit("VT.2", city)
    for moment, points in [(EARLIER, 60), (LATER, 62)]:
        state(often, "TOTAL", points=Decimal(points), as_of=moment)
    state(once, "TOTAL", points=Decimal(50), as_of=EARLIER)
    tree = load_tree()
    units = [tree.by_code(each.code) for each in (often, once)]
    year = Editions.open().of(YEAR, Kind.COMMUNE)
    found = trends_of_totals(units, year, trees=lambda _: tree, now=NOW)
    assert {key: [p.points for p in points] for key, points in found.items()} == {
        often.pk: [60, 62]
    }


def test_a_component_is_compared_with_what_stood_before(city):
    counted, published, new = unit("VT.1", city), unit("VT.2", city), unit("VT.3", city)
    store(
        dossier("VT.1-1", counted, "2026-02-02", status=9, finished_at="2026-02-28"),
        dossier("VT.1-2", counted, "2026-03-02", status=9, finished_at="2026-03-03"),
    )
    state(published, "2.1", 6, 10, period="2026-03", as_of=EARLIER)
    state(published, "2.1", 9, 10, period="2026-03")
    state(new, "2.1", 9, 10, period="2026-03")
    tree = load_tree()
    found = component_changes(board(city, period=MARCH), "2.1", tree=tree, earlier=tree)
    assert {key: (c.before, c.after, c.since) for key, c in found.items()} == {
        counted.pk: (Decimal("0.00"), Decimal("100.00"), Period.parse("2026-02")),
        published.pk: (Decimal("60.00"), Decimal("90.00"), EARLIER),
    }


def test_the_number_of_queries_does_not_grow_with_the_units(city, django_assert_max_num_queries):
    for number in range(30):
        ward = unit(f"VT.{number}", city)
        store(dossier(f"VT.{number}-1", ward))
    with django_assert_max_num_queries(28):
        board(city)
