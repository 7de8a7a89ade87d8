"""Lookups in the national population database."""

from __future__ import annotations

from typing import Annotated

from phucvu.facts.columns import Code, Moment, Pseudonym, UnitCode
from phucvu.facts.kind import Index, Kind, OnDossiers, Sheet
from phucvu.facts.record import FactRecord, SentFor
from phucvu.facts.words import SECOND_ROW
from phucvu.facts.words import gettext_noop as _

__all__ = ["LOOKUPS", "Lookup"]


class Lookup(FactRecord, frozen=True, gc=False):
    """One lookup in the national population database. Whom it was about is never kept."""

    code: Annotated[
        str,
        Code(
            "the number of the lookup, once in the whole installation",
            "mã lượt tra cứu",
            label=_("number of the lookup"),
            heading="Mã lượt tra cứu",
            help="Mã lượt tra cứu, không trùng trong toàn hệ thống.",
            also=("Mã", "Mã giao dịch", "lookup id", "transaction id"),
            width=26,
            example="TC-2026-000123",
            required=True,
        ),
    ]
    unit_id: Annotated[
        int, UnitCode("the unit that looked up", "đơn vị tra cứu", help="Mã của đơn vị tra cứu.")
    ]
    looked_up_at: Annotated[
        int | None,
        Moment(
            "when it was looked up",
            "thời điểm tra cứu",
            label=_("looked up at"),
            heading="Thời điểm tra cứu",
            help="Ngày giờ tra cứu.",
            also=("Ngày tra cứu", "Thời gian", "time", "looked up at"),
            example="20260302080500",
            required=True,
        ),
    ]
    account: Annotated[
        str,
        Pseudonym(
            "who looked up; only a pseudonym made from it is kept",
            "mã thay cho tài khoản",
            label=_("pseudonym of the account"),
            heading="Tài khoản",
            help="Tài khoản tra cứu; hệ thống chỉ lưu một mã thay cho tài khoản.",
            also=("Tài khoản tra cứu", "account", "user"),
            example="canbo01",
            private=True,
        ),
    ]
    dossier_code: Annotated[
        str,
        Code(
            "the dossier it was looked up for, or ''",
            "mã hồ sơ cần tra cứu hoặc ''",
            label=_("dossier code"),
            heading="Mã hồ sơ",
            help="Mã hồ sơ cần tra cứu, nếu có.",
            also=("Hồ sơ", "dossier"),
            example="H29.01-260302-00001",
        ),
    ]
    sent_for: SentFor = ""


LOOKUPS = Kind(
    name="lookup",
    plural="lookups",
    titles=(_("population database lookup"), _("population database lookups")),
    model="Lookup",
    related="lookups",
    record=Lookup,
    sheet=Sheet(
        "Tra cứu dân cư",
        guide=(
            (
                "Mỗi dòng là một lượt tra cứu Cơ sở dữ liệu quốc gia về dân cư. "
                "Dòng bắt đầu bằng “VÍ DỤ” không được đọc."
            ),
            SECOND_ROW,
            (
                "Không nhập dữ liệu của người được tra cứu. "
                "Tài khoản được thay bằng một mã trước khi lưu."
            ),
        ),
    ),
    clock=("looked_up_at",),
    placed="looked_up_at",
    one_feed=True,
    names_dossier="dossier_code",
    on_dossiers=(OnDossiers("lookups"),),
    listed=("looked_up_at", "account", "dossier_code", "changed_at"),
    once="lookup_code_once",
    indexes=(
        Index("lookup_unit", ("unit",)),
        Index("lookup_by_dossier", ("dossier_code",), given="dossier_code"),
    ),
)
