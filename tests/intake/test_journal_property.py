"""Any order of batches, late versions, repeats and withdrawals: one plain rule tells the register,
the counts follow, and the journal gives it all again, now and as of any moment."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.counters import active
from phucvu.counters.deltas import following
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild, repairs
from phucvu.intake.actions import receive
from phucvu.intake.journal_commands import write_file
from phucvu.intake.models import Batch
from phucvu.intake.record import COLUMNS
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from tests.intake.conftest import NOW
from tests.intake.messages import message
from tests.migrated import copy_store

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODES = ("H29.01-261001-1", "H29.01-261001-2", "H29.02-261001-3", "H29.09-250701-4")
# What may be sent of a dossier: fields, and the rank of its latest moment and state. The last is
# refused.
VERSIONS: tuple[tuple[dict[str, str], float], ...] = (
    ({}, 1),
    ({"MaTTHC": "1.2"}, 1),
    ({"TrangThaiHoSo": "2"}, 0.9),
    ({"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000"}, 2),
    ({"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000", "MaTTHC": "1.2"}, 2),
    (
        {"TrangThaiHoSo": "10", "NgayKetThucXuLy": "20261002090000", "NgayTra": "20261103090000"},
        3,
    ),
    # The ward H29.09 is another one before July 2025.
    ({"NgayNopHoSo": "20250629", "NgayTiepNhan": "20250630", "NgayHenTra": ""}, 0),
    ({"MaTTHC": ""}, -1),
)
REFUSED = len(VERSIONS) - 1

Item = tuple[int, int]  # which dossier, which version of it


@dataclass
class Sent:
    """A batch as the model sees it."""

    number: int
    items: list[Item]
    key: int
    correction: bool
    withdrawn: bool = False


@dataclass
class Model:
    """The rule in plain Python, over everything that was ever sent."""

    sent: list[Sent] = field(default_factory=list)

    def live(self) -> list[Sent]:
        return [batch for batch in self.sent if not batch.withdrawn]

    def standing(self) -> dict[int, int]:
        stands: dict[int, int] = {}
        for dossier, version, result in self.told():
            if result == "accepted":
                stands[dossier] = version
        return stands

    def told(self) -> Iterator[tuple[int, int, str]]:
        """Each item of the batches that count, and what it is, told of what came before it."""
        come: dict[int, list[tuple[int, bool]]] = {}
        for batch in self.live():
            for dossier, version in batch.items:
                before = come.setdefault(dossier, [])
                yield dossier, version, becomes(before, version, batch.correction)
                if version != REFUSED:
                    before.append((version, batch.correction))

    def tell(self, items: list[Item], correction: bool) -> list[str]:
        """What becomes of each item of a batch that comes now."""
        self.sent.append(Sent(0, items, 0, correction))
        told = [result for _dossier, _version, result in self.told()]
        self.sent.pop()
        return told[len(told) - len(items) :]

    def repeats(self, items: list[Item], key: int, correction: bool) -> Sent | None:
        same = (items, key, correction)
        for batch in reversed(self.live()):
            if (batch.items, batch.key, batch.correction) == same:
                return batch
        return None

    def open_refusals(self) -> set[tuple[int, int]]:
        unrepaired: dict[int, set[tuple[int, int]]] = {}
        for batch in self.live():
            for position, (dossier, version) in enumerate(batch.items):
                if version == REFUSED:
                    unrepaired.setdefault(dossier, set()).add((batch.number, position))
                else:
                    unrepaired.pop(dossier, None)
        return set().union(*unrepaired.values())


def becomes(before: list[tuple[int, bool]], version: int, correction: bool) -> str:
    """What becomes of a version that comes after these, by the rule in words (docs/journal.md)."""
    if version == REFUSED:
        return "refused"
    stands = standing_of(before)
    if stands == version:
        return "unchanged"
    return "accepted" if standing_of([*before, (version, correction)]) == version else "superseded"


def standing_of(come: list[tuple[int, bool]]) -> int | None:
    """The version that stands of those that came, each with whether it was a correction."""
    stands, corrected, seen = None, False, set[int]()
    for version, correction in come:
        rank = VERSIONS[version][1]
        if stands is None or correction:
            stands, corrected = version, correction
        elif version not in seen:
            before = VERSIONS[stands][1]
            if rank > before or (rank == before and not corrected):
                stands, corrected = version, False
        seen.add(version)
    return stands


def record(item: Item) -> dict[str, Any]:
    dossier, version = item
    return message(CODES[dossier], **VERSIONS[version][0])


ITEMS = st.lists(
    st.tuples(st.integers(0, len(CODES) - 1), st.integers(0, REFUSED)), min_size=1, max_size=5
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), ITEMS, st.integers(0, 1), st.sampled_from([False] * 4 + [True])),
        st.tuples(st.just("send"), ITEMS, st.integers(0, 1), st.just(False)),
        st.tuples(st.just("there and back"), st.integers(0, len(CODES) - 1)),
        st.tuples(st.just("again"), st.integers(0, 20)),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
        st.tuples(st.just("wait"), st.integers(1, 90_000)),
    ),
    min_size=1,
    max_size=14,
)


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    count_new_measures()
    yield
    active.forget()


@pytest.fixture
def sender(units: SimpleNamespace) -> ApiKey:
    return keys.issue(units.city, "city")[0]


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with its tables."""
    return copy_store(tmp_path_factory.mktemp("as_of") / "empty.sqlite3")


