"""Ratings: what applicants think of how their dossier was handled."""

from __future__ import annotations

from typing import Annotated

from phucvu.facts.columns import Choice, Code, Moment, UnitCode
from phucvu.facts.kind import Index, Kind, OnDossiers, Sheet
from phucvu.facts.record import FactRecord, SentFor
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

__all__ = ["LEVELS", "RATINGS", "Rating"]

LEVELS = {
    "very_satisfied": (_("very satisfied"), "Rất hài lòng"),
    "satisfied": (_("satisfied"), "Hài lòng"),
    "not_satisfied": (_("not satisfied"), "Không hài lòng"),
}


class Rating(FactRecord, frozen=True, gc=False):
    """The rating of one dossier, under the dossier's code; it may come before its dossier.

    Who gave it is never kept. A later rating of it takes the place of the first.
    """

    code: Annotated[
        str,
        Code(
            "the code of the dossier that is rated",
            "mã hồ sơ",
            label=_("dossier code"),
            heading="Mã hồ sơ",
            help="Mã của hồ sơ được đánh giá.",
            also=("Hồ sơ", "MaHoSo", "dossier", "dossier code"),
            width=26,
            example="H29.01-260302-00001",
            required=True,
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit that handled the dossier",
            "đơn vị giải quyết",
            help="Mã của đơn vị giải quyết hồ sơ.",
        ),
    ]
    rated_at: Annotated[
        int | None,
        Moment(
            "when it was rated",
            "thời điểm đánh giá",
            label=_("rated at"),
            heading="Thời điểm đánh giá",
            help="Ngày giờ đánh giá.",
            also=("Ngày đánh giá", "rated at", "date"),
            example="20260310080500",
            required=True,
        ),
    ]
    level: Annotated[
        str,
        Choice(
            "'very_satisfied', 'satisfied' or 'not_satisfied'",
            "'very_satisfied' rất hài lòng, 'satisfied' hài lòng, 'not_satisfied' không hài lòng",
            label=_("rating"),
            heading="Mức độ hài lòng",
            help="Chọn trong danh sách.",
            also=("Đánh giá", "Mức hài lòng", "rating", "satisfaction"),
            width=22,
            example="satisfied",
            required=True,
            options=LEVELS,
        ),
    ]
    sent_for: SentFor = ""


RATINGS = Kind(
    name="rating",
    plural="ratings",
    titles=(_("rating"), _("ratings")),
    model="DossierRating",
    related="ratings",
    record=Rating,
    sheet=Sheet(
        "Đánh giá",
        guide=(
            (
                "Mỗi dòng là đánh giá của người nộp về một hồ sơ. "
                "Dòng bắt đầu bằng “VÍ DỤ” không được đọc."
            ),
            SECOND_ROW,
            "Hồ sơ được đánh giá lại thì tính lần sau cùng. Có thể gửi trước khi có hồ sơ.",
            MEND_THERE,
            "Không nhập họ tên, số điện thoại hay ý kiến của người đánh giá.",
        ),
    ),
    clock=("rated_at",),
    placed="rated_at",
    one_feed=True,
    # A dossier has one rating, under its own code: the last one stands.
    names_dossier="code",
    on_dossiers=(OnDossiers("rating", value="MAX(level)", nothing=""),),
    listed=("level", "rated_at", "changed_at"),
    filters=("level",),
    once="rating_once",
    indexes=(Index("rating_unit", ("unit",)),),
)
