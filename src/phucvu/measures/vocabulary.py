"""The columns that measures may speak of, with their types and meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""How columns and definitions are spelled: safe without quotes on every engine."""


class Type(Enum):
    """The type of a column or of an expression."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    WALL_TIME = "wall time"
    """Milliseconds since 1970-01-01 00:00 on the unit's own clock, 64 bits."""
    DURATION = "duration"
    """Milliseconds between two wall times, 64 bits."""
    DAY = "day"
    """Days since 1970-01-01, from ``day()``."""
    UNKNOWN = "unknown"
    """Of ``null``, and of what was already reported as wrong: agrees with every type."""

    @property
    def ordered(self) -> bool:
        """Whether ``<`` means the same on every engine (text depends on its collation)."""
        return self not in (Type.TEXT, Type.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact.

    ``message_field`` is the field of the synchronisation message it is taken from, empty where
    it has none.
    """

    name: str
    type: Type
    nullable: bool
    meaning_en: str
    meaning_vi: str
    message_field: str = ""


class Vocabulary(Mapping[str, Column]):
    """The columns of one kind of fact by name, in the order they are documented.

    Raises ValueError for a name that is not plain lower case, or is given twice.
    """

    def __init__(self, fact: str, columns: Iterable[Column]) -> None:
        self.fact = fact
        self._columns: dict[str, Column] = {}
        for column in columns:
            if not NAME.fullmatch(column.name) or column.name in self._columns:
                raise ValueError(f"column {column.name!r} is misspelled or given twice")
            self._columns[column.name] = column

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


BOUND = Column(
    "bound",
    Type.WALL_TIME,
    False,
    "the last moment of the period, or now if that is earlier; only in measures with clock: true",
    "thời điểm cuối kỳ, hoặc hiện tại nếu sớm hơn; chỉ dùng trong số đo có clock: true",
)
"""Not a column of the fact: a moment that is given when a measure is read."""


def _count(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.INTEGER, False, en, vi, field)


def _text(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.TEXT, False, en, vi, field)


def _flag(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.BOOLEAN, False, en, vi, field)


def _moment(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.WALL_TIME, True, en, vi, field)


DOSSIER = Vocabulary(
    "dossier",
    [
        _count("id", "the register's own number", "số thứ tự trong sổ"),
        _count("unit_id", "the unit that handles the dossier", "đơn vị xử lý", "DonViXuLy"),
        _text("code", "dossier code", "mã hồ sơ", "MaHoSo"),
        _text("procedure_code", "procedure code", "mã thủ tục hành chính", "MaTTHC"),
        _text("procedure_name", "procedure name", "tên thủ tục hành chính", "TenTTHC"),
        _text("field_code", "code of the field of work", "mã lĩnh vực", "MaLinhVuc"),
        _text("field_name", "name of the field of work", "tên lĩnh vực", "TenLinhVuc"),
        _text(
            "channel",
            "how it was submitted: 'counter' (1 or empty), 'online' (2), 'post' (3)",
            "kênh thực hiện: 'counter' trực tiếp (1 hoặc trống), 'online' trực tuyến (2), "
            "'post' bưu chính công ích (3)",
            "KenhThucHien",
        ),
        _text(
            "subject",
            "who applied: 'person', 'business', 'state', 'other' or ''",
            "đối tượng: 'person' cá nhân, 'business' doanh nghiệp, 'state' cơ quan nhà nước, "
            "'other' khác hoặc ''",
            "LoaiDoiTuong",
        ),
        _text(
            "submitted_through",
            "which portal took it: 'national', 'provincial' or ''",
            "nơi nộp: 'national' Cổng quốc gia, 'provincial' cổng của tỉnh hoặc ''",
            "NoiNopHoSo",
        ),
        _count(
            "status",
            "1 newly registered, 2 received, 3 not accepted, 4 in process, 5 supplement requested, "
            "6 fee requested, 7 withdrawn, 8 stopped, 9 finished, 10 handed over",
            "trạng thái: 1 mới đăng ký, 2 được tiếp nhận, 3 không được tiếp nhận, 4 đang xử lý, "
            "5 yêu cầu bổ sung, 6 yêu cầu nghĩa vụ tài chính, 7 công dân rút, 8 dừng xử lý, "
            "9 đã xử lý xong, 10 đã trả kết quả",
            "TrangThaiHoSo",
        ),
        _moment("submitted_at", "when it was submitted", "ngày nộp hồ sơ", "NgayNopHoSo"),
        _moment("received_at", "when it was received", "ngày tiếp nhận", "NgayTiepNhan"),
        _moment("promised_at", "when the result is promised", "ngày hẹn trả", "NgayHenTra"),
        _moment("finished_at", "when processing ended", "ngày kết thúc xử lý", "NgayKetThucXuLy"),
        _moment("handed_over_at", "when the result was handed over", "ngày trả", "NgayTra"),
        _moment("refused_at", "when it was refused or stopped", "ngày từ chối", "NgayTuChoi"),
        _count(
            "supplements",
            "how many supplements were asked",
            "số lần yêu cầu bổ sung",
            "DanhSachHoSoBoSung",
        ),
        Column(
            "supplement_ms",
            Type.DURATION,
            False,
            "time between asking for supplements and receiving them, answered ones only",
            "tổng thời gian chờ bổ sung, chỉ tính các lần đã bổ sung",
            "DanhSachHoSoBoSung",
        ),
        _moment(
            "supplement_open_at",
            "when the latest unanswered supplement was asked",
            "thời điểm yêu cầu bổ sung gần nhất chưa được đáp ứng",
            "DanhSachHoSoBoSung",
        ),
        _flag("return_by_post", "the result goes by post", "trả kết quả qua bưu chính", "HinhThuc"),
        _flag(
            "vneid",
            "the account was verified with VNeID",
            "tài khoản được xác thực với VNeID",
            "TaiKhoanDuocXacThucVoiVNeID",
        ),
        _count(
            "payment",
            "online payment: 0 none, 1 on the national portal, 2 through another gateway, "
            "3 asked and not paid",
            "thanh toán trực tuyến: 0 không, 1 trên Cổng quốc gia, 2 qua cổng khác, "
            "3 đã yêu cầu, chưa thanh toán",
            "DuocThanhToanTrucTuyen",
        ),
        _count("databases", "databases consulted", "số cơ sở dữ liệu đã kết nối", "DSKetNoiCSDL"),
        _flag(
            "population_db",
            "the population database was consulted",
            "có khai thác CSDL quốc gia về dân cư",
            "DSKetNoiCSDL",
        ),
        _flag(
            "has_digitised",
            "the file has digitised components",
            "hồ sơ có thành phần số hóa",
            "HoSoCoThanhPhanSoHoa",
        ),
        _count("components", "components in the file", "số thành phần hồ sơ", "TaiLieuNop"),
        _count(
            "components_digitised",
            "components that were digitised",
            "số thành phần được số hóa",
            "TaiLieuNop.DuocSoHoa",
        ),
        _count(
            "components_reused",
            "components that were re-used",
            "số thành phần được tái sử dụng",
            "TaiLieuNop.DuocTaiSuDung",
        ),
        _count(
            "components_from_store",
            "components taken from the citizen's national store",
            "số thành phần lấy từ kho dữ liệu của tổ chức, cá nhân",
            "TaiLieuNop.DuocLayTuKhoDMQG",
        ),
        _count("fees", "fees and charges on the dossier", "số khoản phí, lệ phí", "DanhSachLePhi"),
        _count("fee_total", "their sum, in VND", "tổng phí, lệ phí (đồng)", "DanhSachLePhi.Gia"),
        _count("results", "result documents", "số giấy tờ kết quả", "DanhSachGiayToKetQua"),
        _count(
            "result_files",
            "result documents with an electronic file",
            "số giấy tờ kết quả có tệp điện tử",
            "DanhSachGiayToKetQua.DuongDanTepTinKetQua",
        ),
        _count(
            "results_coded",
            "result documents with a code",
            "số giấy tờ kết quả có mã",
            "DanhSachGiayToKetQua.MaGiayToKetQua",
        ),
        _moment(
            "term_due_at",
            "when the procedure's longest term runs out; only where no result is promised for a "
            "day and the catalogue has the term",
            "thời điểm hết thời hạn giải quyết tối đa của thủ tục; chỉ khi không có ngày hẹn trả "
            "và danh mục có thời hạn",
        ),
        _count("petitions", "petitions about it", "số phản ánh, kiến nghị về hồ sơ"),
        _count(
            "lookups",
            "lookups in the population database for it",
            "số lượt tra cứu CSDL quốc gia về dân cư cho hồ sơ",
        ),
        _text(
            "rating",
            "what the applicant thinks of it: 'very_satisfied', 'satisfied', 'not_satisfied' or ''",
            "đánh giá của người nộp: 'very_satisfied' rất hài lòng, 'satisfied' hài lòng, "
            "'not_satisfied' không hài lòng hoặc ''",
        ),
    ],
)
"""Dossiers: one row is one application under a procedure."""


CATALOGUE = Vocabulary(
    "catalogue",
    [
        _count("unit_id", "the unit that applies the procedure", "đơn vị thực hiện", "unit_code"),
        _text("procedure_code", "procedure code", "mã thủ tục hành chính", "code"),
        _text("field_name", "name of the field of work", "tên lĩnh vực", "field"),
        _count(
            "online_level",
            "online service at this unit: 2 information only, 3 partial, 4 full",
            "mức dịch vụ công trực tuyến tại đơn vị: 2 cung cấp thông tin, 3 một phần, "
            "4 toàn trình",
            "online_level",
        ),
        _count(
            "fee",
            "the highest fee, in VND; 0 where there is nothing to pay",
            "mức phí, lệ phí cao nhất (đồng); 0 nếu không thu",
            "fee",
        ),
        _flag("for_citizen", "Vietnamese citizens may apply", "công dân Việt Nam", "subjects"),
        _flag(
            "for_overseas",
            "Vietnamese living abroad may apply",
            "người Việt Nam định cư ở nước ngoài",
            "subjects",
        ),
        _flag("for_foreigner", "foreigners may apply", "người nước ngoài", "subjects"),
        _flag("for_business", "businesses may apply", "doanh nghiệp, hợp tác xã", "subjects"),
        _flag("for_organisation", "organisations may apply", "tổ chức", "subjects"),
        _flag("for_state", "state bodies may apply", "cơ quan nhà nước", "subjects"),
    ],
)
"""The catalogue of procedures: one row is one procedure at one unit that applies it."""
