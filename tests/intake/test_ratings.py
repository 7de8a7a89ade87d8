"""Ratings stand on their dossier whichever comes first, and 5.3 counts by its full rule."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import ANNOUNCEMENTS, PETITIONS, RATINGS
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import (
    AnnouncedProcedure,
    Dossier,
    DossierRating,
    Petition,
)
from phucvu.register.walltime import from_wall
from phucvu.results.boards import unit_score
from phucvu.scoring import NOT_PROVIDED, Counted, Period
from phucvu.units.tree import load_tree
from tests.figures import stated
from tests.intake.messages import message
from tests.intake.rows import announced, petition, rating

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODES = ("H29.01-261001-1", "H29.01-261001-2", "H29.02-261001-3")
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
LATE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261020090000"}
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000"}


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def measures(db: None) -> Any:
    count_new_measures()
    yield
    active.forget()


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def satisfied(code: str = "H29") -> Any:
    tree = load_tree()
    found = unit_score(tree.by_code(code), Period.parse("2026-10"), tree=tree, now=NOW)
    return found.result.indicators["5.3"].figure


def test_a_rating_may_come_before_its_dossier(units: SimpleNamespace) -> None:
    receive([rating(CODES[0], "not_satisfied")], kind=RATINGS)
    receive([message(CODES[0]), message(CODES[1])])
    receive([rating(CODES[1], "very_satisfied")], kind=RATINGS)
    held = dict(Dossier.objects.values_list("code", "rating"))
    assert held == {CODES[0]: "not_satisfied", CODES[1]: "very_satisfied"}
    # The dossier's next version does not lose it.
    receive([message(CODES[0], **DONE)])
    assert Dossier.objects.get(code=CODES[0]).rating == "not_satisfied"
    assert verify().clean


def test_the_last_rating_of_a_dossier_stands(units: SimpleNamespace) -> None:
    receive([message(CODES[0])])
    receive([rating(CODES[0], "not_satisfied")], kind=RATINGS)
    second = receive([rating(CODES[0], rated_at="2026-03-12T08:00")], kind=RATINGS).batch
    receive([rating(CODES[0], "not_satisfied")], kind=RATINGS)  # the first one again
    assert Dossier.objects.get().rating == "satisfied"
    withdraw(second, "An", "test")
    assert Dossier.objects.get().rating == "not_satisfied"
    assert DossierRating.objects.count() == 1


def test_what_is_wrong_is_named_and_nothing_personal_kept(units: SimpleNamespace) -> None:
    answers = receive(
        [rating(CODES[0], "fine"), rating("", rated_at=""), rating(CODES[1])], kind=RATINGS
    ).results
    assert [answer.field for answer in answers] == ["level", "code", None]
    assert "Bí Mật" not in str(list(DossierRating.objects.values()))


def test_satisfaction_by_its_full_rule(units: SimpleNamespace) -> None:
    receive(
        [
            message(CODES[0], **DONE),
            message(CODES[1], **LATE),
            message(CODES[2], **DONE),
            message("H29.02-261001-4", NgayHenTra="20271001170000"),
            message("H29.02-261001-5"),  # open and overdue
            message("H29.02-261001-6", **DONE),
            message("H29.02-261001-7", TrangThaiHoSo="3"),  # not received
        ]
    )
    stated(
        unit=units.city, period="2026-10", indicator="5.3", numerator=1, denominator=2, as_of=NOW
    )
    # Nobody knows yet what people think of it: what is stated stands.
    assert satisfied() == Counted(1, 2)
    receive([rating(CODES[0], "not_satisfied"), rating(CODES[2])], kind=RATINGS)
    assert satisfied() == Counted(3, 6)  # not the late one, the overdue one, the one rated so
    receive([petition("P-1", dossier_code="H29.02-261001-6")], kind=PETITIONS)
    assert satisfied() == Counted(2, 6)
    # Each once, whatever speaks against it.
    receive([petition("P-2", dossier_code=CODES[1])], kind=PETITIONS)
    receive([rating("H29.02-261001-6", "not_satisfied")], kind=RATINGS)
    assert satisfied() == Counted(2, 6)
    assert verify().clean


def test_without_petitions_and_ratings_it_is_not_provided(units: SimpleNamespace) -> None:
    receive([message(CODES[0], **DONE)])
    assert satisfied() is NOT_PROVIDED
    receive([rating(CODES[2])], kind=RATINGS)
    assert satisfied() == Counted(1, 1)


_STEPS = st.one_of(
    st.tuples(st.just("dossier"), st.sampled_from(CODES), st.sampled_from([{}, LATE, DONE])),
    st.tuples(
        st.just("rating"),
        st.sampled_from(CODES),
        st.sampled_from(["satisfied", "not_satisfied"]),
        st.integers(1, 9),
    ),
    st.tuples(st.just("petition"), st.integers(1, 2), st.sampled_from(["", *CODES])),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(_STEPS, max_size=12))
def test_whatever_comes_first(units: SimpleNamespace, steps: list[Any]) -> None:
    """Dossiers hold what is said of them, the counts agree, and the journal gives it again."""
    with transaction.atomic():
        batches: list[int] = []
        for kind, *rest in steps:
            if kind == "dossier":
                code, fields = rest
                batches.append(receive([message(code, **fields)], correction=True).batch)
            elif kind == "rating":
                code, level, day = rest
                sent = rating(code, level, rated_at=f"2026-03-0{day}T08:00:00")
                batches.append(receive([sent], kind=RATINGS).batch)
            elif kind == "petition":
                number, code = rest
                sent = petition(f"P-{number}", dossier_code=code)
                batches.append(receive([sent], kind=PETITIONS, correction=True).batch)
            elif batches:
                batch = batches.pop(rest[0] % len(batches))
                batches = [other for other in batches if other != batch]
                withdraw(batch, "tester", "test")
        assert verify().clean
        ratings = dict(DossierRating.objects.values_list("code", "level"))
        for item in Dossier.objects.all():
            assert item.rating == ratings.get(item.code, "")
            assert item.petitions == Petition.objects.filter(dossier_code=item.code).count()
        held = list(Dossier.objects.order_by("code").values("code", "rating", "petitions"))
        assert rebuild.compare().clean
        rebuild.rebuild()
        again = Dossier.objects.order_by("code").values("code", "rating", "petitions")
        assert list(again) == held
        transaction.set_rollback(True)


# --- announcement decisions ------------------------------------------------------------------


def test_announced_procedures_come_in(units: SimpleNamespace) -> None:
    first = receive([announced("1.1", published_at=""), announced("1.2")], kind=ANNOUNCEMENTS)
    assert first.accepted == 2
    assert AnnouncedProcedure.objects.get(procedure_code="1.1").published_at is None
    # Published: the same record again, with the moment.
    receive([announced("1.1")], kind=ANNOUNCEMENTS)
    item = AnnouncedProcedure.objects.get(procedure_code="1.1")
    assert (item.code, item.unit) == ("H29 12/QĐ-UBND 1.1", units.city)
    assert from_wall(item.published_at or 0) == datetime(2026, 3, 3, 9)
    withdraw(first.batch, "An", "test")
    assert AnnouncedProcedure.objects.get().procedure_code == "1.1"


def test_a_legal_basis_may_take_effect_later_but_nothing_has_happened_yet(
    units: SimpleNamespace,
) -> None:
    answers = receive(
        [
            announced("1.1", effective_at="2027-03-01"),
            announced("1.2", issued_at="2027-03-01"),
            announced("1.3", published_at="2026-03-01"),
            announced("1.4", action="new?"),
            announced("1.5", effective_at=""),
            announced("1.6", decision="9" * 40, unit="H29.01", procedure_code="1" * 40),
        ],
        kind=ANNOUNCEMENTS,
    ).results
    assert [answer.field for answer in answers] == [
        None, "issued_at", "published_at", "action", "effective_at", "code",
    ]  # fmt: skip
    assert answers[2].reason == "lies before the day of the decision (issued_at)"


def test_what_comes_in_is_counted(units: SimpleNamespace) -> None:
    receive(
        [announced("1.1"), announced("1.2", effective_at="2026-03-03", published_at="2026-04-01")],
        kind=ANNOUNCEMENTS,
    )
    tree = load_tree()
    found = unit_score(tree.by_code("H29.01"), Period.parse("2026-03"), tree=tree, now=NOW)
    assert found.result.indicators["1.1"].figure == Counted(1, 2)
    assert found.result.indicators["1.2"].figure == Counted(1, 2)
    assert verify().clean
