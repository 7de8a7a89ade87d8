"""Parts of a refused record that are stored for repair.

Only fields named here are stored, and of those only short plain values. Other fields a sender adds,
today or in a later version of the message, are left out: names, identity numbers, addresses,
telephone numbers, file names and free text never reach the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phucvu.intake.shapes import SHAPES, safe

__all__ = ["keep", "keep_plain"]

_FIELDS = {
    "MaHoSo": "code", "MaTTHC": "code", "MaLinhVuc": "code", "KenhThucHien": "choice",
    "LoaiDoiTuong": "choice", "NoiNopHoSo": "choice", "TrangThaiHoSo": "choice",
    "NgayNopHoSo": "moment", "NgayTiepNhan": "moment", "NgayHenTra": "moment",
    "NgayKetThucXuLy": "moment", "NgayTra": "moment", "NgayTuChoi": "moment",
    "HinhThuc": "choice", "HoSoCoThanhPhanSoHoa": "choice",
    "TaiKhoanDuocXacThucVoiVNeID": "choice", "DuocThanhToanTrucTuyen": "choice",
}  # fmt: skip
_LISTS = {
    "DSKetNoiCSDL": {"MaCSDL": "code"},
    "TaiLieuNop": {"DuocSoHoa": "choice", "DuocTaiSuDung": "choice", "DuocLayTuKhoDMQG": "choice"},
    "DanhSachLePhi": {"MaPhiLePhi": "code", "Gia": "money"},
    "DanhSachHoSoBoSung": {
        "NgayBoSung": "moment", "NgayTiepNhanBoSung": "moment", "TrangThaiBoSung": "choice",
    },
    "DanhSachGiayToKetQua": {"MaGiayToKetQua": "code"},
}  # fmt: skip
_MOST_ROWS = 20

Fits = Callable[[str], bool]


def keep(record: object) -> dict[str, Any]:
    """Return the allowed fields of a record, in a form every store takes as JSON."""
    if not isinstance(record, dict):
        return {}
    kept = {
        name: _plain(record[name], SHAPES[shape])
        for name, shape in _FIELDS.items()
        if name in record
    }
    for name, columns in _LISTS.items():
        rows = record.get(name)
        if isinstance(rows, list):
            kept[name] = [
                {
                    column: _plain(row[column], SHAPES[shape])
                    for column, shape in columns.items()
                    if column in row
                }
                if isinstance(row, dict)
                else safe([], _nothing)
                for row in rows[:_MOST_ROWS]
            ]
        elif rows is not None:
            kept[name] = safe(rows, _nothing)
    return kept


def keep_plain(record: object, shapes: Mapping[str, Fits]) -> dict[str, Any]:
    """Return these fields of a record, each where it has its shape, else its look."""
    if not isinstance(record, dict):
        return {}
    return {name: _plain(record[name], fits) for name, fits in shapes.items() if name in record}


def _nothing(_text: str) -> bool:
    return False


def _plain(value: Any, fits: Fits) -> Any:
    found = safe(value, fits)
    if isinstance(found, str):
        return found.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")
    if isinstance(found, float) and found in (float("inf"), float("-inf")):
        return "(number)"
    return found if found is None or isinstance(found, bool | int | float) else _written(found)


def _written(moment: Any) -> str:
    """Write a moment as the store has it."""
    return str(moment.isoformat()) if hasattr(moment, "isoformat") else str(moment)
