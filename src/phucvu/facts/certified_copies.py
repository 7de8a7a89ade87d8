"""Certified electronic copies of an original (bản sao điện tử có chứng thực từ bản chính)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from phucvu.facts.columns import Code, Moment, Number, UnitCode
from phucvu.facts.kind import Index, Kind, Refuse, Sheet
from phucvu.facts.record import FactRecord
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

__all__ = ["CERTIFIED_COPIES", "CertifiedCopy"]


class CertifiedCopy(FactRecord, frozen=True, gc=False):
    """One certification of electronic copies from an original (chứng thực bản sao điện tử)."""

    code: Annotated[
        str,
        Code(
            "the number of the certification, once in the whole installation",
            "số chứng thực",
            label=_("number of the certification"),
            heading="Số chứng thực",
            help="Số chứng thực, không trùng trong toàn hệ thống; nên ghi mã đơn vị ở đầu.",
            also=("Số", "Số bản sao", "certificate number", "number"),
            width=26,
            example="H29.01/2026/000123",
            required=True,
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit that certified",
            "đơn vị chứng thực",
            help="Mã xã, phường, đặc khu đã chứng thực.",
        ),
    ]
    certified_at: Annotated[
        int | None,
        Moment(
            "when it was certified",
            "thời điểm chứng thực",
            label=_("certified at"),
            heading="Ngày chứng thực",
            help="Ngày giờ chứng thực.",
            also=("Thời điểm chứng thực", "date", "certified at"),
            example="20260302080500",
            required=True,
        ),
    ]
    copies: Annotated[
        int,
        Number(
            "how many copies; 1 where it is not given",
            "số bản sao",
            label=_("copies"),
            heading="Số bản sao",
            help="Số bản sao điện tử; bỏ trống là 1.",
            also=("Số lượng", "copies"),
            example="1",
            default=1,
        ),
    ]
    dossier_code: Annotated[
        str,
        Code(
            "the dossier it belongs to, or ''",
            "mã hồ sơ chứng thực hoặc ''",
            label=_("dossier code"),
            heading="Mã hồ sơ",
            help="Mã hồ sơ chứng thực, nếu có.",
            also=("Hồ sơ", "dossier"),
            example="H29.01-260302-00001",
        ),
    ]


def _check(values: Mapping[str, Any], refuse: Refuse) -> None:
    if values["copies"] == 0:
        refuse("copies", _("must be at least 1"))


CERTIFIED_COPIES = Kind(
    name="certified_copy",
    plural="certified-copies",
    titles=(_("certified e-copy"), _("certified e-copies")),
    model="CertifiedCopy",
    related="certified_copies",
    record=CertifiedCopy,
    sheet=Sheet(
        "Chứng thực điện tử",
        guide=(
            (
                "Mỗi dòng là một lần chứng thực bản sao điện tử từ bản chính. "
                "Dòng bắt đầu bằng “VÍ DỤ” không được đọc."
            ),
            SECOND_ROW,
            "Gửi lại cùng một số chứng thực là cập nhật; gửi hai lần không sao.",
            MEND_THERE,
        ),
    ),
    clock=("certified_at",),
    placed="certified_at",
    one_feed=True,
    names_dossier="dossier_code",
    check=_check,
    listed=("certified_at", "copies", "dossier_code", "changed_at"),
    once="certified_copy_code_once",
    indexes=(Index("certified_copy_unit", ("unit",)),),
)
