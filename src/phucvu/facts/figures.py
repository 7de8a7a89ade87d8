"""Reported values: what somebody states, that is not counted here, with its moment and source."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from phucvu.facts.columns import Choice, Code, Decimals, Instant, Name, Number, UnitCode
from phucvu.facts.kind import Index, Kind, Sheet
from phucvu.facts.record import FactRecord
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _


class Source(StrEnum):
    """Source of a figure that is not counted here."""

    TYPED = "typed"
    PUBLISHED = "published"


class Figure(FactRecord, frozen=True, gc=False):
    """Statement of what an indicator, a group or the total of a unit is at a moment.

    `indicator` is a component ("1.1"), a group's code ("CKMB"), "TOTAL", or "BCQG": the dossiers
    received by the national report, in `denominator`, with which 1.4 compares what was
    synchronised. The moment belongs to the `code`: a later statement supersedes an earlier one,
    which stays as history.
    """

    code: Annotated[
        str,
        Code(
            "unit, period, indicator, moment and source",
            label=_("code"),
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit, one in force today",
            field="unit_code",
            help="Mã của đơn vị đang hoạt động.",
            also=("Đơn vị", "unit", "unit code"),
        ),
    ]
    period: Annotated[
        str,
        Code(
            "the period: 2026-08, 2026-Q3, 2026-H1, 2026-9M or 2026",
            label=_("period"),
            hint=_("2026, 2026-Q3 or 2026-08, for example"),
            heading="Kỳ",
            help="Tháng 2026-08, quý 2026-Q3, sáu tháng 2026-H1, chín tháng 2026-9M hoặc năm 2026.",
            also=("Kỳ báo cáo",),
            example="2026-Q3",
            required=True,
            longest=20,
        ),
    ]
    indicator: Annotated[
        str,
        Code(
            (
                "1.1 to 5.3, a group's code, TOTAL, or BCQG: dossiers received by the "
                "national report, in denominator"
            ),
            label=_("indicator"),
            heading="Chỉ số",
            help=(
                "Số của chỉ số thành phần (1.1 đến 5.3), mã nhóm, TOTAL, hoặc BCQG (hồ sơ "
                "theo báo cáo quốc gia, ghi ở mẫu số)."
            ),
            also=("Mã chỉ số", "Chỉ số thành phần"),
            example="5.3",
            required=True,
            longest=20,
        ),
    ]
    numerator: Annotated[
        int | None,
        Number(
            "the numerator, a whole number",
            label=_("numerator"),
            heading="Tử số",
            help="Số nguyên, không có dấu phân cách hàng nghìn.",
            example="396",
            digits=18,
        ),
    ]
    denominator: Annotated[
        int | None,
        Number(
            "the denominator, a whole number; of BCQG the dossiers received",
            label=_("denominator"),
            heading="Mẫu số",
            help="Số nguyên, không có dấu phân cách hàng nghìn. Với BCQG là số hồ sơ tiếp nhận.",
            example="412",
            digits=18,
        ),
    ]
    ratio: Annotated[
        Decimal | None,
        Decimals(
            ("per cent, or days for 2.2, where only that is known; at most two decimals"),
            label=_("ratio"),
            heading="Tỷ lệ",
            help=(
                "Phần trăm (với 2.2 là số ngày), khi chỉ biết tỷ lệ; tối đa hai số thập "
                "phân, không ghi dấu %."
            ),
            also=("Tỉ lệ", "Phần trăm"),
            digits=12,
        ),
    ]
    points: Annotated[
        Decimal | None,
        Decimals(
            "points, where they are published; at most two decimals",
            label=_("points"),
            heading="Điểm",
            help="Điểm, khi đã được công bố; tối đa hai số thập phân.",
            also=("Điểm số",),
            digits=6,
        ),
    ]
    source: Annotated[
        str,
        Choice(
            ("typed, or published by the portal, which only a command may state; empty is typed"),
            label=_("source"),
            heading="Nguồn",
            help="Bỏ trống hoặc chọn “Nhập tay”. Số liệu Cổng công bố chỉ người vận hành mới ghi.",
            width=22,
            default=Source.TYPED,
            options={
                Source.TYPED: (_("typed in"), "Nhập tay"),
                Source.PUBLISHED: (_("published by the portal"), "Cổng công bố"),
            },
            longest=10,
        ),
    ]
    as_of: Annotated[
        datetime,
        Instant(
            "as of when it was so",
            label=_("as of"),
            heading="Tại thời điểm",
            help="Số liệu đúng tại thời điểm nào.",
            also=("Thời điểm", "Ngày số liệu"),
            example="20261001000000",
            required=True,
            ahead=True,
        ),
    ]
    flags: Annotated[
        str,
        Code(
            "quality flags in capitals, separated by |",
            label=_("quality flags"),
            hint=_("separated by |"),
            heading="Dấu chất lượng",
            help="Các mã viết hoa, cách nhau bằng dấu |; thường để trống.",
            also=("Cờ",),
            width=26,
            longest=200,
        ),
    ]
    note: Annotated[
        str,
        Name(
            "a note, shortened to 300 letters",
            label=_("note"),
            heading="Ghi chú",
            help="Không ghi họ tên, số giấy tờ hay địa chỉ.",
            width=40,
            private=True,
            longest=300,
        ),
    ]


FIGURES = Kind(
    name="figure",
    plural="figures",
    titles=(_("stated figure"), _("stated figures")),
    model="StatedFigure",
    related="stated_figures",
    record=Figure,
    sheet=Sheet(
        "Số liệu",
        guide=(
            (
                "Mỗi dòng là số liệu của một chỉ số, của một đơn vị, trong một kỳ, tại một "
                "thời điểm."
            ),
            "Dòng bắt đầu bằng “VÍ DỤ” không được đọc.",
            SECOND_ROW,
            (
                "Ô trống nghĩa là không có số liệu, không phải là 0. Số thập phân viết bằng"
                " dấu chấm."
            ),
            (
                "Số liệu tại thời điểm sau thay cho thời điểm trước; thời điểm trước vẫn "
                "được lưu làm lịch sử."
            ),
            MEND_THERE,
        ),
        first=("unit_id",),
    ),
    clock=(),
    placed="as_of",
    made_of=("unit_id", "period", "indicator", "as_of", "source"),
    restated=True,
    measured=False,
    guarded_as="figures",
    listed=(
        "period",
        "indicator",
        "numerator",
        "denominator",
        "ratio",
        "points",
        "source",
        "as_of",
        "flags",
    ),
    filters=("source", "period", "indicator"),
    ordering=("unit", "period", "indicator", "-as_of"),
    once="stated_figure_code_once",
    indexes=(
        Index("stated_figure_of_unit", ("unit", "period", "indicator", "as_of")),
        Index("stated_figure_by_moment", ("period", "as_of")),
    ),
)
