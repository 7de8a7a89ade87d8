"""Stated figures: what goes in, how a later one stands, what is refused and how that is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from phucvu.accounts.policy import FiguresScope, Role, Scope
from phucvu.changes.models import Change
from phucvu.intake import rebuild, repairs
from phucvu.intake.actions import Answer, Receipt, receive
from phucvu.intake.figures import ABOVE
from phucvu.intake.kinds import FIGURES
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import StatedFigure
from tests.intake.rows import figure

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def in_english(units: SimpleNamespace) -> Iterator[None]:
    with translation.override("en"):
        yield


def state(*records: dict[str, Any], **how: Any) -> Receipt:
    return receive(records, kind=FIGURES, **how)


def held(**which: Any) -> list[tuple[Any, ...]]:
    rows = StatedFigure.objects.filter(**which).order_by("as_of", "pk")
    return list(rows.values_list("period", "indicator", "numerator", "denominator"))


def told() -> list[set[int]]:
    """The units that open pages were told to look at again, change by change."""
    return [set(change.unit_ids) for change in Change.objects.order_by("pk")]


def test_a_good_figure_goes_in(units: SimpleNamespace) -> None:
    (answer,) = state(
        figure(ratio="75", points=5.4, source="typed", flags="LATE|CHECKED", note="by hand")
    ).results
    assert answer == Answer(0, "H29.01 2026-Q1 5.3 20260401", "accepted", new=True)
    stated = StatedFigure.objects.get()
    assert (stated.unit, stated.period, stated.indicator) == (units.ward, "2026-Q1", "5.3")
    assert (stated.numerator, stated.denominator) == (3, 4)
    assert (stated.ratio, stated.points) == (Decimal("75.00"), Decimal("5.40"))
    assert (stated.source, stated.flags, stated.note) == ("typed", "LATE|CHECKED", "by hand")
    # A date is midnight on the unit's own clock.
    assert stated.as_of == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert told() == [{units.ward.pk}]
    batch = Batch.objects.get()
    assert (batch.kind, batch.accepted) == ("figure", 1)


def test_empty_is_not_given_and_never_zero() -> None:
    state(figure(numerator="", source="published", flags="NUMERATOR_NOT_PUBLISHED"))
    stated = StatedFigure.objects.get()
    assert (stated.numerator, stated.ratio, stated.points) == (None, None, None)


def test_the_same_again_is_the_same_batch_and_announces_nothing() -> None:
    first = state(figure())
    again = state(figure(), figure(numerator="3", denominator="4 "))
    assert (again.accepted, again.unchanged) == (0, 2)
    assert state(figure()).batch == first.batch
    assert len(told()) == 1


def test_the_same_moment_said_again_puts_it_right(units: SimpleNamespace) -> None:
    first, second = state(figure()).batch, state(figure(numerator=2)).batch
    assert held() == [("2026-Q1", "5.3", 2, 4)]
    withdraw(second, "x", "mistyped")
    assert held() == [("2026-Q1", "5.3", 3, 4)]
    withdraw(first, "x", "wrong unit")
    assert held() == []
    assert told() == [{units.ward.pk}] * 4
    assert rebuild.compare().clean


def test_a_later_moment_or_another_source_leaves_the_earlier_as_history() -> None:
    state(
        figure(),
        figure(as_of="2026-04-02T08:30"),
        figure(as_of="2026-04-01T00:00:00.250"),
        figure(source="published"),
    )
    codes = StatedFigure.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == [
        "H29.01 2026-Q1 5.3 20260401",
        "H29.01 2026-Q1 5.3 20260402T083000",
        "H29.01 2026-Q1 5.3 20260401T000000.250",
        "H29.01 2026-Q1 5.3 20260401 published",
    ]


def test_the_national_report_has_one_source(units: SimpleNamespace) -> None:
    bcqg = figure("BCQG", numerator=None, denominator=412)
    assert state(bcqg, bcqg).unchanged == 1
    assert state(bcqg | {"denominator": 420, "source": "published"}).accepted == 1
    (report,) = StatedFigure.objects.of_national_report()
    assert (report.denominator, report.source) == (420, "typed")
    assert not StatedFigure.objects.of_indicators().exists()


def test_a_share_above_one_is_taken_and_flagged() -> None:
    state(figure(numerator=11, denominator=10, flags="CHECKED"))
    assert StatedFigure.objects.get().flags == f"CHECKED|{ABOVE}"


def test_days_may_exceed_their_number() -> None:
    state(figure("2.2", numerator=110, denominator=10))
    assert StatedFigure.objects.get().flags == ""


def test_a_moment_with_an_offset_is_of_the_unit_s_clock() -> None:
    state(figure(as_of="2026-03-31T17:00:00+00:00"))
    assert state(figure()).unchanged == 1


def test_the_unit_is_the_one_of_that_day_else_todays(units: SimpleNamespace) -> None:
    code = "H29.09"  # which another unit bears since 1 July 2025
    days = ("2025-06-30", "2025-07-01", "2026-04-01")
    state(*(figure(unit_code=code, as_of=day) for day in days))
    stated = StatedFigure.objects.order_by("as_of").values_list("unit__name", flat=True)
    assert list(stated) == ["Phường Cũ", "Phường Mới", "Phường Mới"]
    units.ward.valid_from = date(2025, 7, 1)
    units.ward.save()
    assert state(figure(as_of="2025-06-30")).accepted == 1


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"unit_code": "XX"}, "unit_code", "no unit with the code XX"),
        ({"period": "Q3/2026"}, "period", "2026-Q3"),
        ({"period": "2026-13"}, "period", "2026-08"),
        ({"period": ""}, "period", "required"),
        ({"indicator": "9.9"}, "indicator", "5.1"),
        ({"ratio": "88,47"}, "ratio", "decimal point"),
        ({"ratio": "88.471"}, "ratio", "two decimals"),
        ({"numerator": "1.000"}, "numerator", "whole number"),
        ({"numerator": "-1"}, "numerator", "whole number"),
        ({"numerator": "9" * 19}, "numerator", "whole number"),
        ({"denominator": "1e3"}, "denominator", "whole number"),
        ({"denominator": "٣"}, "denominator", "whole number"),
        ({"points": "123456"}, "points", "10,000"),
        ({"source": "guessed"}, "source", "unknown code"),
        ({"as_of": "01/10/2026"}, "as_of", "date"),
        ({"as_of": "0001-01-01"}, "as_of", "no such date"),
        ({"as_of": "9999-12-31"}, "as_of", "no such date"),
        ({"as_of": ""}, "as_of", "required"),
        ({"flags": "not a code"}, "flags", "capitals"),
        ({"flags": f"{'A' * 190}", "numerator": 5}, "flags", "too long"),
        ({"numerator": "", "denominator": ""}, "numerator", "not 0"),
        ({"indicator": "BCQG", "numerator": "", "denominator": ""}, "denominator", "received"),
        ({"indicator": "BCQG"}, "numerator", "denominator"),
    ],
)
def test_a_bad_figure_is_refused_and_the_good_ones_go_in(
    fields: dict[str, Any], field: str, says: str
) -> None:
    receipt = state(figure("5.2"), figure(**fields))
    assert [answer.result for answer in receipt.results] == ["accepted", "refused"]
    assert (receipt.results[1].field, len(held())) == (field, 1)
    assert says in (receipt.results[1].reason or ""), receipt.results[1]
    assert RefusedRecord.objects.get().field == field


def test_all_that_is_wrong_with_a_figure_is_said_at_once() -> None:
    ((answer),) = state(figure(unit_code="XX", period="soon", numerator=-1)).results
    assert {problem.field for problem in answer.problems or ()} == {
        "unit_code", "period", "numerator",
    }  # fmt: skip


def test_a_unit_s_code_that_leaves_no_room_is_refused(units: SimpleNamespace) -> None:
    units.ward.code = "H29." + "9" * 36
    units.ward.save()
    (answer,) = state(figure(unit_code=units.ward.code, source="published", as_of="2026-04-01T08:30"
                             )).results  # fmt: skip
    assert (answer.field, answer.result) == ("unit_code", "refused")


@pytest.mark.parametrize(
    "good",
    [
        figure(),
        figure(source="published", as_of="2026-04-01T08:30:15.250+07:00"),
        figure("BCQG", numerator=None, source="published"),
        figure(period=" 2026-Q1 ", as_of="20260401"),
    ],
)
def test_a_good_one_closes_the_refused_one(good: dict[str, Any]) -> None:
    state(good | {"denominator": "many", "note": "Bí Mật"})
    refused = repairs.open_ones().get()
    assert "note" not in refused.content
    repair = state(good)
    assert repair.results[0].code == refused.code
    assert not repairs.open_ones().exists()
    withdraw(repair.batch, "x", "y")
    assert repairs.open_ones().get() == refused


def test_who_leads_states_what_it_leads_where_it_leads(units: SimpleNamespace) -> None:
    leads = Scope(own=frozenset({units.ward.pk}))
    heads = Scope(subtrees=frozenset({units.ward2.pk}))
    both = leads.own | heads.subtrees
    reach = FiguresScope(own=both, parts=((None, heads), (Role.JUSTICE, leads)))
    wards = ("H29.01", "H29.02", "H22.01")
    sent = [figure(word, unit_code=ward) for ward in wards for word in ("4.7", "1.1", "TOTAL")]
    published = figure(unit_code="H29.02", source="published")
    answers = state(*sent, published, reach=reach).results
    assert [(answer.result, answer.field) for answer in answers] == [
        ("accepted", None),
        *[("refused", "indicator")] * 2,
        *[("accepted", None)] * 2,
        ("refused", "indicator"),
        *[("refused", "unit_code")] * 3,
        ("refused", "source"),
    ]


def test_what_was_put_elsewhere_is_not_overwritten_from_there(units: SimpleNamespace) -> None:
    state(figure())
    StatedFigure.objects.update(unit=units.foreign)
    (answer,) = state(figure(numerator=1), reach=Scope(own=frozenset({units.ward.pk}))).results
    assert (answer.result, answer.field) == ("refused", "unit_code")
