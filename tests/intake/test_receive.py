"""Taking in a batch: all of it or none, upsert by code, refusals kept, nothing personal."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phucvu.accounts import keys
from phucvu.intake.actions import receive
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.store import FactTable
from phucvu.register.models import Dossier
from phucvu.units.tree import load_eras
from tests.intake.messages import PERSONAL, message

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_a_new_dossier_is_accepted_and_stored(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receipt = receive([message()], origin="a test")

    dossier = Dossier.objects.get()
    batch = Batch.objects.get(pk=receipt.batch)
    assert [(a.result, a.new, a.position, a.code) for a in receipt.results] == [
        ("accepted", True, 0, "H29.01-261001-00001")
    ]
    assert (dossier.unit, dossier.vneid, dossier.fee_total) == (units.ward, True, 58_000)
    assert dossier.changed_at == batch.received_at
    assert (batch.origin, batch.accepted, batch.unchanged, batch.refused) == ("a test", 1, 0, 0)
    assert followed == [["H29.01-261001-00001"]]


def test_sending_again_changes_nothing(units: SimpleNamespace, followed: list[list[str]]) -> None:
    receive([message()])
    before = Dossier.objects.values().get()
    followed.clear()

    receipt = receive([message(TenTepMoi="not read")])

    assert receipt.unchanged == 1
    assert receipt.results[0].new is None
    assert Dossier.objects.values().get() == before
    assert followed == []


def test_a_changed_dossier_is_overwritten_and_keeps_its_row(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receive([message()])
    pk = Dossier.objects.get().pk

    receipt = receive([message(TrangThaiHoSo="9", NgayKetThucXuLy="20261002090000", HinhThuc="1")])

    dossier = Dossier.objects.get()
    assert (receipt.results[0].result, receipt.results[0].new) == ("accepted", False)
    assert (dossier.pk, dossier.status, dossier.return_by_post) == (pk, 9, True)
    assert followed == [["H29.01-261001-00001"], ["H29.01-261001-00001"]]


def test_a_value_taken_back_is_empty_again(units: SimpleNamespace) -> None:
    receive([message(NgayKetThucXuLy="20261002")])

    receive([message(NgayKetThucXuLy="", TenTTHC="", DanhSachLePhi=[])], correction=True)

    dossier = Dossier.objects.get()
    assert (dossier.finished_at, dossier.procedure_name, dossier.fee_total) == (None, "", 0)


def test_a_dossier_moves_to_the_unit_of_its_new_date(units: SimpleNamespace) -> None:
    code = "H29.09-250701-1"
    receive([message(code, NgayTiepNhan="20250701")])

    receive([message(code, NgayTiepNhan="20250630")])

    assert Dossier.objects.get().unit == units.old


def test_the_good_ones_are_taken_and_the_bad_ones_kept_for_repair(units: SimpleNamespace) -> None:
    receipt = receive([message("H29.01-261001-1"), message("H29.01-261001-2", MaTTHC=""), "text"])

    assert [answer.result for answer in receipt.results] == ["accepted", "refused", "refused"]
    assert (receipt.accepted, receipt.refused) == (1, 2)
    first, second = RefusedRecord.objects.order_by("position")
    assert (first.position, first.code, first.field) == (1, "H29.01-261001-2", "MaTTHC")
    assert first.content["NgayTiepNhan"] == "20261001081500"
    assert (second.position, second.code, second.field, second.content) == (2, "", "", {})


def test_personal_data_is_nowhere_in_the_store(units: SimpleNamespace) -> None:
    hidden = {"DanhSachLePhi": PERSONAL["ChuHoSo"], "MaTTHC": {"ten": PERSONAL["ChuHoSo"]}}
    receive(
        [
            message("H29.01-261001-1"),
            message("H29.01-261001-2", KenhThucHien="7"),
            message("H29.01-261001-3", **hidden),
        ]
    )

    everything = "\n".join(
        str(list(model.objects.values())) for model in apps.get_models() if model._meta.managed
    )
    assert "H29.01-261001-3" in everything
    for secret in (*PERSONAL.values(), "Bí Mật", "bimat"):
        assert secret not in everything


def test_what_no_store_can_hold_is_kept_in_a_form_it_can(units: SimpleNamespace) -> None:
    receive([message("H29.01-261001-\x00\ud800", MaTTHC="x" * 5_000)])

    refused = RefusedRecord.objects.get()
    assert refused.code == ""
    assert refused.content["MaTTHC"].startswith("(text, ")


def test_of_a_code_sent_several_times_the_last_good_one_stands(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receipt = receive(
        [
            message(MaTTHC="1.1"),
            message(MaTTHC="1.2"),
            message(MaTTHC="1.2"),
            message(MaTTHC=""),
        ]
    )

    assert [(answer.result, answer.new) for answer in receipt.results] == [
        ("accepted", True),
        ("accepted", False),
        ("unchanged", None),
        ("refused", None),
    ]
    assert Dossier.objects.get().procedure_code == "1.2"
    assert followed == [["H29.01-261001-00001"]]


def test_there_and_back_within_a_batch_writes_nothing(
    units: SimpleNamespace, followed: list[list[str]]
) -> None:
    receive([message()])
    followed.clear()

    receipt = receive([message(MaTTHC="1.9"), message()], correction=True)

    assert [answer.result for answer in receipt.results] == ["accepted", "accepted"]
    assert followed == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_leaves_nothing_of_the_batch(
    units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    upsert = FactTable.upsert

    def fail(*arguments: object) -> None:
        upsert(*arguments)  # type: ignore[arg-type]
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(FactTable, "upsert", fail)

    with pytest.raises(RuntimeError):
        receive([message(), message("H29.01-261001-2", MaTTHC="")])

    assert not Dossier.objects.exists()
    assert not Batch.objects.exists()
    assert not RefusedRecord.objects.exists()


def test_a_key_sends_for_its_subtree_only(units: SimpleNamespace) -> None:
    key, _ = keys.issue(units.ward, "ward")

    receipt = receive([message(), message("H29.02-261001-1")], key=key)

    assert [answer.result for answer in receipt.results] == ["accepted", "refused"]
    assert Batch.objects.get().key == key


def test_a_key_does_not_overwrite_a_dossier_of_another_unit(units: SimpleNamespace) -> None:
    code = "H29.01-261001-00001"
    receive([message(code)])
    Dossier.objects.update(unit=units.foreign)  # as an import under another rule would have it
    key, _ = keys.issue(units.ward, "ward")

    receipt = receive([message(code, MaTTHC="9.9")], key=key)

    assert (receipt.results[0].result, receipt.results[0].field) == ("refused", "MaHoSo")
    assert Dossier.objects.get().procedure_code == "1.013395"
    assert RefusedRecord.objects.get().code == code


def test_the_number_of_queries_does_not_grow_with_the_batch(units: SimpleNamespace) -> None:
    def queries(first: int, count: int) -> int:
        with CaptureQueriesContext(connection) as context:
            receive([message(f"H29.01-261001-{first + n:05}") for n in range(count)])
        return len(context)

    load_eras()  # read once, then kept until a unit changes
    assert queries(0, 1) == queries(100, 1_000)
    assert Dossier.objects.count() == 1_001


def test_an_empty_batch_is_journalled(units: SimpleNamespace) -> None:
    assert receive([]).results == []
    assert Batch.objects.count() == 1


def test_the_content_has_one_digest_however_it_is_sent(units: SimpleNamespace) -> None:
    key, _ = keys.issue(units.ward, "ward")
    receive([message()])
    receive([message(ChuHoSo="khác")], key=key)
    receive([message(MaTTHC="1.2")])

    first, second, third = Batch.objects.order_by("pk").values_list("digest", flat=True)
    assert first == second != third
