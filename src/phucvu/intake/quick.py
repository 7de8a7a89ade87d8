"""Short way through a usual record.

Nearly every record is usual. It is decoded straight into a `Sent`, which has only the fields that
are read: personal data is skipped over, not even decoded. A value of another type fails there; a
merely unusual one raises `OddError` in `message.MessageReader.read_quickly`. Either way the strict
reader then reads the record, and its result counts. A record read the short way would be read alike
by the strict reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, Literal, TypeVar, overload
from unicodedata import normalize

import msgspec

from phucvu.intake.shapes import is_placeholder
from phucvu.intake.values import MAX_ROWS, wall_of
from phucvu.units.codes import is_legible

__all__ = ["ODD", "Moments", "OddError", "Sent", "SentRecords", "is_code", "names_of"]

_Text = str | None
_Plain = str | int | None
_Row = TypeVar("_Row")
_Rows = Annotated[list[_Row], msgspec.Meta(max_length=MAX_ROWS)] | Literal[""] | None


class OddError(Exception):
    """Error of a record that is not for the short way."""


# What an odd value raises: an unknown code is a KeyError, a text of no digits a ValueError.
ODD = (OddError, KeyError, ValueError)


class SentComponent(
    msgspec.Struct,
    gc=False,
    rename={
        "digitised": "DuocSoHoa",
        "reused": "DuocTaiSuDung",
        "from_store": "DuocLayTuKhoDMQG",
    },
):
    """A row of `TaiLieuNop`."""

    digitised: _Plain = None
    reused: _Plain = None
    from_store: _Plain = None


class SentFee(msgspec.Struct, gc=False, rename={"amount": "Gia"}):
    """A row of `DanhSachLePhi`."""

    amount: _Plain = None


class SentResult(
    msgspec.Struct, gc=False, rename={"file": "DuongDanTepTinKetQua", "code": "MaGiayToKetQua"}
):
    """A row of `DanhSachGiayToKetQua`."""

    file: _Plain = None
    code: _Plain = None


class SentSupplement(
    msgspec.Struct, gc=False, rename={"asked_at": "NgayBoSung", "answered_at": "NgayTiepNhanBoSung"}
):
    """A row of `DanhSachHoSoBoSung`."""

    asked_at: _Text = None
    answered_at: _Text = None


class SentDatabase(msgspec.Struct, gc=False, rename={"code": "MaCSDL"}):
    """A row of `DSKetNoiCSDL`."""

    code: _Plain = None


class Sent(
    msgspec.Struct,
    gc=False,
    rename={
        "code": "MaHoSo",
        "procedure_code": "MaTTHC",
        "procedure_name": "TenTTHC",
        "field_code": "MaLinhVuc",
        "field_name": "TenLinhVuc",
        "channel": "KenhThucHien",
        "subject": "LoaiDoiTuong",
        "submitted_through": "NoiNopHoSo",
        "status": "TrangThaiHoSo",
        "submitted_at": "NgayNopHoSo",
        "received_at": "NgayTiepNhan",
        "promised_at": "NgayHenTra",
        "finished_at": "NgayKetThucXuLy",
        "handed_over_at": "NgayTra",
        "refused_at": "NgayTuChoi",
        "return_by_post": "HinhThuc",
        "vneid": "TaiKhoanDuocXacThucVoiVNeID",
        "payment": "DuocThanhToanTrucTuyen",
        "has_digitised": "HoSoCoThanhPhanSoHoa",
        "supplements": "DanhSachHoSoBoSung",
        "databases": "DSKetNoiCSDL",
        "components": "TaiLieuNop",
        "fees": "DanhSachLePhi",
        "results": "DanhSachGiayToKetQua",
    },
):
    """Fields of a record that are read, of the types senders give them."""

    code: _Text = None
    procedure_code: _Text = None
    procedure_name: _Text = None
    field_code: _Text = None
    field_name: _Text = None
    channel: _Text = None
    subject: _Text = None
    submitted_through: _Text = None
    status: _Text = None
    submitted_at: _Text = None
    received_at: _Text = None
    promised_at: _Text = None
    finished_at: _Text = None
    handed_over_at: _Text = None
    refused_at: _Text = None
    return_by_post: _Plain = None
    vneid: _Plain = None
    payment: _Text = None
    has_digitised: _Plain = None
    supplements: _Rows[SentSupplement] = None
    databases: _Rows[SentDatabase] = None
    components: _Rows[SentComponent] = None
    fees: _Rows[SentFee] = None
    results: _Rows[SentResult] = None


class SentRecords(Sequence[object]):
    """Records of a request: `usual` for the short way, and each as it was sent.

    `whole` reads all of them as they were sent. That is done once, where one of them is asked for.
    """

    def __init__(self, usual: Sequence[Sent], whole: Callable[[], Sequence[object]]) -> None:
        self.usual = usual
        self._whole = whole
        self._records: Sequence[object] | None = None

    def __len__(self) -> int:
        return len(self.usual)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[object]: ...
    def __getitem__(self, index: int | slice) -> object:
        if self._records is None:
            self._records = self._whole()
        return self._records[index]


class Moments(dict[str | None, int | None]):
    """Wall times of texts of digits, None for a missing one; each is read once."""

    def __init__(self) -> None:
        super().__init__({None: None, "": None})

    def __missing__(self, digits: str | None) -> int:
        wall = wall_of(digits or "")
        if wall is None:
            raise OddError
        self[digits] = wall
        return wall


def is_code(text: str | None, longest: int) -> bool:
    """Tell whether a text is a code of printable ASCII without space around it."""
    return (
        text is not None
        and len(text) <= longest
        and text.isascii()
        and is_legible(text)
        and text == text.strip()
    )


@lru_cache(maxsize=16_384)  # the same procedures come again and again
def names_of(
    procedure_code: str | None,
    procedure_name: str | None,
    field_code: str | None,
    field_name: str | None,
) -> tuple[str, str, str, str]:
    """Return the four as they are stored. Raises `OddError` where one would be changed or
    refused.
    """
    if not procedure_code or not is_code(procedure_code, 40) or not is_code(field_code or "", 40):
        raise OddError
    return procedure_code, _name(procedure_name, 500), field_code or "", _name(field_name, 300)


def _name(text: str | None, longest: int) -> str:
    if text is None:
        return ""
    name = normalize("NFC", text).strip()
    if len(name) > longest or not name.isprintable() or is_placeholder(name):
        raise OddError
    return name
