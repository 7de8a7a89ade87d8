"""Under which names foreign tables have the fields of the message, and their values.

All are written as `plain` makes them: small Latin letters and digits, without diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from phucvu.intake.excel.columns import load_form

__all__ = ["HEADERS", "UNIT_HEADERS", "VALUES", "Words", "plain", "words_of"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")


class Words(NamedTuple):
    """Of one kind of fact: by field its columns' names; by field and code its values' names."""

    headers: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Sequence[str]]]


HEADERS: dict[str, tuple[str, ...]] = {
    "MaHoSo": (
        "ma ho so", "mahs", "so ho so", "ma so ho so", "so bien nhan", "ma bien nhan", "dossier id",
        "dossier code", "dossier number", "case id", "case", "case concept name", "case number",
        "application id", "application number", "ma hs", "file number", "reference",
    ),
    "MaTTHC": (
        "ma tthc", "ma thu tuc", "ma thu tuc hanh chinh", "ma tt", "procedure code",
        "procedure id", "procedure", "service code",
    ),
    "TenTTHC": (
        "ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "thu tuc", "thu tuc hanh chinh",
        "procedure name", "service name",
    ),
    "MaLinhVuc": ("ma linh vuc", "malv", "field code", "sector code"),
    "TenLinhVuc": ("ten linh vuc", "linh vuc", "field name", "field", "sector"),
    "KenhThucHien": (
        "kenh thuc hien", "kenh tiep nhan", "kenh nop", "hinh thuc nop", "hinh thuc tiep nhan",
        "channel", "case channel", "submission channel",
    ),
    "LoaiDoiTuong": (
        "loai doi tuong", "doi tuong", "loai chu ho so", "applicant type", "subject",
        "kind of applicant",
    ),
    "TrangThaiHoSo": (
        "trang thai ho so", "trang thai", "tinh trang", "tinh trang ho so", "status",
        "dossier status", "state", "case status",
    ),
    "NgayNopHoSo": (
        "ngay nop ho so", "ngay nop", "thoi gian nop", "ngay gio nop", "submitted", "submitted at",
        "submission date", "date submitted",
    ),
    "NgayTiepNhan": (
        "ngay tiep nhan", "ngay nhan", "thoi gian tiep nhan", "ngay gio tiep nhan",
        "ngay tiep nhan ho so", "ngay nhan ho so", "received", "received at", "date received",
        "reception date", "startdate", "start date", "case startdate", "case start date",
    ),
    "NgayHenTra": (
        "ngay hen tra", "ngay hen tra ket qua", "han tra", "han xu ly", "han giai quyet",
        "thoi han giai quyet", "ngay hen", "promised", "promised at", "deadline", "due date",
        "case deadline", "due",
    ),
    "NgayKetThucXuLy": (
        "ngay ket thuc xu ly", "ngay ket thuc", "ngay hoan thanh", "ngay giai quyet xong",
        "ngay xu ly xong", "ngay co ket qua", "finished", "finished at", "completed",
        "completed at", "enddate", "end date", "case enddate", "case end date", "date completed",
    ),
    "NgayTra": (
        "ngay tra", "ngay tra ket qua", "ngay tra kq", "thoi gian tra ket qua", "handed over",
        "handed over at", "returned at", "delivery date",
    ),
    "NgayTuChoi": ("ngay tu choi", "ngay rut", "ngay dung xu ly", "refused at", "rejected at"),
    "HinhThuc": ("hinh thuc", "tra qua buu chinh", "hinh thuc tra", "hinh thuc tra ket qua"),
    "NoiNopHoSo": ("noi nop ho so", "noi nop", "cong nop", "portal"),
    "HoSoCoThanhPhanSoHoa": (
        "ho so co thanh phan so hoa", "co thanh phan so hoa", "so hoa", "digitised",
    ),
    "TaiKhoanDuocXacThucVoiVNeID": (
        "tai khoan duoc xac thuc voi vneid", "xac thuc vneid", "vneid", "dinh danh dien tu",
    ),
    "DuocThanhToanTrucTuyen": (
        "duoc thanh toan truc tuyen", "thanh toan truc tuyen", "thanh toan", "payment",
        "online payment",
    ),
}  # fmt: skip
UNIT_HEADERS = (
    "ma don vi", "ma co quan", "madonvi", "don vi xu ly", "don vi", "co quan thuc hien",
    "unit code", "unit", "office", "department code",
)  # fmt: skip

_NO_YES = {
    "0": ("0", "khong", "no", "false", "chua", "n"),
    "1": ("1", "co", "yes", "true", "x", "y", "da"),
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "KenhThucHien": {
        "1": ("1", "truc tiep", "tai quay", "mot cua", "quay", "desk", "counter", "in person"),
        "2": ("2", "truc tuyen", "qua mang", "online", "internet", "web", "cong dvc", "dvc"),
        "3": ("3", "buu chinh", "buu chinh cong ich", "buu dien", "post", "mail", "bcci"),
    },
    "LoaiDoiTuong": {
        "1": ("1", "ca nhan", "nguoi dan", "cong dan", "person", "citizen", "individual"),
        "2": ("2", "doanh nghiep", "business", "company", "enterprise"),
        "3": ("3", "co quan nha nuoc", "co quan", "state", "state body"),
        "4": ("4", "to chuc", "to chuc khac", "khac", "other", "organisation"),
    },
    "TrangThaiHoSo": {
        "1": ("1", "moi dang ky", "moi nop", "cho tiep nhan", "new", "registered"),
        "2": ("2", "duoc tiep nhan", "da tiep nhan", "tiep nhan", "received"),
        "3": ("3", "khong duoc tiep nhan", "tu choi tiep nhan", "khong tiep nhan", "not accepted"),
        "4": ("4", "dang xu ly", "dang giai quyet", "dang thuc hien", "in process", "processing",
              "open"),
        "5": ("5", "yeu cau bo sung", "cho bo sung", "bo sung", "yeu cau bo sung giay to",
              "supplement requested"),
        "6": ("6", "yeu cau thuc hien nghia vu tai chinh", "cho thue", "cho thanh toan",
              "fee requested"),
        "7": ("7", "cong dan yeu cau rut ho so", "rut ho so", "da rut", "withdrawn"),
        "8": ("8", "dung xu ly", "tam dung", "da huy", "tu choi", "stopped", "cancelled"),
        "9": ("9", "da xu ly xong", "da giai quyet", "da hoan thanh", "hoan thanh", "da xu ly",
              "da co ket qua", "finished", "completed", "done", "closed"),
        "10": ("10", "da tra ket qua", "da tra", "tra ket qua", "handed over", "delivered"),
    },
    "NoiNopHoSo": {
        "1": ("1", "cong quoc gia", "cong dvc quoc gia", "dvcqg", "national portal"),
        "2": ("2", "cong cua tinh", "cong dvc tinh", "cong tinh", "provincial portal"),
    },
    "DuocThanhToanTrucTuyen": {
        "0": ("0", "khong", "no", "chua thanh toan", "truc tiep"),
        "1": ("1", "cong quoc gia", "cong dvc quoc gia", "payment platform"),
        "2": ("2", "co", "yes", "da thanh toan", "truc tuyen", "online"),
    },
    "HinhThuc": {"0": (*_NO_YES["0"], "truc tiep", "tai quay"), "1": (*_NO_YES["1"], "buu chinh")},
    "HoSoCoThanhPhanSoHoa": _NO_YES,
    "TaiKhoanDuocXacThucVoiVNeID": _NO_YES,
}  # fmt: skip


def plain(text: str) -> str:
    """Words in small Latin letters without diacritics: `NgàyTiếpNhận`, `ngay_tiep_nhan` alike."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", _CAMEL.sub(" ", bare).lower()).strip()


@cache
def words_of(plural: str) -> Words:
    """Those of a kind of fact; of all but dossiers, the words of its template."""
    if plural == "dossiers":
        return Words(HEADERS, VALUES)
    form = load_form(plural)
    columns = [column for column in form.columns if column.name != form.unit]
    return Words(
        {c.name: [plain(name) for name in (c.heading, *c.headings)] for c in columns},
        {
            c.name: _NO_YES
            if c.is_flag
            else {code: (plain(code), plain(label)) for code, label in c.choices.items()}
            for c in columns
            if c.choices
        },
    )
