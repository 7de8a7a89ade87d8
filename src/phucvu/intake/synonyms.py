"""Synonyms in foreign tables for the fields of the message, and for their values.

All are written as `plain` makes them: small Latin letters and digits, without diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from phucvu.intake.excel.columns import load_form

__all__ = ["HEADERS", "UNIT_HEADERS", "VALUES", "Words", "header_names", "plain", "words_of"]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")
_NUMBER = re.compile(r"^\d+ (?=\D)")
# What offices abbreviate in their headings, whole words.
_ABBREVIATED = {
    "hs": "ho so", "kq": "ket qua", "tthc": "thu tuc hanh chinh", "dv": "don vi", "lv": "linh vuc",
    "cq": "co quan", "tg": "thoi gian", "gq": "giai quyet", "xl": "xu ly",
}  # fmt: skip
# “Ngày giờ nhận”, “Thời điểm nhận” are “Ngày nhận”.
_MOMENT = re.compile(r"^(ngay gio|ngay thang|thoi gian|thoi diem|gio) (?=\w)")


class Words(NamedTuple):
    """Words for one kind of fact: by field its columns' names; by field and code its values'
    names.
    """

    headers: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Sequence[str]]]


HEADERS: dict[str, tuple[str, ...]] = {
    "MaHoSo": (
        "ma ho so", "mahs", "so ho so", "ma so ho so", "so bien nhan", "ma bien nhan", "dossier id",
        "dossier code", "dossier number", "case id", "case", "case concept name", "case number",
        "application id", "application number", "ma hs", "file number", "reference",
        "so bien lai", "so phieu", "so hs", "mhs", "shs", "case no", "trace id",
    ),
    "MaTTHC": (
        "ma tthc", "ma thu tuc", "ma thu tuc hanh chinh", "ma tt", "procedure code",
        "procedure id", "procedure", "service code",
        "thu tuc", "thu tuc hanh chinh", "tthc",
    ),
    "TenTTHC": (
        "ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "thu tuc", "thu tuc hanh chinh",
        "procedure name", "service name",
        "ten tt", "loai thu tuc", "noi dung thu tuc",
    ),
    "MaLinhVuc": ("ma linh vuc", "malv", "field code", "sector code"),
    "TenLinhVuc": ("ten linh vuc", "linh vuc", "field name", "field", "sector"),
    "KenhThucHien": (
        "kenh thuc hien", "kenh tiep nhan", "kenh nop", "hinh thuc nop", "hinh thuc tiep nhan",
        "channel", "case channel", "submission channel",
        "kenh", "hinh thuc nop ho so", "cach thuc nop", "phuong thuc nop", "hinh thuc nhan",
    ),
    "LoaiDoiTuong": (
        "loai doi tuong", "doi tuong", "loai chu ho so", "applicant type", "subject",
        "kind of applicant",
        "doi tuong nop", "loai nguoi nop",
    ),
    "TrangThaiHoSo": (
        "trang thai ho so", "trang thai", "tinh trang", "tinh trang ho so", "status",
        "dossier status", "state", "case status",
        "tinh trang xu ly", "trang thai xu ly", "tinh trang giai quyet",
    ),
    "NgayNopHoSo": (
        "ngay nop ho so", "ngay nop", "thoi gian nop", "ngay gio nop", "submitted", "submitted at",
        "submission date", "date submitted",
    ),
    "NgayTiepNhan": (
        "ngay tiep nhan", "ngay nhan", "thoi gian tiep nhan", "ngay gio tiep nhan",
        "ngay tiep nhan ho so", "ngay nhan ho so", "received", "received at", "date received",
        "reception date", "startdate", "start date", "case startdate", "case start date",
        "ngay vao so", "ngay thu ly", "ngay tn",
    ),
    "NgayHenTra": (
        "ngay hen tra", "ngay hen tra ket qua", "han tra", "han xu ly", "han giai quyet",
        "thoi han giai quyet", "ngay hen", "promised", "promised at", "deadline", "due date",
        "case deadline", "due",
        "han", "han tra ket qua", "thoi han", "thoi han xu ly", "ngay den han", "ngay phai tra",
        "ngay han tra", "ngay het han",
    ),
    "NgayKetThucXuLy": (
        "ngay ket thuc xu ly", "ngay ket thuc", "ngay hoan thanh", "ngay giai quyet xong",
        "ngay xu ly xong", "ngay co ket qua", "finished", "finished at", "completed",
        "completed at", "enddate", "end date", "case enddate", "case end date", "date completed",
        "ngay xong", "ngay lam xong", "ngay giai quyet", "ngay hoan tat", "ngay xu ly",
        "ngay kt",
    ),
    "NgayTra": (
        "ngay tra", "ngay tra ket qua", "ngay tra kq", "thoi gian tra ket qua", "handed over",
        "handed over at", "returned at", "delivery date",
        "ngay nhan ket qua", "ngay giao ket qua", "ngay da tra", "ngay giao tra",
        "ngay tra thuc te",
    ),
    "NgayTuChoi": (
        "ngay tu choi", "ngay rut", "ngay dung xu ly", "refused at", "rejected at",
        "ngay huy", "ngay dung",
    ),
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
    "ma don vi", "ma co quan", "madonvi", "don vi xu ly", "don vi tiep nhan",
    "don vi giai quyet", "don vi thuc hien", "co quan", "co quan xu ly", "co quan giai quyet",
    "noi tiep nhan", "co quan tiep nhan", "don vi", "co quan thuc hien",
    "unit code", "unit", "office", "department code",
)  # fmt: skip

_NO_YES = {
    "0": ("0", "khong", "no", "false", "chua", "n"),
    "1": ("1", "co", "yes", "true", "x", "y", "da"),
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "KenhThucHien": {
        "1": ("1", "truc tiep", "tai quay", "mot cua", "quay", "nop truc tiep",
              "tt tai quay", "desk", "counter", "in person"),
        "2": ("2", "truc tuyen", "qua mang", "nop truc tuyen", "dvctt", "dvcqg",
              "online", "internet", "web", "cong dvc", "dvc"),
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
        "4": ("4", "dang xu ly", "dang giai quyet", "dang thuc hien",
              "chua xong", "chua giai quyet", "chua xu ly xong", "in process", "processing",
              "open"),
        "5": ("5", "yeu cau bo sung", "cho bo sung", "bo sung", "yeu cau bo sung giay to",
              "supplement requested"),
        "6": ("6", "yeu cau thuc hien nghia vu tai chinh", "cho thue", "cho thanh toan",
              "fee requested"),
        "7": ("7", "cong dan yeu cau rut ho so", "rut ho so", "da rut", "withdrawn"),
        "8": ("8", "dung xu ly", "tam dung", "da huy", "tu choi", "stopped", "cancelled"),
        "9": ("9", "da xu ly xong", "da giai quyet", "da hoan thanh", "hoan thanh", "da xu ly",
              "xong", "da xong", "hoan tat", "da hoan tat", "giai quyet xong",
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
    """Write words in small Latin letters without diacritics: `NgàyTiếpNhận`, `ngay_tiep_nhan`
    alike.
    """
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NO_WORD.sub(" ", _CAMEL.sub(" ", bare).lower()).strip()


def header_names(header: str) -> list[str]:
    """Return the names a heading may stand for, each as `plain` makes it, its own first.

    Without text in brackets and a number before it, abbreviations written out, whichever word it
    has for a moment, with or without “hồ sơ” at its end.
    """
    bare = _NUMBER.sub("", plain(_ASIDE.sub(" ", header)))
    full = " ".join(_ABBREVIATED.get(word, word) for word in bare.split())
    names = [plain(header), bare, full, _MOMENT.sub("ngay ", full)]
    names += [name.removesuffix(" ho so") for name in names]
    return [name for name in dict.fromkeys(names) if name]


@cache
def words_of(plural: str) -> Words:
    """Return the words for a kind of fact; for all but dossiers, those of its template."""
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
