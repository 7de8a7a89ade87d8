"""A merger and a split, replayed: results before and after, as it was and on today's map.

By hand, for 2.1 (dossiers finished on time ÷ finished and overdue ones). The first half of 2025:
w1 3 of 4, w2 1 of 2, w3 5 of 6. On 1 July 2025 w1 and w2 became `m`; w3 was split, one third to
`a`, two thirds to `b`. The first half of 2026: m 4 of 4, a 1 of 2, b 2 of 2.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner

from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.commands import score as score_command
from phucvu.results.maps import Atlas, View
from phucvu.results.scores import UnitScore
from phucvu.results.shares import SHARE
from phucvu.results.trends import trend
from phucvu.scoring import Counted, Period
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from tests.dossiers import dossier, store, unit
from tests.figures import stated

pytestmark = [pytest.mark.django_db, pytest.mark.database]

H1_2025, H1_2026 = Period.parse("2025-H1"), Period.parse("2026-H1")
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ON_TIME = "2.1"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def finish(of: Unit, on_time: int, late: int, year: int) -> None:
    """Dossiers received in March, promised ten days later, finished in time or not."""
    store(
        *(
            dossier(
                f"{of.code}-{year}-{n}", of, f"{year}-03-02", status=9,
                finished_at=f"{year}-03-{10 if n < on_time else 20}",
            )
            for n in range(on_time + late)
        )
    )  # fmt: skip


@pytest.fixture
def province(db: None) -> Unit:
    top = unit("P", kind=Kind.PROVINCE)
    city = unit("C", top, kind=Kind.DISTRICT)
    wards = [unit(code, city) for code in ("w1", "w2", "w3")]
    for ward, (good, late) in zip(wards, [(3, 1), (1, 1), (5, 1)], strict=True):
        finish(ward, good, late, 2025)
    mandate = Mandate(decision_of("1685/NQ-UBTVQH15"), date(2025, 7, 1))
    w1, w2, w3 = wards
    actions.merge(mandate, [w1, w2], Newcomer("m", "Phường M", "commune", top))
    actions.split(
        mandate, w3,
        [(Newcomer("a", "Phường A", "commune", top), Fraction(1, 3)),
         (Newcomer("b", "Phường B", "commune", top), Fraction(2, 3))],
    )  # fmt: skip
    actions.end(mandate, city)
    for code, counts in (("m", (4, 0)), ("a", (1, 1)), ("b", (2, 0))):
        finish(Unit.objects.get(code=code), *counts, 2026)
    return top


def result(code: str, period: Period, view: View) -> UnitScore:
    atlas = Atlas.open(view)
    tree = atlas.tree(period)
    node = tree.by_code(code)
    assert node is not None, f"{code} is not on the map"
    return unit_score(node, period, tree=tree, earlier=atlas.tree(period.previous()), now=NOW)


def on_time(code: str, period: Period, view: View) -> object:
    return result(code, period, view).result.indicators[ON_TIME].figure


def test_as_it_was(province: Unit) -> None:
    found = {c: on_time(c, H1_2025, View.THEN) for c in ("w1", "w2", "w3", "C", "P")}
    assert found == {
        "w1": Counted(3, 4), "w2": Counted(1, 2), "w3": Counted(5, 6),
        "C": Counted(9, 12), "P": Counted(9, 12),
    }  # fmt: skip
    assert Atlas.open(View.THEN).tree(H1_2025).by_code("m") is None
    after = {c: on_time(c, H1_2026, View.THEN) for c in ("m", "a", "b", "P")}
    assert after == {
        "m": Counted(4, 4), "a": Counted(1, 2), "b": Counted(2, 2), "P": Counted(7, 8),
    }  # fmt: skip


def test_on_todays_map(province: Unit) -> None:
    found = {c: on_time(c, H1_2025, View.TODAY) for c in ("m", "a", "b", "P")}
    assert found == {
        "m": Counted(3 + 1, 4 + 2),
        "a": Counted(Fraction(5, 3), 2),
        "b": Counted(Fraction(10, 3), 4),
        "P": Counted(9, 12),
    }
    # The parts and the whole agree: nothing is rounded.
    assert Fraction(4) + Fraction(5, 3) + Fraction(10, 3) == 9
    assert Atlas.open(View.TODAY).tree(H1_2025).by_code("w1") is None
    same = {c: on_time(c, H1_2026, View.TODAY) for c in ("m", "a", "b", "P")}
    assert same["m"] == Counted(4, 4)
    assert same["P"] == Counted(7, 8)


def test_the_share_is_scored_exactly_and_says_so(province: Unit) -> None:
    a, m = (result(code, H1_2025, View.TODAY) for code in ("a", "m"))

    # 5/3 ÷ 2 = 5 ÷ 6, the ratio of the unit it comes from.
    ratio = result("w3", H1_2025, View.THEN).result.indicators[ON_TIME].ratio
    assert a.result.indicators[ON_TIME].ratio == ratio
    assert SHARE in a.provenance[ON_TIME].flags
    assert SHARE not in m.provenance[ON_TIME].flags
    assert SHARE not in result("P", H1_2025, View.TODAY).provenance[ON_TIME].flags
    assert "1 2/3" in a.result.indicators[ON_TIME].explain("vi")


def test_the_board_has_todays_units_only(province: Unit) -> None:
    atlas = Atlas.open(View.TODAY)
    tree = atlas.tree(H1_2025)
    top = tree.by_code("P")
    assert top is not None

    board = scoreboard(top, Kind.COMMUNE, H1_2025, tree=tree, now=NOW)

    assert {entry.unit.code for entry in board.entries} == {"a", "b", "m"}
    assert board.kinds == [Kind.COMMUNE]


def test_typed_figures_go_the_same_way(province: Unit) -> None:
    for code, numerator, denominator in (("w1", 8, 10), ("w2", 1, 5), ("w3", 9, 12)):
        stated(
            unit=Unit.objects.get(code=code), period="2025-H1", indicator="5.3",
            numerator=numerator, denominator=denominator, source="typed", as_of="2025-06-30",
        )  # fmt: skip

    def satisfied(code: str) -> object:
        return result(code, H1_2025, View.TODAY).result.indicators["5.3"].figure

    assert satisfied("m") == Counted(9, 15)
    assert satisfied("a") == Counted(3, 4)
    assert satisfied("b") == Counted(6, 8)
    assert satisfied("P") == Counted(18, 27)


def test_the_trend_goes_back_beyond_the_reorganisation(province: Unit) -> None:
    def months(code: str, view: View, until: Period) -> list[str]:
        atlas = Atlas.open(view)
        node = atlas.newest.by_code(code)
        assert node is not None
        told = trend(node, until, tree=atlas.tree(until), trees=atlas.tree, now=NOW)
        return [str(point.period) for point in told.indicators.get(ON_TIME, ())]

    march = Period.parse("2026-03")
    assert months("m", View.TODAY, Period.parse("2026-02")) == []  # one month is no trend
    store(dossier("w1-x", Unit.objects.get(code="w1"), "2025-04-02", status=9,
                  finished_at="2025-04-03"),
          dossier("w3-x", Unit.objects.get(code="w3"), "2025-04-02", status=9,
                  finished_at="2025-04-03"))  # fmt: skip
    for code in ("m", "a"):
        assert months(code, View.TODAY, march) == ["2025-04", "2026-03"]
        assert months(code, View.THEN, march) == []
    assert months("P", View.THEN, march) == ["2025-04", "2026-03"]


def test_the_command_asks_either_way(province: Unit) -> None:
    def told(*words: str) -> dict[str, Any]:
        done = CliRunner().invoke(score_command, [*words, "--json"])
        assert done.exit_code == 0, done.output
        counts: dict[str, Any] = json.loads(done.output)["indicators"][ON_TIME]
        return counts

    assert told("w3", "2025-H1")["numerator"] == 5
    shared = told("a", "2025-H1", "--map", "today")
    assert (shared["numerator"], shared["denominator"]) == ("5/3", 2)
    missing = CliRunner().invoke(score_command, ["w3", "2025-H1", "--map", "today"])
    assert missing.exit_code == 2
    assert "phucvu units life w3" in missing.output.replace("\n", " ")
