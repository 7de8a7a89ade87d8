"""The catalogue of procedures (TTHC): what each is, through time.

A record holds from its `from_at` (empty: as far back as anybody asks) until its `until_at`, or
until another one of the same procedure begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from phucvu.facts.columns import Choice, Code, Flag, Moment, Money, Name, Number, UnitCode
from phucvu.facts.kind import Index, Kind, Refuse, Sheet
from phucvu.facts.record import FactRecord
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

LONGEST_TERM = 9_999


class TermUnit(StrEnum):
    """Unit in which a procedure's longest term is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"


class Procedure(FactRecord, frozen=True, gc=False):
    """An administrative procedure of the catalogue, as it is from `from_at` on.

    `unit` is the ministry or province that keeps it in the catalogue. With `ProcedureAtUnit` its
    columns are the vocabulary of catalogue measures (`phucvu.facts.catalogue`).
    """

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
            "the ministry or province that keeps the procedure in the catalogue",
            "cơ quan quản lý",
            label=_("kept by"),
            heading="Mã cơ quan quản lý",
            help="Mã của bộ hoặc tỉnh quản lý thủ tục trong danh mục.",
            also=("Mã đơn vị", "Cơ quan công bố"),
            example="H29",
        ),
    ]
    procedure_code: Annotated[
        str,
        Code(
            "the code of the procedure in the national catalogue",
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
            help="Từ khi nào hết hiệu lực; bỏ trống nếu còn hiệu lực.",
            also=("Ngày bãi bỏ", "until"),
            ahead=True,
        ),
    ]
    name: Annotated[
        str,
        Name(
            "the name of the procedure",
            "tên thủ tục",
            label=_("procedure"),
            heading="Tên thủ tục",
            help="Tên đầy đủ của thủ tục.",
            also=("Tên TTHC", "TenTTHC", "procedure name"),
            width=44,
            example="Đăng ký khai sinh",
            required=True,
            longest=1000,
        ),
    ]
    field_name: Annotated[
        str,
        Name(
            "the name of the field of work",
            "tên lĩnh vực",
            label=_("field"),
            heading="Lĩnh vực",
            help="Tên lĩnh vực.",
            also=("Tên lĩnh vực", "TenLinhVuc", "field"),
            width=24,
            example="Hộ tịch",
            longest=300,
        ),
    ]
    promulgated_by: Annotated[
        str,
        Name(
            "the body that promulgated it",
            "cơ quan ban hành",
            label=_("promulgated by"),
            heading="Cơ quan ban hành",
            help="Tên cơ quan ban hành thủ tục.",
            also=("promulgating_agency", "promulgating body"),
            width=24,
            example="Bộ Tư pháp",
            longest=300,
        ),
    ]
    executed_by: Annotated[
        str,
        Name(
            "the body that executes it",
            "cơ quan thực hiện",
            label=_("executed by"),
            heading="Cơ quan thực hiện",
            help="Tên cơ quan thực hiện thủ tục.",
            also=("executing_agency", "executing body"),
            width=24,
            example="Ủy ban nhân dân cấp xã",
            longest=300,
        ),
    ]
    fee: Annotated[
        int,
        Money(
            "the highest fee in VND; empty or 0 where there is nothing to pay",
            "mức phí, lệ phí cao nhất (đồng); 0 nếu không thu",
            label=_("highest fee (VND)"),
            hint=_("0 where there is nothing to pay"),
            heading="Mức phí, lệ phí cao nhất (đồng)",
            help="Số đồng; 0 nếu không thu.",
            also=("Phí", "Lệ phí", "max_fee_vnd"),
            example="0",
            default=0,
            not_negative="procedure_fee_not_negative",
        ),
    ]
    term: Annotated[
        int | None,
        Number(
            ("the longest term, a whole number up to 9999; empty where it is not known"),
            "thời hạn giải quyết",
            label=_("longest term"),
            hint=_("empty where it is not known"),
            heading="Thời hạn giải quyết",
            help="Số ngày hoặc giờ; bỏ trống nếu không rõ.",
            also=("Thời hạn", "time_value"),
            example="3",
            most=LONGEST_TERM,
        ),
    ]
    term_unit: Annotated[
        str,
        Choice(
            "what the term is counted in: 'working_days', 'days' or 'hours'",
            ("đơn vị thời hạn: 'working_days' ngày làm việc, 'days' ngày, 'hours' giờ làm việc"),
            label=_("counted in"),
            heading="Đơn vị thời hạn",
            help="Chọn trong danh sách; bỏ trống là ngày làm việc.",
            also=("time_unit",),
            example="working_days",
            default=TermUnit.WORKING_DAYS,
            options={
                TermUnit.WORKING_DAYS: (_("working days"), "Ngày làm việc"),
                TermUnit.DAYS: (_("days"), "Ngày"),
                TermUnit.HOURS: (_("working hours"), "Giờ làm việc"),
            },
            longest=12,
        ),
    ]
    result: Annotated[
        str,
        Choice(
            "what the applicant is given: 'document', 'none' or ''",
            "kết quả: 'document' có giấy tờ, 'none' không có giấy tờ hoặc ''",
            label=_("result"),
            heading="Kết quả",
            help="Thủ tục có trả giấy tờ cho người nộp không.",
            also=("Kết quả thực hiện",),
            example="document",
            options={
                "document": (_("a document"), "Có giấy tờ"),
                "none": (_("no document"), "Không có giấy tờ"),
            },
            longest=10,
        ),
    ]
    for_citizen: Annotated[
        bool,
        Flag(
            "Vietnamese citizens may apply",
            "công dân Việt Nam",
            label=_("for citizens"),
            heading="Công dân Việt Nam",
            help="Công dân Việt Nam có được thực hiện không.",
            example="1",
        ),
    ]
    for_overseas: Annotated[
        bool,
        Flag(
            "Vietnamese living abroad may apply",
            "người Việt Nam định cư ở nước ngoài",
            label=_("for Vietnamese living abroad"),
            heading="Người Việt Nam ở nước ngoài",
            help="Người Việt Nam định cư ở nước ngoài có được thực hiện không.",
            example="1",
        ),
    ]
    for_foreigner: Annotated[
        bool,
        Flag(
            "foreigners may apply",
            "người nước ngoài",
            label=_("for foreigners"),
            heading="Người nước ngoài",
            help="Người nước ngoài có được thực hiện không.",
            example="0",
        ),
    ]
    for_business: Annotated[
        bool,
        Flag(
            "businesses may apply",
            "doanh nghiệp, hợp tác xã",
            label=_("for businesses"),
            heading="Doanh nghiệp",
            help="Doanh nghiệp, hợp tác xã có được thực hiện không.",
            example="0",
        ),
    ]
    for_organisation: Annotated[
        bool,
        Flag(
            "organisations may apply",
            "tổ chức",
            label=_("for organisations"),
            heading="Tổ chức",
            help="Tổ chức khác có được thực hiện không.",
            example="0",
        ),
    ]
    for_state: Annotated[
        bool,
        Flag(
            "state bodies may apply",
            "cơ quan nhà nước",
            label=_("for state bodies"),
            heading="Cơ quan nhà nước",
            help="Cơ quan nhà nước có được thực hiện không.",
            example="0",
        ),
    ]
    published: Annotated[
        bool,
        Flag(
            "it is published now",
            "đang được công khai",
            label=_("published now"),
            heading="Đang công khai",
            help="Thủ tục đang được công khai trên Cổng không.",
            example="1",
        ),
    ]
    has_name: Annotated[
        bool,
        Flag(
            "its name is given",
            "có tên thủ tục",
            label=_("name given"),
            heading="Có tên",
            help="Tên thủ tục đã công khai chưa.",
            example="1",
        ),
    ]
    has_steps: Annotated[
        bool,
        Flag(
            "its steps are given",
            "có trình tự thực hiện",
            label=_("steps given"),
            heading="Có trình tự",
            help="Trình tự thực hiện đã công khai chưa.",
            example="1",
        ),
    ]
    has_methods: Annotated[
        bool,
        Flag(
            "the ways to apply are given",
            "có cách thức thực hiện",
            label=_("ways to apply given"),
            heading="Có cách thức",
            help="Cách thức thực hiện đã công khai chưa.",
            example="1",
        ),
    ]
    has_components: Annotated[
        bool,
        Flag(
            "the papers of a dossier and the number of sets are given",
            "có thành phần, số lượng hồ sơ",
            label=_("papers and number of sets given"),
            heading="Có thành phần, số lượng hồ sơ",
            help="Thành phần, số lượng hồ sơ đã công khai chưa.",
            example="1",
        ),
    ]
    has_term: Annotated[
        bool,
        Flag(
            "its term is given",
            "có thời hạn giải quyết",
            label=_("term given"),
            heading="Có thời hạn",
            help="Thời hạn giải quyết đã công khai chưa.",
            example="1",
        ),
    ]
    has_subjects: Annotated[
        bool,
        Flag(
            "who may apply is given",
            "có đối tượng thực hiện",
            label=_("subjects given"),
            heading="Có đối tượng",
            help="Đối tượng thực hiện đã công khai chưa.",
            example="1",
        ),
    ]
    has_body: Annotated[
        bool,
        Flag(
            "the executing body is given",
            "có cơ quan thực hiện",
            label=_("executing body given"),
            heading="Có cơ quan thực hiện",
            help="Cơ quan thực hiện đã công khai chưa.",
            example="1",
        ),
    ]


