"""Surveys: what people answer who are asked how satisfied they are with an office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from phucvu.facts.columns import Choice, Code, Flag, Moment, Name, Number, UnitCode
from phucvu.facts.kind import Kind, Refuse, Sheet
from phucvu.facts.record import FactRecord
from phucvu.facts.words import SECOND_ROW
from phucvu.facts.words import gettext_noop as _


class Survey(FactRecord, frozen=True, gc=False):
    """One questionnaire of nine questions, each answered with 0, 1 or 2."""

    code: Annotated[
        str,
        Code(
            "the number of the questionnaire",
            "số phiếu",
            label=_("number of the questionnaire"),
            heading="Số phiếu",
            help="Số phiếu khảo sát.",
            example="KS-0001",
            required=True,
        ),
    ]
    unit_id: Annotated[int, UnitCode("the unit it is about", "đơn vị được khảo sát", help="Mã.")]
    answered_at: Annotated[
        int | None,
        Moment(
            "when it was answered",
            "thời điểm trả lời",
            label=_("answered at"),
            heading="Ngày trả lời",
            help="Ngày giờ trả lời.",
            also=("answered",),
            example="20260302080500",
            required=True,
        ),
    ]
    score: Annotated[
        int,
        Number(
            "the sum of its answers, 0 to 18",
            "tổng điểm, 0 đến 18",
            label=_("score"),
            heading="Tổng điểm",
            help="Tổng điểm chín câu.",
            example="16",
            required=True,
            most=18,
        ),
    ]
    way: Annotated[
        str,
        Choice(
            "how it was asked: 'paper', 'phone' or ''",
            "hình thức: 'paper' phiếu giấy, 'phone' điện thoại hoặc ''",
            label=_("way"),
            heading="Hình thức",
            help="Chọn trong danh sách.",
            options={
                "paper": (_("on paper"), "Phiếu giấy"),
                "phone": (_("by phone"), "Điện thoại"),
            },
        ),
    ]
    again: Annotated[
        bool,
        Flag(
            "the person was asked before",
            "đã được hỏi trước đó",
            label=_("asked before"),
            heading="Hỏi lại",
            help="Đã hỏi trước đó.",
        ),
    ]
    remark: Annotated[
        str,
        Name("a remark", "ghi chú", label=_("remark"), heading="Ghi chú", help="Ghi chú."),
    ]


def _check(values: Mapping[str, Any], refuse: Refuse) -> None:
    if values["way"] == "phone" and values["score"] == 0:
        refuse("score", _("is 0, which nobody answers on the phone"))


SURVEYS = Kind(
    name="survey",
    plural="surveys",
    titles=(_("survey"), _("surveys")),
    model="Survey",
    related="surveys",
    record=Survey,
    sheet=Sheet("Khảo sát", guide=("Mỗi dòng là một phiếu khảo sát.", SECOND_ROW)),
    clock=("answered_at",),
    placed="answered_at",
    check=_check,
    listed=("answered_at", "score", "way"),
    filters=("way",),
)
