"""Payments stand on their dossier whichever comes first, and 3.4-3.6 count by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import APPLIED_PROCEDURES, PAYMENTS, PROCEDURES
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier, Payment
from phucvu.results.boards import unit_score
from phucvu.scorecards import load
from phucvu.scoring import Counted, Period
from phucvu.units.tree import load_tree
from tests.figures import counts_of_components
from tests.intake.messages import message
from tests.intake.rows import applied, paid, procedure
from tests.intake.settling import settled

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ONE, TWO, THREE = (f"H29.01-261001-{number}" for number in (1, 2, 3))
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
UNPAID = {"paid_at": None, "method": ""}
CASH = {"method": "cash"}


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    count_new_measures()
    with translation.override("en"):
        yield
    active.forget()


def send(code: str, number: int = 1, **fields: Any) -> int:
    return receive([paid(f"{code}/{number}", dossier_code=code, **fields)], kind=PAYMENTS).batch


def figures() -> dict[str, tuple[int, int]]:
    return counts_of_components("H29.01", "2026-10", ("3.4", "3.5", "3.6"), NOW)


@pytest.mark.parametrize(
    ("payments", "comes_to"),
    [
        ([{}], "online"),
        ([{"method": "gateway"}], "online"),
        ([CASH], "paid"),
        ([{"method": "transfer"}, CASH], "paid"),
        ([UNPAID], "open"),
        ([CASH, UNPAID], "open"),
        ([{}, UNPAID], "online"),
        ([{"amount": 0, **UNPAID}], "free"),
        ([{"exempt": True, **UNPAID}], "free"),
        ([{"cancelled_at": "2026-03-04", **UNPAID}], ""),
        ([{"cancelled_at": "2026-03-04", **UNPAID}, {"exempt": True, **UNPAID}], "free"),
        ([{"refunded_at": "2026-03-05"}], "open"),
        ([{"cancelled_at": "2026-03-05", "refunded_at": "2026-03-05"}, CASH], "paid"),
    ],
)
def test_what_payments_come_to(
    units: SimpleNamespace, payments: list[dict[str, Any]], comes_to: str
) -> None:
    for number, fields in enumerate(payments):
        send(ONE, number, **fields)
    receive([message(ONE)])
    assert settled(Dossier.objects.get()) == comes_to
    # The other way round it is the same, and it does not outlive them.
    for number in range(len(payments)):
        Payment.objects.filter(code=f"{ONE}/{number}").delete()
    rebuild.rebuild()
    assert settled(Dossier.objects.get()) == comes_to
    assert verify().clean


def test_it_follows_a_payment_there_and_back(units: SimpleNamespace) -> None:
    receive([message(ONE), message(TWO)])
    assert settled(Dossier.objects.get(code=ONE)) == ""
    send(ONE, **UNPAID)
    batch = send(ONE)
    assert settled(Dossier.objects.get(code=ONE)) == "online"
    withdraw(batch, "tester", "not paid after all")
    assert settled(Dossier.objects.get(code=ONE)) == "open"
    # The dossier's next version does not lose it, and another dossier gains it.
    receive([message(ONE, NgayHenTra="20261201170000")])
    assert settled(Dossier.objects.get(code=ONE)) == "open"
    receive(
        [paid(f"{ONE}/1", dossier_code=TWO)],
        kind=PAYMENTS,
    )
    assert [settled(each) for each in Dossier.objects.order_by("code")] == [
        "", "online",
    ]  # fmt: skip
    assert verify().clean


def test_payment_components_by_hand(units: SimpleNamespace) -> None:
    receive([procedure("1.013395"), procedure("2.2", fee=0)], kind=PROCEDURES)
    receive([applied("1.013395"), applied("2.2")], kind=APPLIED_PROCEDURES)
    fee = {"DanhSachLePhi": [{"Gia": "8000"}]}
    receive(
        [
            message(ONE, **fee, DuocThanhToanTrucTuyen="1"),
            message(TWO, **fee, DuocThanhToanTrucTuyen="0"),
            message(THREE, DanhSachLePhi=[], DuocThanhToanTrucTuyen="0"),
        ]
    )
    # By the dossiers' own fields: two with a fee, one of them paid online; one procedure of one.
    assert figures() == {"3.4": (1, 1), "3.5": (1, 1), "3.6": (1, 2)}
    # The payments know better: the first was paid in cash, the third had something to pay too.
    send(ONE, **CASH)
    send(THREE)
    assert figures() == {"3.4": (1, 1), "3.5": (1, 1), "3.6": (1, 3)}
    # Whoever is exempt has nothing to pay.
    send(THREE, exempt=True)
    assert figures() == {"3.4": (1, 1), "3.5": (0, 1), "3.6": (0, 2)}
    assert verify().clean


def test_what_is_wrong_is_named_and_nothing_personal_kept(units: SimpleNamespace) -> None:
    answers = receive(
        [
            paid("A", method=""),
            paid("A", method="barter"),
            paid("A", amount=-1),
            paid("A", amount="8.5"),
            paid("A", amount=None),
            paid("A", dossier_code=""),
            paid("A", paid_at="2026-03-01"),
            paid("A", refunded_at="2026-03-02", **UNPAID),
            paid("A", requested_at="2099-03-02", paid_at=None),
            paid("A", unit="H29.99"),
            paid("A", amount=25_000_000_000),
        ],
        kind=PAYMENTS,
    ).results
    assert [answer.field for answer in answers] == [
        "method", "method", "amount", "amount", "amount", "dossier_code", "paid_at",
        "refunded_at", "requested_at", "unit", None,
    ]  # fmt: skip
    held = Payment.objects.get()
    assert held.amount == 25_000_000_000
    assert "0071000000001" not in str(Payment.objects.values())


def test_an_edition_says_which_payments_are_online(
    units: SimpleNamespace, tmp_path: Path, settings: LazySettings
) -> None:
    """A gateway counts as online by the shipped edition, and not by a made-up one beside it."""
    send(ONE)
    send(TWO, method="gateway")
    receive([message(ONE), message(TWO)])
    settings.PHUCVU_SCORECARDS = [tmp_path]
    (tmp_path / "portal-alone.yaml").write_text(
        "schema: 1\nid: portal-alone\nextends: qd766-portal-2026\n"
        "in_force: {from: 2026-01-01}\ndefinitions: {payments_online: payments_national}\n",
        encoding="utf-8",
    )
    count_new_measures()
    tree = load_tree()
    ward = tree.by_code("H29.01")
    assert ward is not None
    for id_, online in (("qd766-portal-2026", 2), ("portal-alone", 1)):
        edition = load(id_, [tmp_path])
        scored = unit_score(ward, Period.parse("2026-10"), edition, tree=tree, now=NOW)
        assert scored.result.indicators["3.6"].figure == Counted(online, 2)
    assert verify().clean