def check_dates(values: Mapping[str, Any], refuse: Refuse) -> None:
    """Note an end that does not lie after the beginning."""
    begun, ended = values["from_at"], values["until_at"]
    if begun is not None and ended is not None and ended <= begun:
        refuse("until_at", _("does not lie after the beginning (from_at)"))


def _check(values: Mapping[str, Any], refuse: Refuse) -> None:
    check_dates(values, refuse)
    if not values["name"]:
        refuse("name", _("is required"))


PROCEDURES = Kind(
    name="procedure",
    plural="procedures",
    titles=(_("administrative procedure"), _("administrative procedures")),
    model="Procedure",
    related="catalogue",
    record=Procedure,
    sheet=Sheet(
        "Thủ tục hành chính",
        guide=(
            ("Mỗi dòng là một thủ tục của danh mục. Dòng bắt đầu bằng “VÍ DỤ” không được đọc."),
            (
                "Đơn vị nào thực hiện thủ tục và ở mức trực tuyến nào thì ghi ở mẫu “TTHC "
                "tại đơn vị”."
            ),
            SECOND_ROW,
            (
                "Khi thủ tục thay đổi, thêm dòng mới có ngày bắt đầu; dòng cũ vẫn đúng cho "
                "các kỳ trước ngày đó."
            ),
            MEND_THERE,
        ),
        first=("procedure_code", "unit_id"),
        last=("from_at", "until_at"),
    ),
    clock=("from_at",),
    placed="from_at",
    made_of=("procedure_code", "from_at"),
    check=_check,
    # The end is none of their moments: it may be moved.
    restated=True,
    guarded_as="catalogue",
    listed=("name", "field_name", "fee", "term", "term_unit", "published", "from_at"),
    filters=("published", "for_citizen", "for_overseas", "for_foreigner", "for_business"),
    ordering=("procedure_code", "from_at"),
    once="procedure_code_once",
    indexes=(
        Index("procedure_in_time", ("procedure_code", "from_at")),
        Index("procedure_unit", ("unit",)),
    ),
)
