"""Announcement decisions (quyết định công bố): which procedures, when issued, when published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from phucvu.facts.columns import Choice, Code, Moment, UnitCode
from phucvu.facts.kind import Index, Kind, Refuse, Sheet, lies_before
from phucvu.facts.record import FactRecord
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

__all__ = ["ANNOUNCEMENTS", "Announcement"]


class Announcement(FactRecord, frozen=True, gc=False):
    """A procedure in an announcement decision, with what became of it.

    A procedure that comes in several decisions has a record for each.
    """

    code: Annotated[
        str,
        Code(
            "the record's own code; without it, unit, decision and procedure together",
            "mã của dòng",
            label=_("code"),
            heading="Mã dòng",
            help="Không cần nhập: mặc định là mã cơ quan, số quyết định và mã thủ tục.",
            width=26,
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the province or ministry that issued the decision",
            "cơ quan công bố",
            label=_("issued by"),
            heading="Mã cơ quan công bố",
            help="Mã của tỉnh hoặc bộ ban hành quyết định.",
            also=("Mã đơn vị", "Cơ quan ban hành", "issuing unit"),
            example="H29",
        ),
    ]
    decision: Annotated[
        str,
        Code(
            "the number of the announcement decision",
            "số quyết định công bố",
            label=_("number of the decision"),
            heading="Số quyết định",
            help="Số, ký hiệu của quyết định công bố.",
            also=("Quyết định", "Số quyết định công bố", "decision number"),
            width=22,
            example="1234/QĐ-UBND",
            required=True,
            longest=40,
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
            also=("Mã TTHC", "MaTTHC", "procedure"),
            example="1.001193",
            required=True,
            longest=40,
        ),
    ]
    action: Annotated[
        str,
        Choice(
            "what it does to the procedure: 'new', 'amended' or 'abolished'",
            "'new' mới ban hành, 'amended' sửa đổi, bổ sung, 'abolished' bãi bỏ",
            label=_("action"),
            heading="Nội dung công bố",
            help="Chọn trong danh sách.",
            also=("Loại", "Hình thức công bố", "kind"),
            width=22,
            example="amended",
            required=True,
            options={
                "new": (_("new"), "Mới ban hành"),
                "amended": (_("amended"), "Sửa đổi, bổ sung"),
                "abolished": (_("abolished"), "Bãi bỏ"),
            },
            longest=10,
        ),
    ]
    issued_at: Annotated[
        int | None,
        Moment(
            "when the decision was issued",
            "ngày ban hành",
            label=_("issued at"),
            heading="Ngày ban hành",
            help="Ngày ban hành quyết định.",
            also=("Ngày quyết định", "Ngày ký", "decision date", "issued at"),
            example="20260302000000",
            required=True,
        ),
    ]
    effective_at: Annotated[
        int | None,
        Moment(
            "when the legal basis takes effect",
            "ngày văn bản quy phạm có hiệu lực",
            label=_("legal basis in force from"),
            heading="Ngày văn bản có hiệu lực",
            help="Ngày có hiệu lực của văn bản quy phạm pháp luật làm căn cứ; có thể ở tương lai.",
            also=("Ngày hiệu lực", "effective date", "in force from"),
            example="20260315000000",
            required=True,
            ahead=True,
        ),
    ]
    published_at: Annotated[
        int | None,
        Moment(
            "when the publish button was pressed",
            "thời điểm công khai",
            label=_("published at"),
            heading="Thời điểm công khai",
            help="Lúc bấm nút công khai; bỏ trống nếu chưa công khai.",
            also=("Ngày công khai", "published", "published at"),
            example="20260304093000",
        ),
    ]


def _check(values: Mapping[str, Any], refuse: Refuse) -> None:
    if lies_before(values, "published_at", "issued_at"):
        refuse("published_at", _("lies before the day of the decision (issued_at)"))


ANNOUNCEMENTS = Kind(
    name="announcement",
    plural="announcements",
    titles=(_("announced procedure"), _("announced procedures")),
    model="AnnouncedProcedure",
    related="announced_procedures",
    record=Announcement,
    sheet=Sheet(
        "Quyết định công bố",
        guide=(
            (
                "Mỗi dòng là một thủ tục trong một quyết định công bố. "
                "Dòng bắt đầu bằng “VÍ DỤ” không được đọc."
            ),
            SECOND_ROW,
            "Khi thủ tục đã được công khai, gửi lại dòng đó kèm thời điểm công khai.",
            MEND_THERE,
        ),
        first=("unit_id",),
        last=("code",),
    ),
    clock=("issued_at", "published_at"),
    placed="issued_at",
    made_of=("unit_id", "decision", "procedure_code"),
    one_feed=True,
    check=_check,
    listed=("decision", "procedure_code", "action", "issued_at", "effective_at", "published_at"),
    filters=("action",),
    ordering=("-issued_at", "procedure_code"),
    once="announced_procedure_code_once",
    indexes=(Index("announced_procedure_unit", ("unit",)),),
)
