"""The journal: which version stands, what a batch brought, and how it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from phucvu.accounts import keys
from phucvu.intake import journal, repairs
from phucvu.intake import withdraw as withdrawing
from phucvu.intake.actions import Receipt, receive
from phucvu.intake.journal import JournalError, Place
from phucvu.intake.kinds import DOSSIERS
from phucvu.intake.models import Batch, BatchContent, FactVersion, RefusedRecord
from phucvu.intake.record import NO_CLOCK, clock
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from tests.intake.messages import PERSONAL, message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CODE = "H29.01-261001-00001"
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000"}
HANDED_OVER = {**DONE, "TrangThaiHoSo": "10", "NgayTra": "20261003090000"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def results(receipt: Receipt) -> list[str]:
    return [answer.result for answer in receipt.results]


def status() -> int:
    return Dossier.objects.get(code=CODE).status


# --- which version stands -------------------------------------------------------------------


def test_an_older_version_that_comes_late_does_not_stand(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receive([message(**HANDED_OVER)])
    followed.clear()

    late = receive([message(**DONE)])

    assert (results(late), late.superseded, late.accepted) == (["superseded"], 1, 0)
    assert status() == 10
    assert followed == []
    assert Batch.objects.get(pk=late.batch).superseded == 1
    assert journal.read(late.batch)[0].status == 9


def test_of_versions_with_the_same_moments_the_further_stands(units: SimpleNamespace) -> None:
    for state, result in (("4", "accepted"), ("2", "superseded"), ("6", "accepted")):
        assert results(receive([message(TrangThaiHoSo=state)])) == [result]
    assert status() == 6
    assert Batch.objects.count() == 3


def test_what_only_the_order_tells_apart_stands_as_it_came(units: SimpleNamespace) -> None:
    for promised, result in (("3", "accepted"), ("7", "accepted"), ("5", "accepted")):
        assert results(receive([message(NgayHenTra=f"2026100{promised}")])) == [result]
    # But what came before is no news.
    assert results(receive([message(NgayHenTra="20261003")])) == ["superseded"]
    assert results(receive([message(NgayHenTra="20261003")], correction=True)) == ["accepted"]


@pytest.mark.parametrize("late", [HANDED_OVER, DONE, {}, {"TrangThaiHoSo": "2"}])
def test_a_message_repeated_late_undoes_no_correction(
    units: SimpleNamespace, late: dict[str, str]
) -> None:
    for fields in ({"TrangThaiHoSo": "2"}, {}, DONE, HANDED_OVER):
        receive([message(**fields)])
    receive([message(MaTTHC="9.9")], correction=True)
    assert results(receive([message(**late)])) == ["superseded"]
    assert results(receive([message(MaTTHC="8.8")])) == ["superseded"]  # no later than it
    assert Dossier.objects.get().procedure_code == "9.9"
    later = {**HANDED_OVER, "NgayTra": "20261004090000"}
    assert results(receive([message(**later)])) == ["accepted"]


def test_a_correction_stands_whatever_its_moments_say(units: SimpleNamespace) -> None:
    receive([message(**HANDED_OVER)])

    assert results(receive([message()], correction=True)) == ["accepted"]
    assert status() == 4
    assert results(receive([message(**DONE)])) == ["accepted"]


def test_within_a_batch_the_newest_stands(units: SimpleNamespace) -> None:
    receipt = receive([message(**DONE), message(**HANDED_OVER), message(**DONE)])

    assert results(receipt) == ["accepted", "accepted", "superseded"]
    assert status() == 10


def test_an_answered_supplement_is_not_older_than_an_open_one(units: SimpleNamespace) -> None:
    asked = {"NgayBoSung": "20261002080000"}
    receive([message(TrangThaiHoSo="5", DanhSachHoSoBoSung=[asked])])

    answered = {**asked, "NgayTiepNhanBoSung": "20261002100000"}
    assert results(receive([message(DanhSachHoSoBoSung=[answered])])) == ["accepted"]


def test_a_dossier_without_any_moment_is_older_than_all(units: SimpleNamespace) -> None:
    bare = {"TrangThaiHoSo": "1", "NgayNopHoSo": "", "NgayTiepNhan": "", "NgayHenTra": ""}
    first = receive([message(**bare)])
    assert clock(journal.read(first.batch)[0]) == NO_CLOCK

    receive([message()])
    assert results(receive([message(**bare, MaTTHC="2.2")])) == ["superseded"]


# --- what is written ------------------------------------------------------------------------


def test_a_batch_is_kept_as_it_was_understood(units: SimpleNamespace) -> None:
    receive([message("H29.01-261001-9")])
    receipt = receive([message("H29.01-261001-9"), "text", message(**DONE)], origin="a test")

    kept = journal.read(receipt.batch)
    assert {position: record.code for position, record in kept.items()} == {
        0: "H29.01-261001-9",
        2: CODE,
    }
    stored = Dossier.objects.values().get(code=CODE)
    for name in kept[2].__struct_fields__:
        assert getattr(kept[2], name) == stored[name]
    assert journal.standing(DOSSIERS, [CODE, "unknown"]) == {CODE: Place(receipt.batch, 2)}


def test_nothing_personal_is_in_the_content(units: SimpleNamespace) -> None:
    receipt = receive([message()])

    text = str(journal.read(receipt.batch))
    for secret in (*PERSONAL.values(), "Bí Mật", "bimat"):
        assert secret not in text


def test_a_batch_sent_again_is_answered_with_its_number(units: SimpleNamespace) -> None:
    sent = [message(**HANDED_OVER), message(**DONE), message("H29.01-261001-2", MaTTHC="")]
    first = receive(sent)
    versions = FactVersion.objects.count()

    again = receive(sent)

    assert again.batch == first.batch
    assert results(again) == ["unchanged", "superseded", "refused"]
    assert Batch.objects.count() == BatchContent.objects.count() == 1
    assert FactVersion.objects.count() == versions
    assert RefusedRecord.objects.count() == 1


def test_another_sender_of_the_same_is_another_batch(units: SimpleNamespace) -> None:
    key, _ = keys.issue(units.ward, "ward")
    first = receive([message()])

    assert receive([message()], key=key).batch != first.batch
    assert receive([message()], correction=True).batch != first.batch


def test_a_revoked_change_sent_again_is_no_news_but_as_a_correction(
    units: SimpleNamespace,
) -> None:
    first = receive([message()])
    receive([message(MaTTHC="9.9")])

    again = receive([message()])

    assert (results(again), again.batch == first.batch) == (["superseded"], True)
    assert Dossier.objects.get().procedure_code == "9.9"
    receive([message()], correction=True)
    assert Dossier.objects.get().procedure_code == "1.013395"


# --- withdrawing ----------------------------------------------------------------------------


def test_a_withdrawn_batch_leaves_the_versions_before_it(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receive([message()])
    before = Dossier.objects.values().get()
    wrong = receive([message(**DONE), message("H29.01-261001-2")])
    followed.clear()

    done = withdraw(wrong.batch, "an officer", " sent by mistake ")

    after = Dossier.objects.values().get()
    assert {**after, "changed_at": None} == {**before, "changed_at": None}
    assert (done.restored, done.removed) == (1, 1)
    assert followed == [[CODE, "H29.01-261001-2"]]
    batch = Batch.objects.get(pk=wrong.batch)
    assert batch.withdrawn_at is not None
    assert (batch.withdrawn_by, batch.withdrawal_reason) == ("an officer", "sent by mistake")
    assert batch.content


def test_what_a_later_batch_says_too_stays(units: SimpleNamespace) -> None:
    wrong = receive([message(), message("H29.01-261001-2")])
    key, _ = keys.issue(units.ward, "ward")
    assert results(receive([message()], key=key)) == ["unchanged"]

    done = withdraw(wrong.batch, "x", "y")

    assert (done.restored, done.removed) == (0, 1)
    assert Dossier.objects.get().code == CODE


def test_a_superseded_version_stands_once_the_newer_is_withdrawn(units: SimpleNamespace) -> None:
    newer = receive([message(**HANDED_OVER)])
    receive([message(**DONE)])

    withdraw(newer.batch, "x", "y")

    assert status() == 9


def test_a_withdrawn_correction_gives_way_to_what_it_corrected(units: SimpleNamespace) -> None:
    receive([message(**HANDED_OVER)])
    correction = receive([message()], correction=True)
    receive([message(**DONE)])
    assert status() == 9

    withdraw(correction.batch, "x", "y")

    assert status() == 10


def test_after_a_withdrawal_the_same_content_is_new(units: SimpleNamespace) -> None:
    first = receive([message()])
    withdraw(first.batch, "x", "y")

    again = receive([message()])

    assert (again.results[0].new, again.batch == first.batch) == (True, False)
    assert Dossier.objects.count() == 1


def test_what_cannot_be_withdrawn_is_said(units: SimpleNamespace) -> None:
    batch = receive([message()]).batch
    bare = Batch.objects.create(origin="before the journal", accepted=1).pk

    for number, reason, said in (
        (batch, " ", "needs a reason"),
        (batch + 99, "y", "no batch"),
        (bare, "y", "no content"),
    ):
        with pytest.raises(JournalError, match=said):
            withdraw(number, "x", reason)
    withdraw(batch, "x", "y")
    with pytest.raises(JournalError, match="already"):
        withdraw(batch, "x", "y")


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_that_fails_changes_nothing(
    units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = receive([message()]).batch

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(withdrawing.repairs, "reopen", fail)
    with pytest.raises(RuntimeError):
        withdraw(batch, "x", "y")

    assert Dossier.objects.count() == 1
    assert Batch.objects.get().withdrawn_at is None


def test_the_number_of_queries_of_a_withdrawal_does_not_grow_with_the_batch(
    units: SimpleNamespace,
) -> None:
    def queries(count: int) -> int:
        batch = receive([message(f"H29.01-261001-{n:05}") for n in range(count)]).batch
        with CaptureQueriesContext(connection) as context:
            withdraw(batch, "x", "y")
        return len(context)

    assert queries(1) == queries(1_000)


# --- refused records ------------------------------------------------------------------------


def test_a_refused_record_is_open_until_a_good_one_comes(units: SimpleNamespace) -> None:
    receive([message(MaTTHC=""), message("H29.01-261001-2", MaTTHC=""), "text"])
    assert repairs.open_ones().count() == 3

    repair = receive([message()])

    repaired = RefusedRecord.objects.exclude(repaired_at=None).get()
    assert (repaired.code, repaired.repaired_by_id) == (CODE, repair.batch)
    assert repairs.open_ones().count() == 2


def test_within_a_batch_only_what_comes_after_repairs(units: SimpleNamespace) -> None:
    receive([message(MaTTHC=""), message(), message(MaTTHC="")])

    assert list(repairs.open_ones().values_list("position", flat=True)) == [2]


def test_a_withdrawn_repair_opens_the_record_again(units: SimpleNamespace) -> None:
    bad = receive([message(MaTTHC="")])
    first = receive([message()])
    second = receive([message(**DONE)])

    withdraw(first.batch, "x", "y")
    assert RefusedRecord.objects.get().repaired_by_id == second.batch
    withdraw(second.batch, "x", "y")
    assert repairs.open_ones().get().repaired_by is None

    withdraw(bad.batch, "x", "y")
    assert not repairs.open_ones().exists()
