"""A total that somebody stated, and that does not stand because the score is computed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from phucvu.facts.figures import Source
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.ranking import By
from phucvu.results.scores import UnitScore
from phucvu.scorecards import load
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import unit
from tests.figures import stated
from tests.web.conftest import measures

__all__ = ["measures"]

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
YEAR = Period.parse("2026-Q3")
EARLIER, LATER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def whole(of: Unit, period: str, numerator: int, source: str, **more: Any) -> None:
    """Every scored component of a unit in a period."""
    for rule in load("qd766-portal-2026").scorecard.indicators.values():
        if rule.scored:
            stated(
                unit=of, period=period, indicator=rule.id, numerator=numerator, denominator=100,
                source=source, as_of=EARLIER, **more,
            )  # fmt: skip


def total(of: Unit, points: str, source: str, at: datetime, period: str = "2026-Q3") -> None:
    stated(
        unit=of, period=period, indicator="TOTAL", points=Decimal(points), source=source, as_of=at
    )


def found(of: Unit) -> UnitScore:
    tree = load_tree()
    node = tree.by_code(of.code)
    assert node is not None
    return unit_score(node, YEAR, tree=tree, now=NOW)


@pytest.fixture
def ward(measures: None) -> Unit:
    top = unit("P", kind=Kind.PROVINCE)
    for code, now in (("P.1", 60), ("P.2", 70)):
        for period, numerator in (("2026-Q2", 50), ("2026-Q3", now)):
            whole(unit(code, top) if period == "2026-Q2" else Unit.objects.get(code=code),
                  period, numerator, Source.TYPED)  # fmt: skip
    return Unit.objects.get(code="P.1")


@pytest.mark.parametrize("moments", [(LATER,), (EARLIER, LATER), (NOW,)])
def test_it_leaves_change_and_rank_of_progress_as_they_were(
    ward: Unit, moments: tuple[datetime, ...]
) -> None:
    before = found(ward)
    assert before.change is not None and before.change > 0
    for moment in moments:
        total(ward, "12.34", Source.TYPED, moment)
        total(ward, "1.00", Source.TYPED, moment, period="2026-Q2")
    after = found(ward)
    assert (after.total, after.change, after.as_of) == (before.total, before.change, before.as_of)
    assert after.compared == before.compared
    tree = load_tree()
    node = tree.by_code("P")
    assert node is not None
    board = scoreboard(node, Kind.COMMUNE, YEAR, tree=tree, now=NOW, by=By.PROGRESS)
    assert [(e.unit.code, e.rank, e.reason) for e in board.entries] == [
        ("P.2", 1, ""), ("P.1", 2, ""),
    ]  # fmt: skip


def test_a_typed_total_does_not_push_out_what_the_portal_published(measures: None) -> None:
    city = unit("C", kind=Kind.PROVINCE)
    stated(unit=city, period="2026-Q3", indicator="ONLINE", points=Decimal("8.84"),
           source=Source.PUBLISHED, as_of=EARLIER)  # fmt: skip
    total(city, "68.80", Source.PUBLISHED, EARLIER)
    before = found(city)
    total(city, "99.00", Source.TYPED, LATER)
    after = found(city)
    assert after.total == before.total == Decimal("68.80")
    assert after.result.groups["ONLINE"].points == Decimal("8.84")
    assert after.as_of == before.as_of == EARLIER


def test_published_scores_still_move_from_one_publication_to_the_next(measures: None) -> None:
    city = unit("C", kind=Kind.PROVINCE)
    whole(city, "2026-Q3", 60, Source.PUBLISHED)
    total(city, "50.00", Source.PUBLISHED, EARLIER)
    total(city, "51.00", Source.PUBLISHED, LATER)
    score = found(city)
    assert score.compared is not None
    assert (score.compared.period, score.compared.as_of) == (YEAR, EARLIER)
    # What is typed beside it says nothing of that.
    total(city, "1.00", Source.TYPED, NOW)
    assert found(city).compared == score.compared
