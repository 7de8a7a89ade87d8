"""Any order of statements, withdrawals and rebuilds: the last said of a moment stands, the latest
moment is read, and what was known at any time can be told again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phucvu.intake import journal, rebuild
from phucvu.intake.actions import receive
from phucvu.intake.journal import Place
from phucvu.intake.kinds import FIGURES
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import StatedFigure
from phucvu.results.boards import unit_score
from phucvu.results.inputs import national_reports
from phucvu.scorecards import load
from phucvu.scoring import NOT_PROVIDED, Counted, Period
from phucvu.units.tree import load_tree
from tests.intake.rows import figure

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BEGIN = datetime(2026, 11, 20, 3, tzinfo=UTC)
MARCH = Period.parse("2026-03")
MOMENTS = ("2026-04-01", "2026-04-02T08:30", "2026-04-03")
# The unit, indicator and source of what may be said.
ABOUT = (
    ("H29.01", "1.1", "typed"),
    ("H29.01", "1.1", "published"),
    ("H29.02", "1.1", "typed"),
    ("H29.01", "BCQG", "typed"),
)
Key = tuple[int, int]  # what is said, of which moment
Held = dict[Key, int]  # the denominator that stands


@dataclass
class Model:
    """The rule in plain Python, over everything that was ever said."""

    sent: dict[int, list[tuple[Key, int]]] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)

    def stands(self) -> Held:
        return {
            key: value
            for number, said in sorted(self.sent.items())
            if number not in self.withdrawn
            for key, value in said
            if value  # 0: refused
        }


def record(key: Key, value: int) -> dict[str, Any]:
    unit, indicator, source = ABOUT[key[0]]
    said = {"unit_code": unit, "source": source, "as_of": MOMENTS[key[1]], "period": "2026-03"}
    numerator = None if indicator == "BCQG" else 1
    return figure(indicator, **said, numerator=numerator, denominator=value or "none")


def key_of(code: str) -> Key:
    said = [record((about, moment), 1) for about in range(4) for moment in range(3)]
    codes = [FIGURES.code_of(each) for each in said]
    return divmod(codes.index(code), 3)


SAID = st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 2)), st.integers(0, 3))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(SAID, min_size=1, max_size=4)),
        st.tuples(st.just("send"), st.lists(SAID, min_size=1, max_size=4)),
        st.tuples(st.just("withdraw"), st.integers(0, 9)),
        st.tuples(st.just("rebuild")),
    ),
    min_size=1,
    max_size=10,
)


@given(steps=STEPS)
@example(
    steps=[
        ("send", [((0, 1), 1), ((3, 0), 2)]),
        ("send", [((0, 1), 2), ((0, 0), 3), ((1, 0), 0)]),
        ("send", [((0, 1), 2)]),
        ("withdraw", 1),
        ("rebuild",),
        ("withdraw", 0),
    ]
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_said_stands_whatever_comes(units: SimpleNamespace, steps: list[Any]) -> None:
    model = Model()
    known: list[tuple[datetime, Held]] = []
    with transaction.atomic(), time_machine.travel(BEGIN, tick=False) as traveller:
        for step in steps:
            match step:
                case ("send", said):
                    receipt = receive([record(*each) for each in said], kind=FIGURES)
                    model.sent.setdefault(receipt.batch, said)
                case ("withdraw", index) if live := sorted(set(model.sent) - model.withdrawn):
                    withdraw(live[index % len(live)], "x", "y")
                    model.withdrawn.add(live[index % len(live)])
                case ("rebuild",) if model.sent:
                    assert rebuild.rebuild().clean
            assert held() == model.stands()
            check_results(units, model.stands())
            known.append((datetime.now(UTC), model.stands()))
            traveller.shift(timedelta(minutes=1))
        assert rebuild.compare().clean
        for moment, stood in known:
            assert as_of(moment) == stood
        transaction.set_rollback(True)


def held() -> Held:
    rows = StatedFigure.objects.values_list("code", "denominator")
    return {key_of(code): value for code, value in rows}


def as_of(moment: datetime) -> Held:
    found: Held = {}
    for batch, brought in journal.contents(moment):
        places = journal.standing(FIGURES, {each.code for each in brought.values()}, moment)
        for position, each in brought.items():
            if places[each.code] == Place(batch.pk, position):
                found[key_of(each.code)] = each.denominator
    return found


def check_results(units: SimpleNamespace, stands: Held) -> None:
    """The latest moment is read, what the portal published before what was typed in."""

    def latest(about: int) -> int | None:
        moments = [key for key in stands if key[0] == about]
        return stands[max(moments)] if moments else None

    tree = load_tree()
    for unit, words in ((units.ward, (1, 0)), (units.ward2, (2,))):
        wanted = next((value for word in words if (value := latest(word)) is not None), None)
        score = unit_score(tree.by_code(unit.code), MARCH, load("qd766-document"), tree=tree)
        expected = NOT_PROVIDED if wanted is None else Counted(1, wanted)
        assert score.result.indicators["1.1"].figure == expected
    report = national_reports(tree, [units.ward.pk], [MARCH]).of(units.ward.pk, MARCH, 1)
    assert report.received == latest(3)
