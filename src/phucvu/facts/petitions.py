"""Petitions: what people complain of or propose, and how far the office is with the answer."""

from __future__ import annotations

from typing import Annotated

from phucvu.facts.columns import Choice, Code, Flag, LongText, Moment, Number, UnitCode
from phucvu.facts.kind import Index, Kind, OnDossiers, Sheet
from phucvu.facts.record import FactRecord, SentFor
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

STATES = {
    "received": _("received"),
    "accepted": _("accepted"),
    "refused": _("refused"),
    "supplement_asked": _("supplement asked"),
    "supplement_answered": _("supplement answered"),
    "transferred": _("transferred"),
    "processed": _("processed"),
    "waiting": _("waiting to be published"),
    "published": _("answer published"),
}
"""The states a petition goes through, in the order they usually follow each other."""


class Petition(FactRecord, frozen=True, gc=False):
    """One petition (phản ánh, kiến nghị), as last sent.

    Of a state it was in more than once the column holds the last time; `history` has them all. Who
    sent it, and its text, are never kept.
    """

    code: Annotated[
        str,
        Code(
            "the petition's code; sending it again overwrites",
            "mã phản ánh, kiến nghị",
            label=_("code of the petition"),
            heading="Mã phản ánh",
            help="Mã của phản ánh, kiến nghị trên hệ thống tiếp nhận.",
            also=(
                "Mã phản ánh kiến nghị",
                "Mã PAKN",
                "Mã",
                "petition code",
                "petition id",
                "case id",
            ),
            width=24,
            example="PAKN-2026-000123",
            required=True,
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit it is addressed to",
            "đơn vị được gửi đến",
            help="Mã của đơn vị được gửi đến, hoặc được chuyển đến sau cùng.",
        ),
    ]
    about: Annotated[
        str,
        Choice(
            ("what it is about: 'rules' (regulations and procedures), 'staff' (conduct) or ''"),
            ("nội dung: 'rules' quy định, thủ tục hành chính; 'staff' hành vi của cán bộ hoặc ''"),
            label=_("about"),
            heading="Nội dung về",
            help="Chọn trong danh sách; bỏ trống nếu chưa phân loại.",
            also=("Loại phản ánh", "Phân loại", "Loại", "class", "kind"),
            width=26,
            example="rules",
            options={
                "rules": (_("rules and procedures"), "Quy định, thủ tục hành chính"),
                "staff": (_("conduct of officials"), "Hành vi của cán bộ"),
            },
            longest=10,
        ),
    ]
    state: Annotated[
        str,
        Choice(
            (
                "where it stands: 'received', 'accepted', 'refused', 'supplement_asked', "
                "'supplement_answered', 'transferred', 'processed', 'waiting' (to be "
                "published), 'published'"
            ),
            (
                "trạng thái: 'received' mới nhận, 'accepted' đã tiếp nhận, 'refused' từ "
                "chối, 'supplement_asked' yêu cầu bổ sung, 'supplement_answered' đã bổ "
                "sung, 'transferred' đã chuyển, 'processed' đã xử lý, 'waiting' chờ công "
                "khai, 'published' đã công khai"
            ),
            label=_("state"),
            field="history",
            options={state: (label, "") for state, label in STATES.items()},
            required=True,
            longest=20,
        ),
    ]
    received_at: Annotated[
        int,
        Moment(
            "when it was sent in; the terms are counted from here",
            "thời điểm gửi",
            label=_("received at"),
            heading="Thời điểm gửi",
            help="Ngày giờ người dân gửi. Hạn xử lý tính từ đây.",
            also=(
                "Ngày gửi",
                "Ngày nhận",
                "Ngày tiếp nhận phản ánh",
                "received",
                "received at",
                "date received",
            ),
            example="20260302080500",
            required=True,
        ),
    ]
    accepted_at: Annotated[
        int | None,
        Moment(
            "when it was accepted",
            "thời điểm tiếp nhận",
            label=_("accepted at"),
            heading="Tiếp nhận",
            help="Ngày giờ đơn vị tiếp nhận; hạn 2 ngày làm việc.",
            also=("Ngày tiếp nhận", "accepted", "accepted at"),
            example="20260303090000",
        ),
    ]
    refused_at: Annotated[
        int | None,
        Moment(
            "when it was refused",
            "thời điểm từ chối",
            label=_("refused at"),
            heading="Từ chối",
            help="Ngày giờ đơn vị từ chối; hạn 2 ngày làm việc.",
            also=("Ngày từ chối", "refused", "refused at"),
        ),
    ]
    supplement_asked_at: Annotated[
        int | None,
        Moment(
            "when a supplement was asked",
            "thời điểm yêu cầu bổ sung",
            label=_("supplement asked at"),
            heading="Yêu cầu bổ sung",
            help="Ngày giờ yêu cầu bổ sung thông tin; hạn 5 ngày làm việc.",
            also=("Ngày yêu cầu bổ sung", "supplement asked at"),
        ),
    ]
    supplement_answered_at: Annotated[
        int | None,
        Moment(
            "when the supplement came",
            "thời điểm nhận bổ sung",
            label=_("supplement answered at"),
            heading="Nhận bổ sung",
            help="Ngày giờ nhận thông tin bổ sung.",
            also=("Ngày nhận bổ sung", "supplement answered at"),
        ),
    ]
    transferred_at: Annotated[
        int | None,
        Moment(
            "when it was last transferred; the term for processing begins anew",
            "thời điểm chuyển đơn vị gần nhất",
            label=_("transferred at"),
            heading="Chuyển đơn vị",
            help="Ngày giờ chuyển đến đơn vị này lần gần nhất; hạn xử lý tính lại từ đây.",
            also=("Ngày chuyển", "transferred", "transferred at"),
        ),
    ]
    processed_at: Annotated[
        int | None,
        Moment(
            "when it was processed",
            "thời điểm xử lý xong",
            label=_("processed at"),
            heading="Xử lý xong",
            help="Ngày giờ xử lý xong; hạn 15 ngày làm việc.",
            also=(
                "Ngày xử lý xong",
                "Ngày xử lý",
                "Ngày trả lời",
                "processed",
                "processed at",
                "date completed",
            ),
            example="20260310150000",
        ),
    ]
    waiting_at: Annotated[
        int | None,
        Moment(
            "since when it waits to be published",
            "thời điểm bắt đầu chờ công khai",
            label=_("waiting since"),
            heading="Chờ công khai",
            help="Ngày giờ bắt đầu chờ công khai kết quả.",
            also=("Ngày chờ công khai", "waiting since"),
            example="20260310153000",
        ),
    ]
    published_at: Annotated[
        int | None,
        Moment(
            "when the answer was published",
            "thời điểm công khai kết quả",
            label=_("published at"),
            heading="Công khai",
            help="Ngày giờ công khai kết quả; hạn 2 ngày làm việc từ khi chờ công khai.",
            also=("Ngày công khai", "published", "published at"),
            example="20260311090000",
        ),
    ]
    likes: Annotated[
        int,
        Number(
            "likes on the portal",
            "lượt thích trên cổng",
            label=_("likes"),
            heading="Lượt thích",
            help="Số lượt thích trên cổng.",
            also=("Thích",),
            example="3",
            default=0,
        ),
    ]
    dislikes: Annotated[
        int,
        Number(
            "dislikes on the portal",
            "lượt không thích trên cổng",
            label=_("dislikes"),
            heading="Lượt không thích",
            help="Số lượt không thích trên cổng.",
            also=("Không thích",),
            example="1",
            default=0,
        ),
    ]
    complained_again: Annotated[
        bool,
        Flag(
            "the same matter was complained of again",
            "có phản ánh lại về cùng việc",
            label=_("complained of again"),
            heading="Bị phản ánh lại",
            help="1 nếu người dân phản ánh lại về cùng việc.",
            also=("Phản ánh lại",),
            example="0",
        ),
    ]
    follows_code: Annotated[
        str,
        Code(
            "the petition it repeats; '' of a first one",
            "mã phản ánh trước về cùng việc; '' nếu là lần đầu",
            label=_("repeats the petition"),
            heading="Lặp lại phản ánh",
            help="Mã của phản ánh trước về cùng việc; bỏ trống nếu là lần đầu.",
            also=("Mã phản ánh trước",),
        ),
    ]
    dossier_code: Annotated[
        str,
        Code(
            "the dossier it is about, or ''",
            "mã hồ sơ liên quan hoặc ''",
            label=_("dossier code"),
            heading="Mã hồ sơ",
            help="Mã hồ sơ mà phản ánh nói đến, nếu có.",
            also=("Hồ sơ", "dossier"),
            example="H29.01-260302-00001",
        ),
    ]
    history: Annotated[
        str,
        LongText(
            "its states with their moments, as JSON",
            label=_("history"),
        ),
    ]
    sent_for: SentFor = ""


