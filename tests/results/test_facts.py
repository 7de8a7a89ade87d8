"""Figures that rest on petitions and certified e-copies: one feed for a whole tree of units."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from phucvu import scorecards
from phucvu.intake.actions import receive
from phucvu.intake.kinds import CERTIFIED_COPIES, PETITIONS
from phucvu.results.boards import unit_score
from phucvu.results.figures import FigureSource, How
from phucvu.results.scores import UnitScore
from phucvu.results.trends import trend
from phucvu.scoring import Counted, Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from phucvu.web.view_models.words import source_words
from tests.dossiers import dossier, store, unit
from tests.figures import stated
from tests.intake.rows import certified, petition

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARCH, APRIL = Period.parse("2026-03"), Period.parse("2026-04")
NOW = datetime(2026, 3, 26, 3, 0, tzinfo=UTC)


@pytest.fixture
def city() -> Unit:
    return unit("VT", kind=Kind.PROVINCE)


@pytest.fixture
def wards(city: Unit) -> list[Unit]:
    return [unit(f"VT.{number}", city) for number in (1, 2)]


def send(*records: dict[str, Any]) -> None:
    assert receive(records, kind=PETITIONS).refused == 0


def certify(*records: dict[str, Any]) -> None:
    assert receive(records, kind=CERTIFIED_COPIES).refused == 0


def result(of: Unit, period: Period = MARCH, edition: str = "qd766-portal-2026") -> UnitScore:
    tree = load_tree()
    node = tree.by_code(of.code)
    return unit_score(node, period, scorecards.load(edition), tree=tree, now=NOW)


def figure(of: Unit, indicator: str, **more: Any) -> tuple[int, int] | None:
    found = result(of, **more).result.indicators[indicator].figure
    return (found.numerator, found.denominator) if isinstance(found, Counted) else None


@translation.override("en")
def test_on_time_is_processed_or_still_within_the_term(city: Unit, wards: list[Unit]) -> None:
    one = {"unit": "VT.1"}
    send(
        petition("P-1", **one, processed_at="2026-03-23T16:00"),  # its last day
        petition("P-2", **one, processed_at="2026-03-24T08:00"),  # a day late
        petition("P-3", **one),  # open past its term on the 26th
        petition("P-4", **one, received_at="2026-03-16"),  # open within it
        petition("P-5", **one, transferred_at="2026-03-12T09:00"),  # the term began anew
        petition("P-6", **one, refused_at="2026-03-03T09:00"),  # counts nowhere
        petition("P-7", **one, published_at="2026-03-20T09:00"),  # published is processed
    )

    assert figure(wards[0], "5.1") == (4, 6)
    assert figure(city, "5.1") == (4, 6)
    assert result(wards[0]).provenance["5.1"].how is How.OWN
    assert source_words(result(wards[0]).provenance["5.1"]) == "counted from petitions"
    assert result(city).provenance["5.1"].how is How.POOLED


def test_satisfaction_counts_each_first_petition_once(city: Unit, wards: list[Unit]) -> None:
    two = {"unit": "VT.2"}
    send(
        petition("P-1", **two, processed_at="2026-03-10", likes=3, dislikes=3),
        petition("P-2", **two, processed_at="2026-03-10", dislikes=1),
        petition("P-3", **two, processed_at="2026-03-10", complained_again=1),
        petition("P-4", **two, processed_at="2026-03-25"),  # late
        petition("P-5", **two, dislikes=2, complained_again=True),  # and overdue: once
        petition("P-6", **two),  # open and overdue
        petition("P-7", **two, processed_at="2026-03-10", follows_code="P-3"),
    )

    assert figure(wards[1], "5.2") == (1, 6)
    assert figure(city, "5.2") == (1, 6)


def test_the_classes_are_watched_only(city: Unit) -> None:
    send(
        petition("P-1", unit="VT"),
        petition("P-2", unit="VT", about="staff"),
        petition("P-3", unit="VT", about=""),
    )
    score = result(city).result.indicators

    assert figure(city, "5.C1") == (1, 3)
    assert figure(city, "5.C2") == (1, 3)
    assert score["5.C1"].points is None


def test_parents_pool_and_petitions_are_booked_where_addressed(
    city: Unit, wards: list[Unit]
) -> None:
    send(petition("P-1", unit="VT"), petition("P-2", unit="VT.1"), petition("P-3", unit="VT.2"))

    assert [figure(of, "5.2") for of in (city, *wards)] == [(0, 3), (0, 1), (0, 1)]


def test_where_a_tree_has_petitions_a_unit_without_one_has_none(
    city: Unit, wards: list[Unit]
) -> None:
    other = unit("XA", kind=Kind.PROVINCE)
    stated(unit=other, period="2026-03", indicator="5.1", numerator=3, denominator=4, as_of=NOW)
    send(petition("P-1", unit="VT.1"))
    score = result(wards[1])

    assert figure(wards[1], "5.1") == (0, 0)
    assert score.result.indicators["5.1"].points == 6
    assert score.provenance["5.1"].source is FigureSource.COUNTED
    # Of another tree nothing is known: what is stated stands.
    assert figure(other, "5.1") == (3, 4)
    assert result(other).provenance["5.1"].source is FigureSource.TYPED


def test_petitions_say_nothing_of_dossiers(city: Unit, wards: list[Unit]) -> None:
    send(petition("P-1", unit="VT.1"))
    assert figure(wards[0], "3.3") is None
    assert figure(wards[0], "1.4") is None

    store(dossier("VT.2-1", wards[1]))
    assert figure(wards[0], "3.3") is None
    assert figure(city, "3.3") == (0, 1)


def test_communes_with_a_certified_copy(city: Unit, wards: list[Unit]) -> None:
    department = unit("VT.SO", city, Kind.DEPARTMENT)
    document = {"edition": "qd766-document"}
    assert figure(city, "4.7", **document) is None

    certify(
        certified("C-1", unit="VT.1"),
        certified("C-2", unit="VT.1"),
        certified("C-3", unit="VT.SO"),  # is no commune
        certified("C-4", unit="VT.2", certified_at="2026-02-27"),
    )

    assert figure(city, "4.7", **document) == (1, 2)
    assert figure(wards[0], "4.7", **document) == (1, 1)
    assert figure(wards[1], "4.7", **document) == (0, 1)
    assert figure(department, "4.7", **document) == (0, 0)
    assert result(department, **document).result.indicators["4.7"].points is None
    first = {"period": Period.parse("2026-Q1")}
    assert figure(city, "4.7", **document, **first) == (2, 2)


def test_the_portal_gives_everybody_the_points(city: Unit, wards: list[Unit]) -> None:
    certify(certified("C-1", unit="VT.1"))
    component = result(wards[1]).result.indicators["4.7"]

    assert figure(wards[1], "4.7") is None
    assert (component.ratio, component.points) == (100, 2)


def test_a_unit_shows_how_its_petitions_moved(wards: list[Unit]) -> None:
    send(
        petition("P-1", unit="VT.1", processed_at="2026-03-10"),
        petition("P-2", unit="VT.1", received_at="2026-02-02", processed_at="2026-03-20"),
    )
    tree = load_tree()
    node = tree.by_code("VT.1")
    points = trend(node, MARCH, tree=tree, now=NOW).indicators["5.1"]

    assert [(str(point.period), point.ratio) for point in points] == [
        ("2026-02", 0),
        ("2026-03", 100),
    ]
