"""The short way through a record and the strict one agree on every record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phucvu.intake.message import MessageReader
from phucvu.intake.quick import Sent, SentRecords
from phucvu.intake.record import DossierRecord, Problem, RefusedError
from phucvu.units.tree import UnitEras, UnitNode, UnitState
from tests.intake.messages import PERSONAL, message

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ERAS = UnitEras(
    UnitState(
        UnitNode(number, code, code, "province", parent, "Asia/Ho_Chi_Minh", False), None, None
    )
    for number, code, parent in [(1, "H29", None), (2, "H29.01", 1), (3, "H30", None)]
)

ODD_VALUES: list[Any] = [
    None, "", " ", "0", "1", "2", "3", "4", "9", "10", "11", 0, 1, 4, 2.0, True, False, [], {},
    [1], [{}], {"a": 1}, "20261001", "20261001080000", "20261031235959", "20260231080000",
    "20990101000000", "19690101000000", 20261001080000, "H29.01-261001-00002", "H29.01-x-1",
    "H30-261001-00001", "H31-261001-00001", "000.00.01.H29-261001-00001", " 1.013395 ", "a\x00b",
    "a\tb", "Đăng ký", "Đăng ký", "x" * 65, "x" * 600, "1" * 30, "-5", "5.0", "5,000",
    [{"DuocSoHoa": "1", "DuocTaiSuDung": 2, "DuocLayTuKhoDMQG": " 1 "}],
    [{"DuocSoHoa": "x"}], [{"Gia": "20000"}, {"Gia": 5}], [{"Gia": "1,5"}], [{"Gia": "-0"}],
    [{"Gia": 2e4}, {"Gia": None}], [{"Gia": 10**15}], [{"Gia": "9" * 15}] * 1_001,
    [{"NgayBoSung": "20261001"}, {"NgayBoSung": "20261003", "NgayTiepNhanBoSung": ""}],
    [{"NgayBoSung": "20261003", "NgayTiepNhanBoSung": "20261001"}], [{"NgayBoSung": ""}],
    [{"MaCSDL": "DANCU"}], [{"MaCSDL": 1}], [{"MaGiayToKetQua": "KQ", "DuongDanTepTinKetQua": " "}],
    [{"NgayBoSung": "20261001090000", "NgayTiepNhanBoSung": "20261002090000"}],
]  # fmt: skip
FIELDS = [*message(), "DSKetNoiCSDL", "TaiLieuNop", "DanhSachLePhi", "DanhSachHoSoBoSung",
          "DanhSachGiayToKetQua"]  # fmt: skip


def outcome(read: Any, record: object) -> DossierRecord | list[Problem]:
    try:
        return read(record)
    except RefusedError as error:
        return error.problems


def as_sent(records: list[dict[str, Any]]) -> Sequence[object]:
    """The records as a request brings them: the short way where their types allow it."""
    body = msgspec.json.encode(records)
    try:
        return SentRecords(msgspec.json.decode(body, type=list[Sent]), lambda: records)
    except msgspec.ValidationError:
        return records


@settings(max_examples=1_500, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ODD_VALUES), max_size=4))
def test_every_way_gives_the_same(changes: dict[str, Any]) -> None:
    record = message(DanhSachHoSoBoSung=[]) | changes
    strict = outcome(MessageReader(ERAS, within=1, now=NOW).read_strictly, record)
    assert outcome(MessageReader(ERAS, within=1, now=NOW).read, record) == strict
    assert MessageReader(ERAS, within=1, now=NOW).read_all(as_sent([record])) == [strict]


@pytest.mark.parametrize(
    "supplements",
    [
        [],
        [{"NgayBoSung": "20261001090000", "NgayTiepNhanBoSung": "20261002090000"}],
        [{"NgayBoSung": "20261001090000"}, {"NgayBoSung": "20261002", "NgayTiepNhanBoSung": ""}],
    ],
)
def test_a_usual_record_takes_the_short_way(supplements: list[dict[str, str]]) -> None:
    reader = MessageReader(ERAS, within=1, now=NOW)
    usual = message(DanhSachHoSoBoSung=supplements)
    short = reader.read_quickly(msgspec.convert(usual, Sent))
    assert short == reader.read_strictly(usual)


def test_an_unusual_one_does_not() -> None:
    reader = MessageReader(ERAS, within=1, now=NOW)
    with pytest.raises(KeyError):
        reader.read_quickly(msgspec.convert(message(TrangThaiHoSo=" 4"), Sent))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(message(TrangThaiHoSo=4), Sent)


def test_personal_data_is_not_even_decoded() -> None:
    sent = msgspec.json.decode(msgspec.json.encode([message()]), type=list[Sent])

    assert not any(text in repr(sent) for text in PERSONAL.values())
    assert "example.vn" not in repr(sent)


def test_records_are_read_whole_only_where_one_is_asked_for() -> None:
    asked = []
    bad = message("H29.01-261001-00002", MaTTHC="")

    def whole() -> list[dict[str, Any]]:
        asked.append(1)
        return [message(), bad, bad]

    def sent(*records: dict[str, Any]) -> SentRecords:
        return SentRecords([msgspec.convert(record, Sent) for record in records], whole)

    MessageReader(ERAS, within=1, now=NOW).read_all(sent(message(), message()))
    assert not asked
    read = MessageReader(ERAS, within=1, now=NOW).read_all(sent(message(), bad, bad))
    assert [type(item) for item in read] == [DossierRecord, list, list]
    assert asked == [1]
