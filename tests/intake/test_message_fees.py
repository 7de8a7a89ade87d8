"""3.4-3.6 by the fees of messages and by payments, in any order: a plain rule tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import APPLIED_PROCEDURES, DOSSIERS, PAYMENTS, PROCEDURES, FactKind
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from tests.figures import counts_of_components
from tests.intake.messages import message
from tests.intake.rows import applied, paid, procedure
from tests.intake.settling import settled

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
CODES = tuple(f"H29.01-261001-{number}" for number in range(3))
# The first two are of procedures with a fee, the third of one without.
PROCEDURES_OF = dict(zip(CODES, ("1.1", "1.2", "2.2"), strict=True))
ONLINE = ("national", "gateway")
UNPAID: dict[str, Any] = {"paid_at": None, "method": ""}
PAID: dict[str, dict[str, Any]] = {
    "national": {},
    "gateway": {"method": "gateway"},
    "cash": {"method": "cash"},
    "unpaid": UNPAID,
    "nothing": {"amount": 0, **UNPAID},
    "exempt": {"exempt": True, **UNPAID},
    "given up": {"cancelled_at": "2026-03-04", **UNPAID},
    "paid back": {"refunded_at": "2026-03-05"},
}

# What a message says: the prices of its fees, and the flag. What a payment says: a word of PAID.
Version = tuple[tuple[int, ...], str] | str


class Model:
    """Everything sent, each as a correction: of one code the last that was not withdrawn stands."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, str, Version]] = []

    def send(self, kind: FactKind, code: str, record: dict[str, Any], version: Version) -> None:
        number = receive([record], kind=kind, correction=True).batch
        if number not in [batch for batch, _code, _version in self.batches]:
            self.batches.append((number, code, version))

    def withdraw(self, index: int) -> None:
        if self.batches:
            number, _code, _version = self.batches.pop(index % len(self.batches))
            withdraw(number, "tester", "sent by mistake")

    def figures(self) -> dict[str, tuple[int, int]]:
        """3.4, 3.5 and 3.6 as the page on payments has them."""
        stands = {code: version for _number, code, version in self.batches}
        dossiers = {code: stands[code] for code in CODES if code in stands}
        due, online = set(), set()
        for code, (prices, flag) in dossiers.items():
            said = [stands[f"{code}/{n}"] for n in range(2) if f"{code}/{n}" in stands]
            heard = [word for word in said if word != "given up"]
            asked = [word for word in heard if word not in ("nothing", "exempt")]
            if asked if heard else any(prices):
                due.add(code)
            if any(word in ONLINE for word in asked) if heard else flag in ("1", "2"):
                online.add(code)
        if not dossiers:
            return {}
        with_fee = set(CODES[:2])
        return {
            "3.4": (len(due & with_fee), 2),
            "3.5": (len(online & with_fee), 2),
            "3.6": (len(due & online), len(due)),
        }


def figures() -> dict[str, tuple[int, int]]:
    return counts_of_components("H29.01", "2026-10", ("3.4", "3.5", "3.6"), NOW)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("message"),
            st.sampled_from(CODES),
            st.lists(st.sampled_from([0, 0, 8_000, 20_000]), max_size=3).map(tuple),
            st.sampled_from(["", "0", "1", "2", "3"]),
        ),
        st.tuples(
            st.just("payment"), st.sampled_from(CODES), st.integers(0, 1), st.sampled_from([*PAID])
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=10,
)
ONE, TWO, THREE = CODES


@given(steps=STEPS)
# A fee paid online; one that was not; all fees 0; an online payment without a fee.
@example(steps=[("message", ONE, (8_000, 0), "1"), ("message", TWO, (20_000,), "0")])
@example(steps=[("message", ONE, (0, 0), "0"), ("message", TWO, (), "2")])
# Given up online and paid at the counter; withdrawing what was sent by mistake.
@example(steps=[("message", ONE, (8_000,), "0"), ("payment", ONE, 0, "given up")])
@example(
    steps=[
        ("message", ONE, (8_000,), "0"),
        ("payment", ONE, 0, "given up"),
        ("payment", ONE, 1, "exempt"),
    ]
)
@example(steps=[("payment", ONE, 0, "cash"), ("message", ONE, (8_000,), "1"), ("withdraw", 0)])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_fees_and_payments_in_any_order(units: SimpleNamespace, steps: list[Any]) -> None:
    model = Model()
    with transaction.atomic():
        listed = [procedure("1.1"), procedure("1.2"), procedure("2.2", fee=0)]
        receive(listed, kind=PROCEDURES)
        receive([applied(code) for code in PROCEDURES_OF.values()], kind=APPLIED_PROCEDURES)
        for step in steps:
            match step:
                case ("message", code, prices, flag):
                    fees = [{"TenPhiLePhi": "Phí", "Gia": str(price)} for price in prices]
                    record = message(
                        code,
                        MaTTHC=PROCEDURES_OF[code],
                        DanhSachLePhi=fees,
                        DuocThanhToanTrucTuyen=flag,
                    )
                    model.send(DOSSIERS, code, record, (prices, flag))
                case ("payment", code, number, word):
                    record = paid(f"{code}/{number}", dossier_code=code, **PAID[word])
                    model.send(PAYMENTS, f"{code}/{number}", record, word)
                case ("withdraw", index):
                    model.withdraw(index)
            assert figures() == model.figures()
        assert verify().clean
        assert rebuild.compare().clean
        rebuild.rebuild()
        assert figures() == model.figures()
        transaction.set_rollback(True)


@pytest.fixture
def newest_again(transactional_db: None) -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_was_held_to_be_free_is_counted_anew(
    newest_again: None, units: SimpleNamespace
) -> None:
    receive([message(code, MaTTHC=PROCEDURES_OF[code]) for code in CODES])
    sent = [paid("A", dossier_code=ONE, **PAID["given up"])]
    sent += [paid("B", dossier_code=TWO, **PAID["exempt"])]
    receive(sent, kind=PAYMENTS)
    now = figures()
    MigrationExecutor(connection).migrate([("counters", "0002_units_by_word")])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE register_dossier SET settlement = 'free' WHERE code = %s",
            [ONE],
        )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    count_new_measures()

    held = {each.code: settled(each) for each in Dossier.objects.all()}
    assert held == {ONE: "", TWO: "free", THREE: ""}
    assert figures() == now == {"3.6": (2, 2)}
    assert verify().clean
