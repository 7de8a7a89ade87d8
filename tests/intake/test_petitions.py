"""Petitions: how records are read, when their steps are due, and what the measures make of them."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from phucvu.accounts import keys
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures, recount
from phucvu.counters.verify import verify
from phucvu.intake.actions import Receipt, receive
from phucvu.intake.kinds import CERTIFIED_COPIES, DOSSIERS, LOOKUPS, PETITIONS
from phucvu.intake.models import RefusedRecord
from phucvu.intake.withdraw import withdraw
from phucvu.register.calendar_store import tell_day
from phucvu.register.models import CertifiedCopy, Dossier, Lookup, Petition
from phucvu.register.walltime import from_wall, to_wall
from tests.intake.messages import message
from tests.intake.rows import certified, lookup, petition

pytestmark = [pytest.mark.database, pytest.mark.django_db]


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


def send(*records: dict[str, Any], correction: bool = False) -> Receipt:
    return receive(records, kind=PETITIONS, correction=correction)


def problems(**fields: Any) -> dict[str, str]:
    (answer,) = send(petition("P-1") | fields).results
    return {problem.field: problem.reason for problem in answer.problems or ()}


def day(text: str) -> int:
    """The last millisecond of a day."""
    return to_wall(datetime.fromisoformat(text)) + 86_400_000 - 1


def test_a_petition_is_kept_with_its_moments_and_nothing_personal(units: SimpleNamespace) -> None:
    send(
        petition(
            "P-1", accepted_at="20260303090000", processed_at="2026-03-10T02:00:00Z", likes="3",
            dislikes=1, complained_again=True, follows_code="P-0", dossier_code="H29.01-260301-1",
        )
    )  # fmt: skip
    kept = Petition.objects.get()

    assert (kept.unit, kept.about, kept.state) == (units.ward, "rules", "processed")
    assert from_wall(kept.received_at) == datetime(2026, 3, 2, 8, 5)
    assert from_wall(kept.accepted_at) == datetime(2026, 3, 3, 9)
    assert from_wall(kept.processed_at) == datetime(2026, 3, 10, 9)  # UTC+7
    assert (kept.likes, kept.dislikes, kept.complained_again) == (3, 1, True)
    assert (kept.follows_code, kept.dossier_code) == ("P-0", "H29.01-260301-1")
    everything = str(Petition.objects.values().get())
    assert "bí mật" not in everything.lower()
    assert "0900000000" not in everything


def test_a_history_tells_the_same_as_single_moments(units: SimpleNamespace) -> None:
    steps = {"accepted": "2026-03-03T09:00", "processed": "2026-03-10T09:00"}
    send(petition("P-1", **{f"{state}_at": at for state, at in steps.items()}))
    send(petition("P-2", history=[{"state": state, "at": at} for state, at in steps.items()]))

    first, second = Petition.objects.order_by("code").values()
    different = {"id", "code", "digest", "changed_at"}
    assert {k: v for k, v in first.items() if k not in different} == {
        k: v for k, v in second.items() if k not in different
    }


def test_of_a_state_that_came_twice_the_last_time_tells(units: SimpleNamespace) -> None:
    history = [
        {"state": "transferred", "at": "2026-03-04T09:00"},
        {"state": "accepted", "at": "2026-03-05T09:00"},
        {"state": "transferred", "at": "2026-03-09T09:00"},
    ]
    send(petition("P-1", history=history))
    kept = Petition.objects.get()

    assert kept.state == "transferred"
    assert from_wall(kept.transferred_at) == datetime(2026, 3, 9, 9)
    assert kept.history.count("transferred") == 2
    assert kept.process_due_at == day("2026-03-30")


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"code": ""}, "code", "is required"),
        ({"unit": ""}, "unit", "is required"),
        ({"unit": "H99"}, "unit", "there is no unit with the code H99"),
        ({"unit": 5}, "unit", "is required"),
        ({"received_at": None}, "received_at", "is required"),
        ({"received_at": "31/02/2026"}, "received_at", "is not a date as yyyyMMddHHmmss"),
        ({"received_at": "2026-02-31"}, "received_at", "is not a date and time"),
        ({"received_at": "2026-12-31"}, "received_at", "lies in the future"),
        ({"processed_at": "2026-03-01"}, "processed_at", "lies before the day it was sent"),
        ({"about": "weather"}, "about", "unknown code"),
        ({"likes": -1}, "likes", "is not a whole number"),
        ({"likes": True}, "likes", "is not a whole number"),
        ({"likes": 10**12}, "likes", "is not a whole number"),
        ({"complained_again": "perhaps"}, "complained_again", "must be 0 or 1"),
        ({"follows_code": "P-1"}, "follows_code", "cannot repeat itself"),
        ({"history": [{"state": "lost", "at": "20260303"}]}, "history[0].state", "unknown state"),
        ({"history": [{"state": "accepted"}]}, "history[0].at", "is required"),
        ({"history": "yes"}, "history", "must be a list"),
        ({"history": [{}] * 1001}, "history", "at most 1000 are taken"),
    ],
)
def test_what_is_wrong_is_named(
    units: SimpleNamespace, fields: dict[str, Any], field: str, reason: str
) -> None:
    assert reason in problems(**fields)[field]
    assert not Petition.objects.exists()
    assert "bí mật" not in str(RefusedRecord.objects.get().content).lower()


def test_terms_are_counted_in_working_days(units: SimpleNamespace) -> None:
    # Friday evening is Monday morning; 26 April 2026 is a holiday that is made up for on the 27th.
    send(
        petition("P-1", waiting_at="2026-03-10T15:00"),
        petition("P-2", received_at="2026-03-06T17:30"),
        petition("P-3", received_at="2026-04-20T08:00"),
    )
    monday, friday, april = Petition.objects.order_by("code")

    assert monday.accept_due_at == day("2026-03-04")
    assert monday.supplement_due_at == day("2026-03-09")
    assert monday.process_due_at == day("2026-03-23")
    assert monday.publish_due_at == day("2026-03-12")
    assert friday.accept_due_at == day("2026-03-11")
    assert friday.publish_due_at is None
    assert april.process_due_at > day("2026-05-11")


def test_deadlines_follow_the_calendar_and_counts_follow_them(units: SimpleNamespace) -> None:
    send(petition("P-1", processed_at="2026-03-24T09:00"))
    assert counted(units.ward) == {"petitions": 1, "petitions_about_rules": 1} | {
        "petitions_first": 1,
        "petitions_unsatisfying": 1,
    }
    tell_day(datetime(2026, 3, 12).date(), False, note="storm")

    assert Petition.objects.get().process_due_at == day("2026-03-24")
    assert "petitions_unsatisfying" not in counted(units.ward)
    assert verify().clean


def counted(unit: Any) -> dict[str, int]:
    from phucvu.counters.models import CountedMeasure, UnitCount, slot

    names = {slot(m.slot): m.name for m in CountedMeasure.objects.all()}
    totals: dict[str, int] = {}
    for row in UnitCount.objects.filter(unit=unit).values():
        for column, name in names.items():
            if row[column]:
                totals[name] = totals.get(name, 0) + row[column]
    return totals


def test_a_petition_that_goes_to_another_unit_takes_its_counts_along(
    units: SimpleNamespace,
) -> None:
    send(petition("P-1"))
    send(petition("P-1", unit="H29.02", transferred_at="2026-03-09T09:00"))

    assert counted(units.ward) == {}
    assert counted(units.ward2)["petitions"] == 1
    recount()
    assert counted(units.ward2)["petitions"] == 1


def test_codes_of_kinds_are_apart(units: SimpleNamespace) -> None:
    code = "H29.01-261001-00001"
    batch = send(petition(code, unit="")).batch
    receive([message(code)])
    assert RefusedRecord.objects.get(batch=batch).repaired_at is None

    sent = send(petition(code)).batch
    assert RefusedRecord.objects.get(batch=batch).repaired_by_id == sent
    withdraw(sent, "An", "test")
    assert not Petition.objects.exists()
    assert Dossier.objects.filter(code=code).exists()
    assert RefusedRecord.objects.get(batch=batch).repaired_at is None


class TestDossiersNamed:
    """Petitions and lookups are counted on the dossiers they name."""

    CODE = "H29.01-261001-00001"

    def counts(self) -> tuple[int, int]:
        dossier = Dossier.objects.get(code=self.CODE)
        return dossier.petitions, dossier.lookups

    def test_whichever_comes_first(self, units: SimpleNamespace) -> None:
        send(petition("P-1", dossier_code=self.CODE))
        receive([message(self.CODE)])
        assert self.counts() == (1, 0)
        receive([lookup("L-1", dossier_code=self.CODE)], kind=LOOKUPS)
        assert self.counts() == (1, 1)
        receive([message(self.CODE, MaTTHC="1.2")])
        assert self.counts() == (1, 1)
        assert verify().clean

    def test_a_name_that_changes_and_a_batch_taken_back(self, units: SimpleNamespace) -> None:
        receive([message(self.CODE)])
        send(petition("P-1", dossier_code=self.CODE))
        send(petition("P-1", dossier_code="another"))
        assert self.counts() == (0, 0)
        batch = receive([lookup("L-1", dossier_code=self.CODE)], kind=LOOKUPS).batch
        withdraw(batch, "An", "test")
        assert self.counts() == (0, 0)

    def test_a_lookup_makes_it_one_with_population_data(self, units: SimpleNamespace) -> None:
        receive(
            [message(self.CODE, TaiKhoanDuocXacThucVoiVNeID="0", TaiLieuNop=[], DSKetNoiCSDL=[])]
        )
        assert "population_data" not in counted(units.ward)
        receive([lookup("L-1", dossier_code=self.CODE)], kind=LOOKUPS)
        assert counted(units.ward)["population_data"] == 1
        assert verify().clean


def test_of_an_account_only_a_pseudonym_is_kept(units: SimpleNamespace) -> None:
    receive([lookup("L-1"), lookup("L-2"), lookup("L-3", account="canbo02")], kind=LOOKUPS)
    receive([lookup("L-4", unit="")], kind=LOOKUPS)
    first, second, third = Lookup.objects.order_by("code")

    assert first.account == second.account != third.account
    assert len(first.account) == 16
    assert "canbo01" not in str(RefusedRecord.objects.get().content)
    assert "012345678901" not in str(list(Lookup.objects.values()))


def test_copies_are_one_where_no_number_is_given(units: SimpleNamespace) -> None:
    receipt = receive(
        [certified("C-1"), certified("C-2", copies=3), certified("C-3", copies=0)],
        kind=CERTIFIED_COPIES,
    )

    assert dict(CertifiedCopy.objects.values_list("code", "copies")) == {"C-1": 1, "C-2": 3}
    assert receipt.results[2].field == "copies"


def test_a_key_is_held_to_its_units(units: SimpleNamespace) -> None:
    key, _secret = keys.issue(units.ward2, "ward two")

    receipt = receive([certified("C-1")], key=key, kind=CERTIFIED_COPIES)

    assert receipt.results[0].reason == "the sender may not send for the unit H29.01"
    assert {kind.name for kind in (DOSSIERS, PETITIONS)} == {"dossier", "petition"}