Rows = list[tuple[Any, ...]]


def register() -> Rows:
    return list(Dossier.objects.order_by("code").values_list(*COLUMNS, "digest"))


def register_as_of(moment: datetime, empty_store: Path) -> Rows:
    file = empty_store.with_name("then.sqlite3")
    shutil.copy(empty_store, file)
    # Django lets a test reach only the stores that were there when it began.
    with mock.patch.object(BaseDatabaseWrapper, "ensure_connection", _connect):
        write_file(moment, file)
    with sqlite3.connect(file) as store:
        columns = ", ".join((*COLUMNS, "digest"))
        rows = store.execute(f"SELECT {columns} FROM register_dossier ORDER BY code").fetchall()
    store.close()
    return rows


def _connect(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.connection is None:
        wrapper.connect()


def told() -> dict[int, tuple[str, int | None, int | None]]:
    """What tells the versions of a dossier apart."""
    return {
        CODES.index(code): rest
        for code, *rest in Dossier.objects.values_list(
            "code", "procedure_code", "status", "received_at"
        )
    }


def expected(stands: dict[int, int]) -> dict[int, Any]:
    received = {False: 1790842500000, True: 1751241600000}
    return {
        dossier: [
            VERSIONS[version][0].get("MaTTHC", "1.013395"),
            int(VERSIONS[version][0].get("TrangThaiHoSo", 4)),
            received["NgayTiepNhan" in VERSIONS[version][0]],
        ]
        for dossier, version in stands.items()
    }


@given(steps=STEPS, past=st.integers(0, 13))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_register_counts_and_journal_agree_whatever_comes(
    units: SimpleNamespace, sender: ApiKey, empty_store: Path, steps: list[Any], past: int
) -> None:
    model = Model()
    known: dict[datetime, Rows] = {}
    with (
        transaction.atomic(),
        time_machine.travel(datetime.fromisoformat(NOW), tick=False) as traveller,
    ):
        for step in steps:
            match step:
                case ("send", items, key, correction):
                    send(model, items, key, correction, sender)
                case ("there and back", dossier):  # between two versions of the same age
                    for version in (0, 1, 0):
                        send(model, [(dossier, version)], 0, False, sender)
                case ("again", index) if model.sent:
                    batch = model.sent[index % len(model.sent)]
                    send(model, batch.items, batch.key, batch.correction, sender)
                case ("withdraw", index) if model.live():
                    batch = model.live()[index % len(model.live())]
                    batch.withdrawn = True
                    withdraw(batch.number, "x", "y")
                case ("wait", seconds):
                    traveller.shift(timedelta(seconds=seconds))
            assert told() == expected(model.standing())
            assert set(repairs.open_ones().values_list("batch", "position")) == (
                model.open_refusals()
            )
            known[timezone.now()] = register()
        assert verify().clean
        assert rebuild.compare().clean

        moment = list(known)[past % len(known)]
        assert register_as_of(moment, empty_store) == known[moment]

        if model.sent:
            now = register()
            damage()
            assert not rebuild.compare().clean
            rebuild.rebuild()
            assert register() == now
            assert verify().clean
        transaction.set_rollback(True)


def send(model: Model, items: list[Item], key: int, correction: bool, sender: ApiKey) -> None:
    receipt = receive(
        [record(item) for item in items], key=sender if key else None, correction=correction
    )
    results = model.tell(items, correction)
    assert [answer.result for answer in receipt.results] == results
    earlier = None if "accepted" in results else model.repeats(items, key, correction)
    if earlier is None:
        model.sent.append(Sent(receipt.batch, items, key, correction))
        assert Batch.objects.count() == len(model.sent)
    else:
        assert receipt.batch == earlier.number


def damage() -> None:
    """A register that is not what the journal says, with counts that follow it."""
    first = Dossier.objects.order_by("code").first()
    codes = ["H29.01-261001-9"] + ([first.code] if first else [])
    with following(codes):
        if first:
            first.status = 2
            first.save()
        Dossier.objects.create(
            code=codes[0],
            unit_id=ApiKey.objects.get().unit_id,
            procedure_code="1",
            status=4,
            received_at=0,
            digest="",
            changed_at=NOW,
        )
