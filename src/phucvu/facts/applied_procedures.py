"""The procedures (TTHC) that units apply, and how far each can be done online there."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from phucvu.facts.columns import Code, Level, Moment, UnitCode
from phucvu.facts.kind import Index, Kind, Sheet
from phucvu.facts.procedures import check_dates
from phucvu.facts.record import FactRecord
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _


class OnlineLevel(IntEnum):
    """Level of online service of a procedure (mức độ dịch vụ công trực tuyến)."""

    INFORMATION = 2
    PARTIAL = 3
    FULL = 4


class AppliedProcedure(FactRecord, frozen=True, gc=False):
    """A procedure under the authority of a unit, and how far it can be done online there."""

    code: Annotated[
        str,
        Code(
            "the row's own code",
            "mã của dòng",
            label=_("code"),
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit that applies the procedure itself, not of those above",
            "đơn vị thực hiện",
            help="Mã của đơn vị trực tiếp thực hiện thủ tục; không ghi cho đơn vị cấp trên.",
            also=("Đơn vị thực hiện", "unit_code"),
        ),
    ]
    procedure_code: Annotated[
        str,
        Code(
            "the code of the procedure",
            "mã thủ tục hành chính",
            label=_("procedure code"),
            heading="Mã thủ tục",
            help="Mã thủ tục trong Cơ sở dữ liệu quốc gia.",
            also=("Mã TTHC", "MaTTHC", "procedure", "code"),
            example="1.001193",
            required=True,
            longest=40,
        ),
    ]
    from_at: Annotated[
        int | None,
        Moment(
            "from when it holds; without it, as far back as anybody asks",
            "có hiệu lực từ",
            label=_("in force from"),
            heading="Từ ngày",
            help="Từ khi nào như vậy; bỏ trống nếu từ trước đến nay vẫn thế.",
            also=("Ngày bắt đầu", "from"),
            example="20260101000000",
            ahead=True,
        ),
    ]
    until_at: Annotated[
        int | None,
        Moment(
            "from when it no longer does; without it, it still does",
            "hết hiệu lực từ",
            label=_("in force until"),
            heading="Đến ngày",
            help="Từ khi nào đơn vị thôi thực hiện; bỏ trống nếu còn thực hiện.",
            also=("Ngày kết thúc", "until"),
            ahead=True,
        ),
    ]
    online_level: Annotated[
        int,
        Level(
            "online service at this unit: 2 information only, 3 partial, 4 full",
            (
                "mức dịch vụ công trực tuyến tại đơn vị: 2 cung cấp thông tin, 3 một phần, "
                "4 toàn trình"
            ),
            label=_("online service"),
            heading="Mức dịch vụ công trực tuyến",
            help="Chọn trong danh sách.",
            also=("Mức độ", "Mức DVC", "online level"),
            width=26,
            example="4",
            required=True,
            default=OnlineLevel.INFORMATION,
            options={
                OnlineLevel.INFORMATION: (_("information only"), "Cung cấp thông tin"),
                OnlineLevel.PARTIAL: (_("partial online service"), "Một phần"),
                OnlineLevel.FULL: (_("full online service"), "Toàn trình"),
            },
        ),
    ]


APPLIED_PROCEDURES = Kind(
    name="applied_procedure",
    plural="applied-procedures",
    titles=(_("procedure at a unit"), _("procedures at units")),
    model="ProcedureAtUnit",
    related="procedures",
    record=AppliedProcedure,
    sheet=Sheet(
        "TTHC tại đơn vị",
        guide=(
            (
                "Mỗi dòng là một thủ tục do một đơn vị thực hiện, kèm mức dịch vụ công trực"
                " tuyến tại đơn vị đó."
            ),
            "Dòng bắt đầu bằng “VÍ DỤ” không được đọc.",
            SECOND_ROW,
            (
                "Khi mức thay đổi, thêm dòng mới có ngày bắt đầu; dòng cũ vẫn đúng cho các "
                "kỳ trước ngày đó."
            ),
            MEND_THERE,
        ),
        first=("procedure_code", "unit_id", "online_level"),
    ),
    clock=("from_at",),
    placed="from_at",
    made_of=("unit_id", "procedure_code", "from_at"),
    check=check_dates,
    restated=True,
    guarded_as="catalogue",
    listed=("procedure_code", "online_level", "from_at", "until_at"),
    filters=("online_level",),
    ordering=("unit", "procedure_code", "from_at"),
    once="procedure_at_unit_code_once",
    indexes=(
        Index("procedure_at_unit_in_time", ("unit", "procedure_code", "from_at")),
        Index("procedure_at_unit_begins", ("from_at",), known="from_at"),
    ),
)
