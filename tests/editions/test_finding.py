"""Which edition scores a period: in force on its last day, chosen, set, or the nearest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from phucvu.editions.finding import Basis, Editions, InUse, Stretch, UnknownEditionError
from phucvu.editions.models import EditionChoice
from phucvu.editions.words import in_both, not_compared, notes
from phucvu.scorecards import Edition, load
from phucvu.scoring import Period

DOCUMENT, PORTAL = load("qd766-document"), load("qd766-portal-2026")
NOW = datetime(2027, 9, 1, tzinfo=UTC)
SUMMER = datetime(2027, 6, 15, tzinfo=UTC)


def edition(id_: str, first: date, last: date | None = None, *kinds: str) -> Edition:
    card = replace(PORTAL.scorecard, id=id_, in_force_from=first, in_force_to=last, kinds=kinds)
    return replace(PORTAL, scorecard=card, digest=id_)


def choice(period: str, id_: str, at: datetime, kind: str = "") -> EditionChoice:
    return EditionChoice(period=period, kind=kind, edition=id_, reason="vì vậy", by="phucvu", at=at)


NEXT = edition("next", date(2027, 7, 1))
EVERY = [InUse(DOCUMENT), InUse(PORTAL), InUse(NEXT)]


def found(editions: Editions, period: str, kind: str = "commune") -> tuple[str, Basis]:
    scored = editions.of(Period.parse(period), kind, known_at=NOW)
    return scored.edition.id, scored.basis


@pytest.mark.parametrize(
    ("period", "id_"),
    [
        ("2022-08", DOCUMENT.id), ("2025", DOCUMENT.id), ("2025-12", DOCUMENT.id),
        ("2026-01", PORTAL.id), ("2026", PORTAL.id), ("2027-H1", PORTAL.id),
        ("2027-07", "next"), ("2027", "next"), ("2024-01..2027-06", PORTAL.id),
    ],
)  # fmt: skip
def test_the_edition_in_force_on_the_last_day_scores_all_of_a_period(period: str, id_: str) -> None:
    assert found(Editions(EVERY), period) == (id_, Basis.IN_FORCE)


def test_where_none_is_in_force_the_nearest_stands_in_and_is_labelled() -> None:
    assert found(Editions(EVERY), "2021") == (DOCUMENT.id, Basis.NONE_IN_FORCE)
    ended = [InUse(edition("a", date(2026, 1, 1), date(2026, 6, 30))), InUse(NEXT)]
    assert found(Editions(ended), "2026-11") == ("a", Basis.NONE_IN_FORCE)
    scored = Editions(ended).of(Period.parse("2026-11"), known_at=NOW)
    (told,) = notes(scored)
    assert "không có bộ chỉ số nào có hiệu lực" in told


def test_an_edition_for_a_kind_of_unit_scores_it_alone() -> None:
    editions = Editions([*EVERY, InUse(edition("wards", date(2026, 1, 1), None, "commune"))])
    assert found(editions, "2026", "commune")[0] == "wards"
    assert found(editions, "2026", "province")[0] == PORTAL.id


def test_a_period_that_a_boundary_cuts_says_which_rule_scores_it() -> None:
    scored = Editions(EVERY).of(Period.parse("2027"), "commune", known_at=NOW)
    assert scored.stretches == (Stretch(date(2027, 1, 1), PORTAL), Stretch(date(2027, 7, 1), NEXT))
    (told,) = notes(scored)
    assert "từ 01/01/2027 đến 30/06/2027 là" in told
    assert "từ 01/07/2027 đến 31/12/2027 là" in told
    assert "có hiệu lực vào ngày cuối kỳ" in told
    with translation.override("en"):
        assert "The rule changes within Year 2027" in notes(scored)[0]
    assert [set(note) for note in in_both(scored)] == [{"vi", "en"}]
    # One edition all through: nothing to say, though others are in force beside it.
    assert not notes(Editions(EVERY).of(Period.parse("2026"), "commune", known_at=NOW))


def test_a_choice_stands_for_its_period_and_kind_until_it_is_taken_back() -> None:
    made = (
        choice("2027-Q1", DOCUMENT.id, SUMMER),
        choice("2027-Q1", "next", SUMMER, "province"),
    )
    editions = Editions(EVERY, made)
    assert found(editions, "2027-Q1") == (DOCUMENT.id, Basis.CHOSEN)
    assert found(editions, "2027-Q1", "province") == ("next", Basis.CHOSEN)
    assert found(editions, "2027-01") == (PORTAL.id, Basis.IN_FORCE)
    (told,) = notes(editions.of(Period.parse("2027-Q1"), "commune", known_at=NOW))
    assert "ngày 15/06/2027" in told
    assert "vì vậy" in told
    back = Editions(EVERY, (*made, choice("2027-Q1", "", NOW, "province")))
    assert found(back, "2027-Q1", "province") == (DOCUMENT.id, Basis.CHOSEN)


def test_as_of_a_moment_later_choices_and_editions_are_left_out() -> None:
    later = InUse(edition("later", date(2027, 1, 1)), since=SUMMER)
    editions = Editions([*EVERY, later], (choice("2027-Q1", DOCUMENT.id, NOW),))
    first = Period.parse("2027-Q1")
    assert editions.of(first, known_at=datetime(2027, 6, 1, tzinfo=UTC)).edition.id == PORTAL.id
    assert editions.of(first, known_at=SUMMER).edition.id == "later"
    assert editions.of(first, known_at=NOW).edition.id == DOCUMENT.id


def test_the_setting_scores_all_periods_but_those_chosen_otherwise_and_says_so() -> None:
    editions = Editions(EVERY, (choice("2027", "next", SUMMER),), setting=DOCUMENT)
    assert found(editions, "2026") == (DOCUMENT.id, Basis.SETTING)
    assert found(editions, "2027") == ("next", Basis.CHOSEN)
    assert "bất kể bộ chỉ số nào có hiệu lực" in notes(editions.of(Period.parse("2026")))[0]


def test_another_edition_is_a_comparison_and_the_same_one_is_none() -> None:
    editions, year = Editions(EVERY), Period.parse("2026")
    compared = editions.of(year, "commune", asked=DOCUMENT, known_at=NOW)
    assert compared.is_comparison
    assert (compared.edition, compared.standing) == (DOCUMENT, PORTAL)
    assert "Chỉ để so sánh" in notes(compared)[0]
    same = editions.of(year, "commune", asked=PORTAL, known_at=NOW)
    assert not same.is_comparison
    assert not same.is_like(editions.of(year.previous(), "commune", known_at=NOW))
    told = not_compared(same, editions.of(year.previous(), "commune", known_at=NOW))
    assert "Năm 2026" in told
    assert "Năm 2025" in told


def test_an_unknown_edition_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownEditionError, match="'x' in use; there are: qd766-document"):
        Editions(EVERY).named("x")
