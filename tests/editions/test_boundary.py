"""Across a rule boundary nothing is compared, and a sentence says why."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from phucvu.facts.figures import Source
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.keeping import keep_day
from phucvu.results.models import KeptScore
from phucvu.results.ranking import By
from phucvu.results.trends import trend
from phucvu.scorecards import load
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import UnitNode, UnitTree, load_tree
from tests.dossiers import dossier, store, unit
from tests.figures import stated

pytestmark = [pytest.mark.django_db, pytest.mark.database]

THEN, NOW = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
YEAR = Period.parse("2026")
DOCUMENT, PORTAL = "qd766-document", "qd766-portal-2026"


@pytest.fixture
def ward(measures: None) -> Unit:
    """Two wards with every component of 2025 and of 2026."""
    top = unit("P", kind=Kind.PROVINCE)
    for code, now in (("P.1", 60), ("P.2", 70)):
        of = unit(code, top, Kind.COMMUNE)
        for period, numerator in (("2025", 50), ("2026", now)):
            for rule in load(PORTAL).scorecard.indicators.values():
                if rule.scored:
                    stated(
                        unit=of, period=period, indicator=rule.id, numerator=numerator,
                        denominator=100, source=Source.TYPED, as_of=THEN,
                    )  # fmt: skip
    return Unit.objects.get(code="P.1")


def node(tree: UnitTree, code: str) -> UnitNode:
    found = tree.by_code(code)
    assert found is not None
    return found


def test_a_period_is_not_compared_with_one_that_another_edition_scored(
    ward: Unit, client: Client
) -> None:
    tree = load_tree()
    score = unit_score(node(tree, "P.1"), YEAR, tree=tree, now=NOW)
    assert (score.missing, score.change) == (0, None)
    assert score.not_compared is not None
    assert score.not_compared.edition.id == DOCUMENT
    board = scoreboard(node(tree, "P"), Kind.COMMUNE, YEAR, tree=tree, now=NOW, by=By.PROGRESS)
    assert [(e.rank, e.reason) for e in board.entries] == [(None, "nothing_to_compare")] * 2
    for page in ("/don-vi/P.1/?ky=2026", "/bang-xep-hang/P/?ky=2026&xep=tien-bo"):
        assert "Kết quả chấm theo các bộ chỉ số khác nhau" in client.get(page).content.decode()
    told = client.get("/api/v1/units/P.1/score?period=2026").json()
    assert told["change"] is None
    assert told["not_compared_with"]["period"] == "2025"
    assert told["not_compared_with"]["edition"]["id"] == DOCUMENT


def test_by_one_edition_the_same_two_periods_are_compared(ward: Unit, client: Client) -> None:
    tree = load_tree()
    by_one = unit_score(node(tree, "P.1"), YEAR, load(DOCUMENT), tree=tree, now=NOW)
    assert by_one.change is not None
    assert by_one.change > 0
    assert by_one.not_compared is None
    # 2025 is scored by that edition anyway: its own page shows what is compared with.
    before = client.get("/api/v1/units/P.1/score?period=2025").json()
    assert by_one.compared is not None
    assert by_one.compared.total == Decimal(str(before["total"]))


def test_where_nothing_is_known_before_there_is_nothing_to_refuse(ward: Unit) -> None:
    tree = load_tree()
    score = unit_score(node(tree, "P.1"), Period.parse("2025"), tree=tree, now=NOW)
    assert (score.change, score.not_compared) == (None, None)


def test_a_trend_scores_each_month_by_its_own_edition(ward: Unit, client: Client) -> None:
    store(*(
        dossier(f"P.1-{month}", ward, f"{month}-03", status=9, finished_at=f"{month}-05")
        for month in ("2025-11", "2025-12", "2026-01")
    ))  # fmt: skip
    tree = load_tree()
    found = trend(node(tree, "P.1"), Period.parse("2026-01"), tree=tree, now=NOW)
    line = [(str(point.period), point.edition.id) for point in found.indicators["2.1"]]
    assert line == [("2025-11", DOCUMENT), ("2025-12", DOCUMENT), ("2026-01", PORTAL)]
    page = client.get("/chi-so/2.1/?don-vi=P.1&ky=2026-01").content.decode()
    assert "01/01/2026: từ đây chấm theo" in page
    rows = client.get("/api/v1/units/P.1/trend?period=2026-01").json()["components"]["2.1"]
    assert [(row["edition"], row["component"]) for row in rows] == [
        (DOCUMENT, "2.1"), (DOCUMENT, "2.1"), (PORTAL, "2.1"),
    ]  # fmt: skip
    compared = trend(node(tree, "P.1"), Period.parse("2026-01"), load(DOCUMENT), tree=tree, now=NOW)
    assert {point.edition.id for point in compared.indicators["2.1"]} == {DOCUMENT}


def test_daily_snapshots_keep_the_edition_that_scored_each_period(ward: Unit) -> None:
    assert keep_day(datetime(2026, 1, 3, tzinfo=UTC)) is not None
    kept = dict(KeptScore.objects.filter(unit=ward).values_list("period", "edition"))
    assert kept["2025"] == load(DOCUMENT).digest
    assert kept["2026"] == load(PORTAL).digest
