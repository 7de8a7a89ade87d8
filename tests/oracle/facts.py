"""The facts of a made-up province, as they are sent, each with the office it falls to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.oracle.offices import Office

__all__ = ["Announcement", "Copy", "Dossier", "Facts", "Petition", "Procedure"]

Json = dict[str, Any]


@dataclass
class Procedure:
    """A procedure of the catalogue, and the online level at each office that applies it."""

    code: str
    fee: int
    term: int | None
    term_unit: str
    for_people: bool
    published: bool
    complete: bool
    """all seven parts are published"""
    applied: dict[Office, int] = field(default_factory=dict)


@dataclass
class Dossier:
    """A dossier: what is known of it, in plain values."""

    code: str
    office: Office
    procedure: str
    status: int
    received: datetime
    online: bool
    promised: datetime | None = None
    finished: datetime | None = None
    handed_over: datetime | None = None
    refused: datetime | None = None
    supplements: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    components: list[tuple[bool, bool, bool]] = field(default_factory=list)
    """of each: digitised, re-used, from the citizen's store"""
    has_digitised: bool = False
    results: list[tuple[bool, bool]] = field(default_factory=list)
    """of each: with a file, with a code of the store"""
    vneid: bool = False
    fees: list[int] = field(default_factory=list)
    paid_online: str = "0"
    looked_up: bool = False
    disputed: bool = False
    payments: list[tuple[int, bool, str]] = field(default_factory=list)
    """of each payment that was not cancelled: amount, exempt, how it was paid or empty"""

    def message(self) -> Json:
        """Write it as a province sends it (`DongBoHoSoMC`)."""
        return {
            "MaHoSo": self.code,
            "MaTTHC": self.procedure,
            "TenTTHC": f"Thủ tục {self.procedure}",
            "KenhThucHien": "2" if self.online else "1",
            "TrangThaiHoSo": str(self.status),
            "NgayTiepNhan": _stamp(self.received),
            "NgayHenTra": _stamp(self.promised),
            "NgayKetThucXuLy": _stamp(self.finished),
            "NgayTra": _stamp(self.handed_over),
            "NgayTuChoi": _stamp(self.refused),
            "HoSoCoThanhPhanSoHoa": _flag(self.has_digitised),
            "TaiKhoanDuocXacThucVoiVNeID": _flag(self.vneid),
            "DuocThanhToanTrucTuyen": self.paid_online,
            "TaiLieuNop": [
                {
                    "MaThanhPhanHoSo": f"TP{number}",
                    "DuocSoHoa": _flag(digitised),
                    "DuocTaiSuDung": _flag(reused),
                    "DuocLayTuKhoDMQG": _flag(stored),
                }
                for number, (digitised, reused, stored) in enumerate(self.components)
            ],
            "DanhSachLePhi": [{"Gia": str(fee)} for fee in self.fees],
            "DanhSachHoSoBoSung": [
                {"NgayBoSung": _stamp(asked), "NgayTiepNhanBoSung": _stamp(answered)}
                for asked, answered in self.supplements
            ],
            "DanhSachGiayToKetQua": [
                {
                    "TenGiayTo": "Kết quả",
                    "DuongDanTepTinKetQua": "/kq.pdf" if with_file else "",
                    "MaGiayToKetQua": "KQ.G02.000354" if coded else "",
                }
                for with_file, coded in self.results
            ],
        }


@dataclass
class Petition:
    """A petition addressed to an office."""

    code: str
    office: Office
    received: datetime
    about: str = ""
    refused: bool = False
    processed: datetime | None = None
    likes: int = 0
    dislikes: int = 0
    again: bool = False
    follows: str = ""


@dataclass
class Copy:
    """A certified electronic copy."""

    office: Office
    certified: datetime


@dataclass
class Announcement:
    """A procedure in an announcement decision of the province."""

    procedure: str
    issued: date
    effective: date
    published: date | None


@dataclass
class Facts:
    """Everything that was sent."""

    procedures: dict[str, Procedure] = field(default_factory=dict)
    dossiers: list[Dossier] = field(default_factory=list)
    petitions: list[Petition] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    opinions: int = 0
    """how many petitions or ratings came in at all: without any, 5.3 is not known"""


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y%m%d%H%M%S")


def _flag(value: bool) -> str:
    return "1" if value else "0"
