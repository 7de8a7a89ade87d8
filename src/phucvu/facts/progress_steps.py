"""The progress trail of a dossier: its steps from office to office, as they were sent."""

from __future__ import annotations

from typing import Annotated

from phucvu.facts.columns import Code, Level, Moment, Name, UnitCode
from phucvu.facts.kind import Index, Kind, Sheet
from phucvu.facts.record import FactRecord
from phucvu.facts.words import SECOND_ROW
from phucvu.facts.words import gettext_noop as _

STATES = {
    "1": (_("newly registered"), "Mới đăng ký"),
    "2": (_("received"), "Được tiếp nhận"),
    "3": (_("not accepted"), "Không được tiếp nhận"),
    "4": (_("in process"), "Đang xử lý"),
    "5": (_("supplement requested"), "Yêu cầu bổ sung giấy tờ"),
    "6": (_("fee requested"), "Yêu cầu thực hiện nghĩa vụ tài chính"),
    "7": (_("withdrawn by the applicant"), "Công dân yêu cầu rút hồ sơ"),
    "8": (_("stopped"), "Dừng xử lý"),
    "9": (_("processing finished"), "Đã xử lý xong"),
    "10": (_("result handed over"), "Đã trả kết quả"),
}
"""The states of a dossier (`TrangThaiHoSo`)."""


class ProgressStep(FactRecord, frozen=True, gc=False):
    """One step (`CapNhatTienDoHoSoMC`): which office did what with a dossier, when, until when.

    Who did it and the free text are never kept. The dossier need not be in the register: its
    trail may come first.
    """

    code: Annotated[
        str,
        Code(
            "what tells the step from others",
            "mã phân biệt bước xử lý",
            label=_("code of the step"),
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit of the dossier",
            "đơn vị của hồ sơ",
            field="MaHoSo",
            heading="",
        ),
    ]
    dossier_code: Annotated[
        str,
        Code(
            "the dossier; its unit is the part before -yyMMdd-",
            "mã hồ sơ",
            label=_("dossier code"),
            field="MaHoSo",
            heading="Mã hồ sơ",
            help="Mã hồ sơ có bước xử lý này.",
            width=26,
            example="H29.01-260302-00001",
            required=True,
        ),
    ]
    processed_at: Annotated[
        int | None,
        Moment(
            "when the step was taken",
            "thời điểm xử lý",
            label=_("processed at"),
            field="ThoiDiemXuLy",
            heading="Thời điểm xử lý",
            help="Ngày giờ xử lý bước này. Không được ở tương lai.",
            also=("Thời gian xử lý", "Ngày xử lý", "time"),
            example="20260302080500",
            required=True,
        ),
    ]
    status: Annotated[
        int,
        Level(
            "the state the dossier was in then",
            "trạng thái hồ sơ",
            label=_("status"),
            field="TrangThai",
            heading="Trạng thái",
            help="Trạng thái của hồ sơ ở bước này; chọn trong danh sách, hoặc chỉ gõ số.",
            also=("Tình trạng", "status"),
            width=26,
            example="4",
            required=True,
            options=STATES,
            named=False,
        ),
    ]
    department: Annotated[
        str,
        Name(
            "the department that took the step",
            "phòng ban xử lý",
            label=_("department"),
            field="PhongBanXuLy",
            heading="Phòng ban xử lý",
            help="Phòng, ban xử lý bước này.",
            also=("Phòng ban", "Đơn vị xử lý", "department"),
            width=28,
            example="Bộ phận Một cửa",
            longest=200,
        ),
    ]
    position: Annotated[
        str,
        Name(
            "the position of whoever took it; the person is never read",
            "chức danh",
            label=_("position held"),
            field="ChucDanh",
            heading="Chức danh",
            help="Chức danh người xử lý; không ghi tên.",
            also=("Chức vụ", "position"),
            example="Chuyên viên",
            longest=100,
        ),
    ]
    started_at: Annotated[
        int | None,
        Moment(
            "when the step began",
            "ngày bắt đầu",
            label=_("begun at"),
            field="NgayBatDau",
            heading="Ngày bắt đầu",
            help="Ngày giờ bắt đầu bước này.",
            also=("Bắt đầu", "start"),
            example="20260302080500",
        ),
    ]
    due_at: Annotated[
        int | None,
        Moment(
            "when the step has to end by the rules",
            "hạn theo quy định",
            label=_("due at by the rules"),
            field="NgayKetThucTheoQuyDinh",
            heading="Hạn theo quy định",
            help="Ngày giờ bước này phải xong theo quy định. Được ở tương lai.",
            also=("Ngày kết thúc theo quy định", "Hạn xử lý", "due"),
            example="20260303170000",
            ahead=True,
        ),
    ]


PROGRESS_STEPS = Kind(
    name="progress_step",
    plural="progress-steps",
    titles=(_("progress step"), _("progress steps")),
    model="ProgressStep",
    related="progress_steps",
    record=ProgressStep,
    sheet=Sheet(
        "Tiến độ",
        guide=(
            ("Mỗi dòng là một bước xử lý của một hồ sơ. Dòng bắt đầu bằng “VÍ DỤ” không được đọc."),
            SECOND_ROW,
            ("Không nhập tên người xử lý: mẫu này không có cột nào cho dữ liệu cá nhân."),
        ),
        first=(),
    ),
    clock=("processed_at",),
    placed="processed_at",
    one_feed=True,
    names_dossier="dossier_code",
    listed=("dossier_code", "processed_at", "status", "department", "due_at", "changed_at"),
    filters=("status",),
    ordering=("dossier_code", "processed_at", "id"),
    once="progress_step_code_once",
    indexes=(
        Index("progress_step_unit", ("unit",)),
        Index("progress_step_of_dossier", ("dossier_code", "processed_at")),
    ),
)
