"""Reading one record of the synchronisation message."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unicodedata import normalize

import pytest
from django.test import override_settings
from django.utils import translation

from phucvu.intake.message import MessageReader
from phucvu.intake.record import COLUMNS, DossierRecord, RefusedError, digest
from phucvu.intake.values import MAX_ROWS
from phucvu.measures import DOSSIER
from phucvu.register.models import Dossier
from phucvu.register.walltime import to_wall
from phucvu.units.tree import load_eras
from tests.intake.messages import message
from tests.intake.settling import STATES

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def reader(units: SimpleNamespace) -> MessageReader:
    return MessageReader(load_eras())


def refusal(reader: MessageReader, record: object) -> tuple[str, str]:
    with translation.override("en"), pytest.raises(RefusedError) as caught:
        reader.read(record)
    first = caught.value.problems[0]
    return first.field, first.reason


def wall(*parts: int) -> int:
    return to_wall(datetime(*parts))  # type: ignore[arg-type]


def test_every_column_of_the_register_is_read(
    reader: MessageReader, units: SimpleNamespace
) -> None:
    record = reader.read(message(NgayTra="20261002093000", TrangThaiHoSo="10", HinhThuc="1"))

    assert record == DossierRecord(
        code="H29.01-261001-00001",
        unit_id=units.ward.pk,
        procedure_code="1.013395",
        procedure_name="Đăng ký khai sinh",
        field_code="G01",
        field_name="Hộ tịch",
        channel="online",
        subject="person",
        submitted_through="national",
        status=10,
        submitted_at=wall(2026, 10, 1, 8),
        received_at=wall(2026, 10, 1, 8, 15),
        promised_at=wall(2026, 10, 3, 17),
        finished_at=None,
        handed_over_at=wall(2026, 10, 2, 9, 30),
        refused_at=None,
        supplements=0,
        supplement_ms=0,
        supplement_open_at=None,
        return_by_post=True,
        vneid=True,
        payment=1,
        databases=1,
        population_db=True,
        has_digitised=True,
        components=2,
        components_digitised=1,
        components_reused=1,
        components_from_store=1,
        fees=2,
        fee_total=58_000,
        results=2,
        result_files=1,
        results_coded=1,
    )


def test_the_columns_are_those_of_the_register_and_of_the_measures() -> None:
    register = {field.column for field in Dossier._meta.concrete_fields}

    elsewhere = {
        "id",
        "term_due_at",
        "petitions",
        "lookups",
        "rating",
        *(f"payments_{state}" for state in STATES),
    }  # what no message says of a dossier
    assert register - set(COLUMNS) == {"digest", "changed_at", *elsewhere}
    assert set(COLUMNS) - register == set()
    assert set(DOSSIER) - set(COLUMNS) == elsewhere


def test_what_is_left_out_has_its_default(reader: MessageReader) -> None:
    record = reader.read(
        {
            "MaHoSo": "H29.01-261001-00001",
            "MaTTHC": "1.1",
            "TrangThaiHoSo": 2,
            "NgayTiepNhan": 20261001,
        }
    )

    assert record.channel == "counter"
    assert record.subject == record.submitted_through == record.field_code == ""
    assert record.received_at == wall(2026, 10, 1)
    assert record.components == record.fee_total == record.payment == 0
    assert record.vneid is False


@pytest.mark.parametrize("empty", ["", None, "  "])
def test_an_empty_value_is_none(reader: MessageReader, empty: str | None) -> None:
    record = reader.read(message(NgayHenTra=empty, KenhThucHien=empty, LoaiDoiTuong=empty))

    assert (record.promised_at, record.channel, record.subject) == (None, "counter", "")


def test_text_is_composed_and_without_space_around(reader: MessageReader) -> None:
    record = reader.read(
        message(TenTTHC=normalize("NFD", "  Đăng ký khai sinh "), MaTTHC=" 1.013395 ")
    )

    assert record.procedure_name == "Đăng ký khai sinh"
    assert record.procedure_code == "1.013395"


def test_a_long_name_is_shortened_not_refused(reader: MessageReader) -> None:
    record = reader.read(message(TenTTHC="a" * 1_094))

    assert len(record.procedure_name) == 500
    assert record.procedure_name.endswith("…")


def test_supplement_time_is_summed_and_the_open_one_is_known(reader: MessageReader) -> None:
    record = reader.read(
        message(
            DanhSachHoSoBoSung=[
                {"NgayBoSung": "20261001100000", "NgayTiepNhanBoSung": "20261002100000"},
                {"NgayBoSung": "20261002110000", "NgayTiepNhanBoSung": "20261002100000"},
                {"NgayBoSung": "20261002110000", "NgayTiepNhanBoSung": ""},
                {"NgayBoSung": "20261002090000"},
            ]
        )
    )

    assert record.supplements == 4
    # Answered a little before it was asked, on the same day: no time at all.
    assert record.supplement_ms == 86_400_000
    assert record.supplement_open_at == wall(2026, 10, 2, 11)


@pytest.mark.parametrize("code", ["DANCU", "CSDLDC", "CSDLQGDC", "01", " DANCU "])
def test_the_population_database_is_recognised(reader: MessageReader, code: str) -> None:
    record = reader.read(message(DSKetNoiCSDL=[{"MaCSDL": "DKKD"}, {"MaCSDL": code}]))

    assert (record.databases, record.population_db) == (2, True)


def test_a_setting_names_other_codes_of_the_population_database(units: SimpleNamespace) -> None:
    with override_settings(PHUCVU_POPULATION_DB_CODES=["QLDC"]):
        reader = MessageReader(load_eras())

    assert reader.read(message(DSKetNoiCSDL=[{"MaCSDL": "QLDC"}])).population_db
    assert not reader.read(message(DSKetNoiCSDL=[{"MaCSDL": "DANCU"}])).population_db


@pytest.mark.parametrize(
    "code", ["000.00.01.H29-261001-00001", "00.01.H29-261001-00001", "H29.01-261001-00001"]
)
def test_both_notations_of_a_unit_code_name_the_same_unit(
    reader: MessageReader, units: SimpleNamespace, code: str
) -> None:
    assert reader.read(message(code)).unit_id == units.ward.pk


def test_the_unit_is_the_one_in_force_on_the_day_of_reception(
    reader: MessageReader, units: SimpleNamespace
) -> None:
    before = message("H29.09-250630-1", NgayTiepNhan="20250630235959", NgayNopHoSo="20250630080000")
    after = message("H29.09-250701-1", NgayTiepNhan="20250701000000")

    assert reader.read(before).unit_id == units.old.pk
    assert reader.read(after).unit_id == units.renewed.pk


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"MaHoSo": ""}, "MaHoSo", "is required"),
        ({"MaHoSo": None}, "MaHoSo", "is required"),
        ({"MaHoSo": "  "}, "MaHoSo", "is required"),
        ({"MaHoSo": "12345"}, "MaHoSo", "does not begin with a unit code"),
        ({"MaHoSo": "H99.01-261001-00001"}, "MaHoSo", "there is no unit with the code H99.01"),
        ({"MaHoSo": "H29.01-261001-" + "1" * 51}, "MaHoSo", "is too long"),
        ({"MaHoSo": "H29.01-261001-0\x001"}, "MaHoSo", "NUL"),
        ({"MaHoSo": "H29.01-261001-0\n1"}, "MaHoSo", "control character"),
        ({"MaHoSo": "H29.01-261001-\ud800"}, "MaHoSo", "not valid Unicode"),
        ({"MaHoSo": {"a": 1}}, "MaHoSo", "must be text"),
        ({"MaTTHC": ""}, "MaTTHC", "is required"),
        ({"MaTTHC": "1" * 41}, "MaTTHC", "is too long"),
        ({"MaTTHC": 1.01}, "MaTTHC", "must be text"),
        ({"MaTTHC": 10**30}, "MaTTHC", "is too large"),
        ({"MaLinhVuc": "x" * 41}, "MaLinhVuc", "is too long"),
        ({"TenTTHC": "a\x00b"}, "TenTTHC", "NUL"),
        ({"TrangThaiHoSo": ""}, "TrangThaiHoSo", "is required"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo", "unknown status: “11”"),
        ({"TrangThaiHoSo": True}, "TrangThaiHoSo", "must be text"),
        ({"KenhThucHien": "4"}, "KenhThucHien", "unknown channel: “4”"),
        ({"LoaiDoiTuong": "9"}, "LoaiDoiTuong", "unknown kind of applicant"),
        ({"DuocThanhToanTrucTuyen": "7"}, "DuocThanhToanTrucTuyen", "unknown kind of payment"),
        ({"HinhThuc": "2"}, "HinhThuc", "must be 0 or 1"),
        ({"TaiKhoanDuocXacThucVoiVNeID": []}, "TaiKhoanDuocXacThucVoiVNeID", "must be 0 or 1"),
        ({"NgayTiepNhan": ""}, "NgayTiepNhan", "is required once a dossier is received"),
        ({"NgayTiepNhan": "20260231080000"}, "NgayTiepNhan", "no such date and time"),
        ({"NgayTiepNhan": "20261001240000"}, "NgayTiepNhan", "no such date and time"),
        ({"NgayTiepNhan": "00010101000000"}, "NgayTiepNhan", "no such date and time"),
        ({"NgayTiepNhan": "01/10/2026"}, "NgayTiepNhan", "is not a date"),
        ({"NgayTiepNhan": "²0261001"}, "NgayTiepNhan", "is not a date"),
        ({"NgayTiepNhan": ["20261001"]}, "NgayTiepNhan", "is not a date"),
        ({"NgayTiepNhan": "20261121100001"}, "NgayTiepNhan", "lies in the future"),
        ({"NgayNopHoSo": "20261122"}, "NgayNopHoSo", "lies in the future"),
        ({"NgayTra": "20261122"}, "NgayTra", "lies in the future"),
        ({"NgayKetThucXuLy": "20260930"}, "NgayKetThucXuLy", "before the day of reception"),
        ({"NgayTra": "20260930"}, "NgayTra", "before the day of reception"),
        ({"NgayTuChoi": "20260930"}, "NgayTuChoi", "before the day of reception"),
        ({"TaiLieuNop": "một"}, "TaiLieuNop", "must be a list"),
        ({"TaiLieuNop": {"a": 1}}, "TaiLieuNop", "must be a list"),
        ({"TaiLieuNop": ["a"]}, "TaiLieuNop[0]", "must be an object"),
        ({"TaiLieuNop": [{}, {"DuocSoHoa": "x"}]}, "TaiLieuNop[1].DuocSoHoa", "unknown code"),
        ({"TaiLieuNop": [{"DuocTaiSuDung": []}]}, "TaiLieuNop[0].DuocTaiSuDung", "unknown code"),
        ({"TaiLieuNop": [{}] * (MAX_ROWS + 1)}, "TaiLieuNop", "at most 100000 are taken"),
        ({"DSKetNoiCSDL": "DANCU"}, "DSKetNoiCSDL", "must be a list"),
        ({"DanhSachGiayToKetQua": 3}, "DanhSachGiayToKetQua", "must be a list"),
        ({"DanhSachLePhi": [{"Gia": "-1"}]}, "DanhSachLePhi[0].Gia", "is negative"),
        ({"DanhSachLePhi": [{"Gia": -5}]}, "DanhSachLePhi[0].Gia", "is negative"),
        ({"DanhSachLePhi": [{"Gia": "5,5"}]}, "DanhSachLePhi[0].Gia", "not a whole number"),
        ({"DanhSachLePhi": [{"Gia": 0.5}]}, "DanhSachLePhi[0].Gia", "not a whole number"),
        ({"DanhSachLePhi": [{"Gia": "9" * 16}]}, "DanhSachLePhi[0].Gia", "is too large"),
        ({"DanhSachHoSoBoSung": [{}]}, "DanhSachHoSoBoSung[0].NgayBoSung", "is required"),
        (
            {"DanhSachHoSoBoSung": [{"NgayBoSung": "20261002", "NgayTiepNhanBoSung": "20261001"}]},
            "DanhSachHoSoBoSung[0].NgayTiepNhanBoSung",
            "before it was asked for",
        ),
    ],
)
def test_a_record_is_refused_with_field_and_reason(
    reader: MessageReader, fields: dict[str, Any], field: str, reason: str
) -> None:
    found_field, found_reason = refusal(reader, message() | fields)

    assert found_field == field
    assert reason in found_reason


@pytest.mark.parametrize("record", [None, "text", 5, [], True])
def test_what_is_no_object_is_refused(reader: MessageReader, record: object) -> None:
    assert refusal(reader, record) == ("", "must be an object")


def test_a_unit_that_was_not_in_force_is_told_from_an_unknown_one(
    reader: MessageReader, units: SimpleNamespace
) -> None:
    units.renewed.delete()
    reader = MessageReader(load_eras())

    assert refusal(reader, message("H29.09-261001-1")) == (
        "MaHoSo",
        "the unit H29.09 was not in force on 2026-10-01",
    )


def test_a_key_is_good_for_its_subtree_only(units: SimpleNamespace) -> None:
    reader = MessageReader(load_eras(), within=units.city.pk)

    assert reader.read(message()).unit_id == units.ward.pk
    assert reader.read(message("H29-261001-1")).unit_id == units.city.pk
    assert refusal(reader, message("H22.01-261001-1")) == (
        "MaHoSo",
        "the sender may not send for the unit H22.01",
    )


def test_every_problem_is_reported(reader: MessageReader) -> None:
    with pytest.raises(RefusedError) as caught:
        reader.read(message(MaTTHC="", KenhThucHien="8", NgayHenTra="x", TaiLieuNop="y"))

    assert {problem.field for problem in caught.value.problems} == {
        "MaTTHC",
        "KenhThucHien",
        "NgayHenTra",
        "TaiLieuNop",
    }


def test_reasons_name_one_field_once(reader: MessageReader) -> None:
    with pytest.raises(RefusedError) as caught:
        reader.read(message(NgayTiepNhan="20260231"))

    assert [problem.field for problem in caught.value.problems] == ["NgayTiepNhan"]


def test_an_end_a_little_before_the_reception_on_the_same_day_is_taken(
    reader: MessageReader,
) -> None:
    record = reader.read(message(NgayKetThucXuLy="20261001070000", TrangThaiHoSo="9"))

    assert record.finished_at == wall(2026, 10, 1, 7)


def test_a_day_ahead_is_taken_and_the_promise_may_lie_further(reader: MessageReader) -> None:
    # 10:00 on 20 November in Vietnam.
    record = reader.read(message(NgayTiepNhan="20261121100000", NgayHenTra="20270301"))

    assert record.promised_at == wall(2027, 3, 1)


@pytest.mark.parametrize("status", ["1", "3"])
def test_a_dossier_not_received_needs_no_date_of_reception(
    reader: MessageReader, status: str
) -> None:
    assert reader.read(message(NgayTiepNhan="", TrangThaiHoSo=status)).received_at is None


def test_amounts_may_be_numbers_or_have_an_empty_fraction(reader: MessageReader) -> None:
    fees = [{"Gia": "50000.00"}, {"Gia": 20000.0}, {"Gia": ""}, {}, {"Gia": "0"}]

    assert reader.read(message(DanhSachLePhi=fees)).fee_total == 70_000


def test_the_digest_follows_the_kept_columns_only(reader: MessageReader) -> None:
    first = digest(reader.read(message()))

    assert first == digest(reader.read(message(ChuHoSo="Người khác", KhongBiet="x")))
    assert first != digest(reader.read(message(HinhThuc="1")))
    assert len(first) == 32
