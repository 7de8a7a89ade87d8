"""What is kept of a refused record, for repair.

Only fields named here are kept, and of those only short plain values. Whatever else a sender
adds, today or in a later version of the message, is left out: names, identity numbers,
addresses, telephone numbers, file names and free text never reach the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

__all__ = ["keep", "keep_plain"]

_FIELDS = (
    "MaHoSo", "MaTTHC", "MaLinhVuc", "KenhThucHien", "LoaiDoiTuong", "NoiNopHoSo",
    "TrangThaiHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra",
    "NgayTuChoi", "HinhThuc", "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
)  # fmt: skip
_LISTS = {
    "DSKetNoiCSDL": ("MaCSDL",),
    "TaiLieuNop": ("DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG"),
    "DanhSachLePhi": ("MaPhiLePhi", "Gia"),
    "DanhSachHoSoBoSung": ("NgayBoSung", "NgayTiepNhanBoSung", "TrangThaiBoSung"),
    "DanhSachGiayToKetQua": ("MaGiayToKetQua",),
}
_LONGEST = 64
_MOST_ROWS = 20


def keep(record: object) -> dict[str, Any]:
    """The allowed fields of a record, in a form every store takes as JSON."""
    if not isinstance(record, dict):
        return {}
    kept = {name: _plain(record[name]) for name in _FIELDS if name in record}
    for name, columns in _LISTS.items():
        rows = record.get(name)
        if isinstance(rows, list):
            kept[name] = [
                {column: _plain(row[column]) for column in columns if column in row}
                if isinstance(row, dict)
                else _kind(row)
                for row in rows[:_MOST_ROWS]
            ]
        elif rows is not None:
            kept[name] = _kind(rows)
    return kept


def keep_plain(record: object, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a record, short plain values only."""
    if not isinstance(record, dict):
        return {}
    return {name: _plain(record[name]) for name in names if name in record}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 1e15 else "(number)"
    if isinstance(value, str):
        return _storable(value)
    return value.isoformat() if isinstance(value, datetime) else _kind(value)


def _storable(text: str) -> str:
    """Short, and without what a store cannot hold: NUL, half a character."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return cut.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def _kind(value: object) -> str:
    """Says what stood there, without quoting it."""
    for kind, word in ((dict, "(object)"), (list, "(list)"), (str, "(text)")):
        if isinstance(value, kind):
            return word
    return "(value)"
