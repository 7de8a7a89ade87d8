"""Scores kept day by day, and what moved in a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from phucvu.facts.figures import Source
from phucvu.results.boards import scoreboard
from phucvu.results.changes import total_changes
from phucvu.results.keeping import keep_day, kept_scores
from phucvu.results.models import KeptDay, KeptScore
from phucvu.results.week import Week, week_of
from phucvu.scoring import Period
from phucvu.scoring.periods import Kind as PeriodKind
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import dossier, store, unit
from tests.figures import stated

pytestmark = [pytest.mark.django_db, pytest.mark.database]

YEAR = Period.parse("2026")
NOW = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam


def publish(of: Unit, points: int, when: datetime) -> None:
    stated(
        unit=of, period="2026", indicator="TOTAL", points=points, source=Source.PUBLISHED,
        as_of=when,
    )  # fmt: skip


def send(ward: Unit, number: int, *, late: bool) -> None:
    ended = "2026-03-18" if late else "2026-03-04"
    store(dossier(f"{ward.code}-{number}", ward, "2026-03-02", status=9, finished_at=ended))


def week(parent: Unit, now: datetime = NOW) -> Week | None:
    tree = load_tree()
    node = tree.by_code(parent.code)
    return week_of(scoreboard(node, Kind.COMMUNE, YEAR, tree=tree, now=now), tree=tree)


@pytest.fixture
def city():
    return unit("VT", kind=Kind.DISTRICT)


def test_a_day_is_kept_once_and_only_what_changed_takes_room(city):
    ward, other = unit("VT.1", city), unit("VT.2", city)
    send(ward, 1, late=False)
    send(other, 1, late=False)
    first = keep_day(NOW - timedelta(days=8))
    assert first is not None
    assert keep_day(NOW - timedelta(days=8, hours=-1)) is None
    rows = KeptScore.objects.count()
    # The ward, the other one and the city; the year, half, quarter and month.
    assert rows == 3 * 4
    keep_day(NOW - timedelta(days=7, hours=1))
    assert KeptScore.objects.count() == rows
    send(ward, 2, late=True)
    last = keep_day(NOW)
    changed = KeptScore.objects.filter(kept=last)
    assert set(changed.values_list("unit__code", flat=True)) == {"VT", "VT.1"}
    then = kept_scores(first, [ward.pk, other.pk], YEAR)
    assert then[ward.pk].points["2.1"] == "20.00"
    today = kept_scores(last, [ward.pk, other.pk], YEAR)
    assert (today[ward.pk].points["2.1"], today[other.pk].points["2.1"]) == ("10.00", "20.00")


def test_what_is_counted_is_compared_with_the_day_a_week_ago(city):
    ward, still = unit("VT.1", city), unit("VT.2", city)
    send(ward, 1, late=False)
    send(still, 1, late=False)
    keep_day(NOW - timedelta(days=9))
    keep_day(NOW - timedelta(days=8))
    send(ward, 2, late=True)
    keep_day(NOW - timedelta(days=3))  # later than a week ago: not what is compared with
    found = week(city)
    assert (found.since, found.short) == (NOW - timedelta(days=8), False)
    (move,) = found.moves
    assert move.unit.code == "VT.1"
    assert move.parts["2.1"] == (Decimal("20.00"), Decimal("10.00"))
    assert move.by is None  # the totals lack components, so they are not compared


def test_the_first_week_says_how_far_back_it_goes(city):
    ward, new = unit("VT.1", city), unit("VT.2", city)
    send(ward, 1, late=False)
    nothing = week(city)
    assert (nothing.short, nothing.unknown, nothing.moves) == (True, 1, [])
    keep_day(NOW - timedelta(days=2))
    send(ward, 2, late=True)
    send(new, 1, late=False)
    found = week(city)
    assert (found.since, found.short) == (NOW - timedelta(days=2), True)
    assert [move.unit.code for move in found.moves] == ["VT.1"]
    assert found.unknown == 1  # the new one: nothing was kept of it


def test_another_rule_is_not_compared(city):
    ward = unit("VT.1", city)
    send(ward, 1, late=False)
    keep_day(NOW - timedelta(days=8))
    KeptScore.objects.update(edition="another")
    send(ward, 2, late=True)
    found = week(city)
    assert (found.moves, found.other_rule) == ([], 1)


def test_what_is_stated_needs_no_kept_day(city):
    moved, still = unit("VT.1", city), unit("VT.2", city)
    publish(moved, 60, NOW - timedelta(days=20))
    publish(moved, 64, NOW - timedelta(days=2))
    publish(still, 70, NOW - timedelta(days=20))
    found = week(city)
    assert (found.short, found.unknown) == (False, 0)
    assert [(move.unit.code, move.by) for move in found.moves] == [("VT.1", Decimal(4))]


def test_of_a_period_long_over_nothing_is_told(city):
    unit("VT.1", city)
    assert week(city, NOW + timedelta(days=400)) is None


def test_the_feed_tells_a_counted_year_from_day_to_day(city):
    ward = unit("VT.1", city)
    send(ward, 1, late=False)
    days = [NOW - timedelta(days=back) for back in (2, 1, 0)]
    for moment in days:
        keep_day(moment)
    first = KeptDay.objects.order_by("at").first()
    rows = KeptScore.objects.filter(unit=ward, period="2026")
    row = rows.get()
    # As if the totals had been whole: 80, and from the second day on 84.5.
    second = KeptDay.objects.order_by("at")[1]
    rows.update(total=80, missing=0, until=second)
    KeptScore.objects.create(
        unit=ward, period="2026", kept=second, edition=row.edition, total=Decimal("84.50"),
        missing=0, counted=True, points={},
    )  # fmt: skip
    publish(ward, 60, NOW - timedelta(days=30))
    publish(ward, 61, NOW - timedelta(days=20))
    publish(ward, 62, second.at + timedelta(hours=1))  # part of what the day's counts tell
    tree = load_tree()
    found = total_changes([tree.by_code("VT.1")], trees=lambda _period: tree, most=10)
    assert [(c.moment, c.before, c.after) for c in found] == [
        (second.at, 80, Decimal("84.50")),
        (NOW - timedelta(days=20), 60, 61),
    ]
    tree_of_ward = [tree.by_code("VT.1")]
    assert (
        total_changes(tree_of_ward, trees=lambda _period: tree, most=10, of=Period.parse("2026"))
        == found
    )
    rows.filter(kept=second).update(period="2026-03")
    first_month = KeptScore.objects.get(unit=ward, period="2026-03", kept=first)
    KeptScore.objects.filter(pk=first_month.pk).update(total=70, missing=0, until=second)
    (of_month,) = total_changes(
        tree_of_ward, trees=lambda _period: tree, most=10, of=PeriodKind.MONTH
    )
    assert (str(of_month.period), of_month.before, of_month.by) == ("2026-03", 70, Decimal("14.5"))
    assert first.at < second.at
    assert [band.name.en for band in (found[0].band_before, found[0].band_after)] == ["Good"] * 2
