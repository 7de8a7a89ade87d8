"""What explains a fact of any kind is what counts it, in the store and by the tests' own rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.counters.active import dialect
from phucvu.measures import Type
from phucvu.register.facts import FACTS, Fact
from phucvu.register.models import Petition
from phucvu.results.explain_command import explain_
from phucvu.results.explaining import UncountedKindError, explain, period_of
from phucvu.results.explaining_json import as_plain
from phucvu.results.scores import bound_of
from phucvu.scoring import Period
from tests.dossiers import unit, wall
from tests.measures.evaluating import evaluate

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EDITION = scorecards.load("qd766-portal-2026")
MARCH = Period.parse("2026-03")
NOW = datetime(2026, 4, 10, 5, tzinfo=UTC)
BOUND = bound_of(MARCH, NOW)
COUNTED = sorted({measure.fact for measure in EDITION.measures.values()})
_SAID = {
    "status": st.sampled_from(range(1, 11)),
    "state": st.sampled_from(["received", "refused", "processed"]),
    "about": st.sampled_from(["", "rules", "staff"]),
    "follows_code": st.sampled_from(["", "P-0"]),
    "channel": st.sampled_from(["online", "counter"]),
    "rating": st.sampled_from(["", "satisfied", "not_satisfied"]),
}
_OF_TYPE = {
    Type.INTEGER: st.integers(0, 2),
    Type.BOOLEAN: st.booleans(),
    Type.TEXT: st.just(""),
    Type.WALL_TIME: st.none() | st.integers(wall("2026-02-20"), wall("2026-04-05")),
    Type.DURATION: st.integers(0, 3 * 86_400_000),
}


def rows(kind: Fact) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Columns of some facts, whatever they say."""
    columns = {
        name: _SAID.get(name, _OF_TYPE[column.type])
        for name, column in kind.vocabulary.items()
        if name not in ("id", "unit_id", "code")
    }
    return st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=4)


@pytest.mark.parametrize("name", COUNTED)
@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_explains_a_fact_is_what_counts_it(name: str, data: st.DataObject, db: None) -> None:
    kind = FACTS[name]
    given_rows = data.draw(rows(kind))
    measures = [m for m in EDITION.measures.values() if m.fact == name]
    with transaction.atomic():
        ward = unit("A")
        fill = {"unit": ward, "digest": "", "changed_at": timezone.now()}
        facts = [kind.model(code=str(i), **fill, **row) for i, row in enumerate(given_rows)]
        kind.model._default_manager.bulk_create(facts)
        found = [
            explain(fact, MARCH, EDITION, NOW, kind)
            for fact in kind.model._default_manager.order_by("pk")
        ]
        sums = ", ".join(f"SUM({m.value_sql(dialect(), bound=BOUND)})" for m in measures)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {sums} FROM {kind.table}")
            counted = dict(zip((m.name for m in measures), cursor.fetchone(), strict=True))
        transaction.set_rollback(True)
    assert {m.name: sum(each.measures[m.name].value for each in found) for m in measures} == counted
    for each in found:
        row = {column: getattr(each.fact, column) for column in kind.vocabulary}
        for measure in measures:
            outcome = each.measures[measure.name]
            holds = evaluate(measure.when, row, BOUND) is True
            assert holds == all(part.holds is True for part in outcome.parts)
            assert holds == (not outcome.failing)


@pytest.fixture
def late() -> Petition:
    return Petition.objects.create(
        code="P-1",
        unit=unit("A"),
        about="rules",
        state="processed",
        received_at=wall("2026-03-02T08:00"),
        processed_at=wall("2026-03-25T08:00"),
        process_due_at=wall("2026-03-23T23:59"),
        digest="",
        changed_at=timezone.now(),
    )


def test_a_petition_says_what_left_it_out(late: Petition, django_assert_num_queries: Any) -> None:
    kind = FACTS["petition"]
    assert period_of(late, EDITION, NOW.date(), kind) == Period.parse("2026")
    with django_assert_num_queries(1):
        found = explain(late, MARCH, EDITION, NOW, kind)
    left_out = found.measures["petitions_done_on_time"]
    assert (left_out.value, found.measures["petitions_unsatisfying"].value) == (0, 1)
    assert [(part.name, part.text) for part in left_out.failing] == [(None, "NOT done_late")]
    plain = as_plain(found)
    assert (plain["petition"], plain["unit"]) == ("P-1", "A")
    (outcome,) = (each for each in found.indicators if each.indicator.id == "5.1")
    assert (outcome.numerator, outcome.denominator) == (0, 1)


def test_the_command_explains_a_fact_of_any_kind_that_is_counted(late: Petition) -> None:
    run = CliRunner().invoke(explain_, ["P-1", "2026-03", "--kind", "petitions", "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert "NOT done_late" in run.output
    missing = CliRunner().invoke(explain_, ["P-2", "--kind", "petitions"])
    assert "there is no petition 'P-2'" in missing.output
    with pytest.raises(UncountedKindError):
        explain(late, MARCH, EDITION, NOW, FACTS["lookup"])
