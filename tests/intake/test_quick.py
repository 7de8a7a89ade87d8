"""The short way through a record and the strict one agree on every record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phucvu.intake.message import MessageReader
from phucvu.intake.quick import OddError
from phucvu.intake.record import DossierRecord, Problem, RefusedError
from phucvu.units.tree import UnitEras, UnitNode
from tests.intake.messages import message

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ERAS = UnitEras(
    (UnitNode(number, code, code, "province", parent, "Asia/Ho_Chi_Minh", False), None, None)
    for number, code, parent in [(1, "H29", None), (2, "H29.01", 1), (3, "H30", None)]
)

ODD: list[Any] = [
    None, "", " ", "0", "1", "2", "3", "4", "9", "10", "11", 0, 1, 4, 2.0, True, False, [], {},
    [1], [{}], {"a": 1}, "20261001", "20261001080000", "20261031235959", "20260231080000",
    "20990101000000", "19690101000000", 20261001080000, "H29.01-261001-00002", "H29.01-x-1",
    "H30-261001-00001", "H31-261001-00001", "000.00.01.H29-261001-00001", " 1.013395 ", "a\x00b",
    "a\tb", "Đăng ký", "Đăng ký", "x" * 65, "x" * 600, "1" * 30, "-5", "5.0", "5,000",
    [{"DuocSoHoa": "1", "DuocTaiSuDung": 2, "DuocLayTuKhoDMQG": " 1 "}],
    [{"DuocSoHoa": "x"}], [{"Gia": "20000"}, {"Gia": 5}], [{"Gia": "1,5"}], [{"Gia": "-0"}],
    [{"MaCSDL": "DANCU"}], [{"MaCSDL": 1}], [{"MaGiayToKetQua": "KQ", "DuongDanTepTinKetQua": " "}],
    [{"NgayBoSung": "20261001090000", "NgayTiepNhanBoSung": "20261002090000"}],
]  # fmt: skip
FIELDS = [*message(), "DSKetNoiCSDL", "TaiLieuNop", "DanhSachLePhi", "DanhSachHoSoBoSung",
          "DanhSachGiayToKetQua"]  # fmt: skip


def outcome(read: Any, record: dict[str, Any]) -> DossierRecord | list[Problem]:
    try:
        return read(record)
    except RefusedError as error:
        return error.problems


@settings(max_examples=1_500, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ODD), max_size=4))
def test_both_ways_give_the_same(changes: dict[str, Any]) -> None:
    record = message(DanhSachHoSoBoSung=[]) | changes
    both = MessageReader(ERAS, within=1, now=NOW)
    strict = MessageReader(ERAS, within=1, now=NOW)
    assert outcome(both.read, record) == outcome(strict.read_strictly, record)


def test_a_usual_record_takes_the_short_way() -> None:
    reader = MessageReader(ERAS, within=1, now=NOW)
    usual = message(DanhSachHoSoBoSung=[])
    assert reader.read_quickly(usual) == reader.read_strictly(usual)


def test_an_unusual_one_does_not() -> None:
    reader = MessageReader(ERAS, within=1, now=NOW)
    with pytest.raises(OddError):
        reader.read_quickly(message(TrangThaiHoSo=4))
