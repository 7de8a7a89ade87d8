"""What counts units or petitions, where units merged or were split."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from phucvu import scorecards
from phucvu.intake.actions import receive
from phucvu.intake.kinds import CERTIFIED_COPIES, PETITIONS
from phucvu.results.boards import unit_score
from phucvu.results.maps import Atlas, View
from phucvu.scoring import Counted, Period
from phucvu.units import actions
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from tests.dossiers import unit
from tests.intake.rows import certified, petition

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
YEAR = Period.parse("2026")
HALF = date(2026, 7, 1)


@pytest.fixture
def province(db: None) -> Unit:
    return unit("H44", kind=Kind.PROVINCE)


def figure(code: str, indicator: str, view: View) -> Any:
    atlas = Atlas.open(view)
    tree = atlas.tree(YEAR)
    node = tree.by_code(code)
    assert node is not None, f"{code} is not on the map"
    edition = scorecards.load("qd766-document")
    found = unit_score(node, YEAR, edition, tree=tree, earlier=atlas.before(YEAR), now=NOW)
    return found.result.indicators[indicator].figure


def test_communes_with_a_copy_are_those_in_force(province: Unit) -> None:
    one, two = unit("H44.1", province), unit("H44.2", province)
    unit("H44.3", province)
    receive([certified("C-1", unit="H44.1")], kind=CERTIFIED_COPIES)
    assert figure("H44", "4.7", View.THEN) == Counted(1, 3)

    actions.merge(Mandate(decision_of("02/NQ"), HALF), [one], two)

    assert figure("H44", "4.7", View.THEN) == Counted(0, 2)
    # On today's map the one that took it over has its copies.
    assert figure("H44", "4.7", View.TODAY) == Counted(1, 2)
    assert figure("H44.2", "4.7", View.TODAY) == Counted(1, 1)
    assert figure("H44.3", "4.7", View.TODAY) == Counted(0, 1)


def test_each_part_of_a_split_commune_has_its_copies(province: Unit) -> None:
    one = unit("H44.1", province)
    two, three = unit("H44.2", province), unit("H44.3", province)
    receive([certified("C-1", unit="H44.1")], kind=CERTIFIED_COPIES)

    parts = [(two, Fraction(1, 3)), (three, Fraction(2, 3))]
    actions.split(Mandate(decision_of("02/NQ"), HALF), one, parts)

    assert figure("H44", "4.7", View.THEN) == Counted(0, 2)
    assert figure("H44", "4.7", View.TODAY) == Counted(2, 2)
    for code in ("H44.2", "H44.3"):
        assert figure(code, "4.7", View.THEN) == Counted(0, 1)
        assert figure(code, "4.7", View.TODAY) == Counted(1, 1)


def test_petitions_of_a_split_unit_are_shared(province: Unit) -> None:
    split = unit("H44.1", province)
    receive(
        [petition("P-1", unit="H44.1", processed_at="2026-03-05"), petition("P-2", unit="H44.1")],
        kind=PETITIONS,
    )
    assert figure("H44", "5.1", View.TODAY) == Counted(1, 2)
    parts = [
        (actions.Newcomer("H44.4", "Phường Bốn", Kind.COMMUNE, province), Fraction(1, 4)),
        (actions.Newcomer("H44.5", "Phường Năm", Kind.COMMUNE, province), Fraction(3, 4)),
    ]
    actions.split(Mandate(decision_of("03/NQ"), HALF), split, parts)

    for view in View:
        assert figure("H44", "5.1", view) == Counted(1, 2)
        assert figure("H44", "5.2", view) == Counted(1, 2)
    assert figure("H44.4", "5.1", View.TODAY) == Counted(Fraction(1, 4), Fraction(1, 2))
    assert figure("H44.5", "5.1", View.TODAY) == Counted(Fraction(3, 4), Fraction(3, 2))
    assert figure("H44.4", "5.1", View.THEN) == Counted(0, 0)