PETITIONS = Kind(
    name="petition",
    plural="petitions",
    titles=(_("petition"), _("petitions")),
    model="Petition",
    related="petitions",
    record=Petition,
    sheet=Sheet(
        "Phản ánh kiến nghị",
        guide=(
            (
                "Mỗi dòng là một phản ánh, kiến nghị. Dòng bắt đầu bằng “VÍ DỤ” không được "
                "đọc; có thể xóa."
            ),
            SECOND_ROW,
            ("Gửi lại cùng một mã là cập nhật phản ánh đó; gửi hai lần không sao."),
            MEND_THERE,
            (
                "Không nhập họ tên, số điện thoại, địa chỉ hay nội dung phản ánh: mẫu này "
                "không có cột cho dữ liệu đó."
            ),
        ),
    ),
    clock=(
        "received_at",
        "accepted_at",
        "refused_at",
        "supplement_asked_at",
        "supplement_answered_at",
        "transferred_at",
        "processed_at",
        "waiting_at",
        "published_at",
    ),
    placed="received_at",
    derived={
        "accept_due_at": Moment(
            "until when it has to be accepted or refused, by the law of its day",
            "hạn tiếp nhận hoặc từ chối, theo bộ chỉ số có hiệu lực ngày nhận",
            label=_("to be accepted by"),
        ),
        "supplement_due_at": Moment(
            "until when a supplement can be asked, by the law of its day",
            "hạn yêu cầu bổ sung, theo bộ chỉ số có hiệu lực ngày nhận",
            label=_("supplement to be asked by"),
        ),
        "process_due_at": Moment(
            "until when it has to be processed, by the law of its day",
            "hạn xử lý, theo bộ chỉ số có hiệu lực ngày nhận",
            label=_("to be processed by"),
        ),
        "publish_due_at": Moment(
            "until when the answer has to be published, by the law of its day",
            "hạn công khai, theo bộ chỉ số có hiệu lực ngày nhận",
            label=_("to be published by"),
        ),
    },
    one_feed=True,
    names_dossier="dossier_code",
    on_dossiers=(OnDossiers("petitions"),),
    listed=(
        "about",
        "state",
        "received_at",
        "process_due_at",
        "processed_at",
        "complained_again",
        "changed_at",
    ),
    filters=("state", "about", "complained_again"),
    once="petition_code_once",
    indexes=(
        Index("petition_open_by_term", ("unit", "process_due_at"), unknown="processed_at"),
        Index("petition_by_dossier", ("dossier_code",), given="dossier_code"),
    ),
)
