"""Made-up dossiers in the synchronisation message, the same in every run.

Received in the year's first ten months, on whose last day the register is looked at: what would
end later is open still, and of the rest one in a hundred got stuck.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

__all__ = ["batches", "changed", "message", "unit_code"]

_START = datetime(2026, 1, 5, 8)  # noqa: DTZ001 - wall time
_END = datetime(2026, 11, 1)  # noqa: DTZ001 - wall time
_PROCEDURES = 300


def unit_code(number: int) -> str:
    """The code of the n-th unit."""
    return f"B.{number:03d}"


def message(number: int, units: int, chance: random.Random) -> dict[str, Any]:
    """The n-th dossier."""
    received = _START + timedelta(minutes=chance.randrange(300 * 24 * 60))
    promised = received + timedelta(days=chance.choice((3, 5, 10, 15)))
    finished = received + timedelta(hours=chance.randrange(1, 400))
    is_finished = chance.random() < 0.99 and finished < _END
    paid = chance.random() < 0.4
    return {
        "MaHoSo": f"{unit_code(number % units)}-{received:%y%m%d}-{number:07d}",
        "MaTTHC": f"1.{chance.randrange(_PROCEDURES):06d}",
        "TenTTHC": "Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất",
        "MaLinhVuc": "G22",
        "TenLinhVuc": "Đất đai",
        "KenhThucHien": "2" if chance.random() < 0.9 else "1",
        "LoaiDoiTuong": "1",
        "ChuHoSo": "Nguyễn Văn A",
        "SoDienThoai": "0900000000",
        "NgayNopHoSo": f"{received:%Y%m%d%H%M%S}",
        "NgayTiepNhan": f"{received:%Y%m%d%H%M%S}",
        "NgayHenTra": f"{promised:%Y%m%d%H%M%S}",
        "NgayKetThucXuLy": f"{finished:%Y%m%d%H%M%S}" if is_finished else "",
        "TrangThaiHoSo": "9" if is_finished else "4",
        "HinhThuc": "0",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "1" if paid else "0",
        "TaiLieuNop": [
            {"TenTepDinhKem": "don.pdf", "DuocSoHoa": "1", "DuocTaiSuDung": "0",
             "DuocLayTuKhoDMQG": "0"}
        ] * chance.randrange(1, 4),
        "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí", "Gia": "20000"}] if paid else [],
        "DanhSachGiayToKetQua": [{"TenGiayTo": "Kết quả", "DuongDanTepTinKetQua": "/kq.pdf"}]
        if is_finished
        else [],
    }  # fmt: skip


def changed(sent: dict[str, Any]) -> dict[str, Any]:
    """The dossier a day later: its result handed over, or its handling ended."""
    end = sent["NgayKetThucXuLy"]
    if not end:
        return {**sent, "TrangThaiHoSo": "9", "NgayKetThucXuLy": f"{_END:%Y%m%d%H%M%S}"}
    handed_over = datetime.strptime(end, "%Y%m%d%H%M%S") + timedelta(days=1)  # noqa: DTZ007
    return {**sent, "TrangThaiHoSo": "10", "NgayTra": f"{handed_over:%Y%m%d%H%M%S}"}


def batches(count: int, units: int, size: int = 1_000) -> Iterator[list[dict[str, Any]]]:
    """`count` dossiers in batches of `size`."""
    chance = random.Random(766)
    for start in range(0, count, size):
        yield [message(number, units, chance) for number in range(start, min(start + size, count))]
