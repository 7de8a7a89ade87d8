"""Payments of fees and other financial duties: what was asked for a dossier, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from phucvu.facts.columns import Choice, Code, Flag, Moment, Money, UnitCode
from phucvu.facts.kind import Index, Kind, OnDossiers, Refuse, Sheet, lies_before
from phucvu.facts.record import FactRecord, SentFor
from phucvu.facts.words import MEND_THERE, SECOND_ROW
from phucvu.facts.words import gettext_noop as _

__all__ = ["PAYMENTS", "Payment"]


class Payment(FactRecord, frozen=True, gc=False):
    """One sum asked for a dossier; the dossier need not be in the register.

    Who paid, and from which account, is never kept.
    """

    code: Annotated[
        str,
        Code(
            "the number of the payment",
            "mã khoản thanh toán",
            label=_("number of the payment"),
            heading="Mã khoản thanh toán",
            help="Mã phân biệt khoản này với các khoản khác.",
            also=("Mã giao dịch", "Mã thanh toán", "payment", "transaction"),
            width=26,
            example="TT-260302-00001",
            required=True,
        ),
    ]
    unit_id: Annotated[
        int,
        UnitCode(
            "the unit that handles the dossier",
            "đơn vị giải quyết",
            help="Mã của đơn vị giải quyết hồ sơ.",
        ),
    ]
    dossier_code: Annotated[
        str,
        Code(
            "the code of the dossier",
            "mã hồ sơ",
            label=_("dossier code"),
            heading="Mã hồ sơ",
            help="Mã của hồ sơ phải nộp.",
            also=("Hồ sơ", "MaHoSo", "dossier"),
            width=26,
            example="H29.01-260302-00001",
            required=True,
        ),
    ]
    purpose: Annotated[
        str,
        Choice(
            "what it is for: 'fee' (phí), 'charge' (lệ phí), 'duty' (another financial duty) or ''",
            "loại: 'fee' phí, 'charge' lệ phí, 'duty' nghĩa vụ tài chính khác hoặc ''",
            label=_("purpose"),
            heading="Loại khoản thu",
            help="Chọn trong danh sách.",
            also=("Loại phí",),
            width=22,
            example="charge",
            options={
                "fee": (_("fee"), "Phí"),
                "charge": (_("charge"), "Lệ phí"),
                "duty": (_("other financial duty"), "Nghĩa vụ tài chính khác"),
            },
            longest=8,
        ),
    ]
    amount: Annotated[
        int,
        Money(
            "what is to be paid, in VND",
            "số tiền phải nộp (đồng)",
            label=_("amount (VND)"),
            heading="Số tiền (đồng)",
            help="Số tiền phải nộp, số nguyên đồng.",
            also=("Gia", "Mức thu", "amount"),
            example="8000",
            required=True,
            not_negative="payment_not_negative",
        ),
    ]
    requested_at: Annotated[
        int | None,
        Moment(
            "when it was asked for",
            "thời điểm yêu cầu",
            label=_("asked for at"),
            heading="Thời điểm yêu cầu",
            help="Ngày giờ yêu cầu nộp.",
            also=("Ngày yêu cầu", "requested at"),
            example="20260302080500",
            required=True,
        ),
    ]
    paid_at: Annotated[
        int | None,
        Moment(
            "when it was paid",
            "thời điểm nộp",
            label=_("paid at"),
            heading="Thời điểm nộp",
            help="Ngày giờ nộp; bỏ trống nếu chưa nộp.",
            also=("Ngày nộp", "paid at"),
            example="20260302091000",
        ),
    ]
    method: Annotated[
        str,
        Choice(
            "how it was paid: 'national' online on the national portal, 'gateway' online "
            "elsewhere, 'cash', 'transfer' or ''; given where it was paid",
            "hình thức: 'national' trực tuyến trên Cổng quốc gia, 'gateway' trực tuyến qua cổng "
            "khác, 'cash' tiền mặt, 'transfer' chuyển khoản hoặc ''; có khi đã nộp",
            label=_("method"),
            heading="Hình thức nộp",
            help="Chọn trong danh sách; bắt buộc khi có thời điểm nộp.",
            also=("Hình thức thu", "method"),
            width=30,
            example="national",
            options={
                "national": (_("online on the national portal"), "Trực tuyến trên Cổng DVCQG"),
                "gateway": (_("online through another gateway"), "Trực tuyến qua cổng khác"),
                "cash": (_("in cash"), "Tiền mặt"),
                "transfer": (_("by transfer"), "Chuyển khoản"),
            },
            longest=10,
        ),
    ]
    refunded_at: Annotated[
        int | None,
        Moment(
            "when it was paid back",
            "thời điểm hoàn trả",
            label=_("paid back at"),
            heading="Thời điểm hoàn trả",
            help="Ngày giờ hoàn trả, nếu có.",
            also=("Ngày hoàn trả", "refunded at"),
        ),
    ]
    cancelled_at: Annotated[
        int | None,
        Moment(
            "when it was cancelled",
            "thời điểm hủy",
            label=_("cancelled at"),
            heading="Thời điểm hủy",
            help="Ngày giờ hủy yêu cầu, nếu có.",
            also=("Ngày hủy", "cancelled at"),
        ),
    ]
    exempt: Annotated[
        bool,
        Flag(
            "the applicant is exempt and need not pay",
            "người nộp được miễn",
            label=_("exempt"),
            heading="Được miễn",
            help="Người nộp có được miễn không.",
            also=("Miễn", "exempt"),
            example="0",
        ),
    ]
    sent_for: SentFor = ""


def _check(values: Mapping[str, Any], refuse: Refuse) -> None:
    for name in ("paid_at", "cancelled_at"):
        if lies_before(values, name, "requested_at"):
            refuse(name, _("lies before the day it was asked for (requested_at)"))
    paid, back = values["paid_at"], values["refunded_at"]
    if paid is not None and not values["method"]:
        refuse("method", _("is required where it was paid (paid_at)"))
    if back is not None and (paid is None or back < paid):
        refuse("refunded_at", _("lies before the payment (paid_at)"))


def _counted(name: str, condition: str) -> OnDossiers:
    """Count on the dossier the payments of a state, none of which was cancelled."""
    when = f"cancelled_at IS NULL AND {condition}"
    return OnDossiers(f"payments_{name}", value=f"SUM(CASE WHEN {when} THEN 1 ELSE 0 END)")


# Each payment is in one of these, or was cancelled. Which of them are online, and whether a fee was
# due, is the law's to say.
_DUE = "NOT exempt AND amount > 0"
_HELD = f"{_DUE} AND paid_at IS NOT NULL AND refunded_at IS NULL"
_STATES = (
    _counted("free", f"NOT ({_DUE})"),
    _counted("open", f"{_DUE} AND paid_at IS NULL"),
    _counted("refunded", f"{_DUE} AND paid_at IS NOT NULL AND refunded_at IS NOT NULL"),
    _counted("national", f"{_HELD} AND method = 'national'"),
    _counted("gateway", f"{_HELD} AND method = 'gateway'"),
    _counted("cash", f"{_HELD} AND method = 'cash'"),
    _counted("transfer", f"{_HELD} AND method NOT IN ('national', 'gateway', 'cash')"),
)

PAYMENTS = Kind(
    name="payment",
    plural="payments",
    titles=(_("payment"), _("payments")),
    model="Payment",
    related="payments",
    record=Payment,
    sheet=Sheet(
        "Thanh toán",
        guide=(
            (
                "Mỗi dòng là một khoản phải nộp của một hồ sơ. "
                "Dòng bắt đầu bằng “VÍ DỤ” không được đọc."
            ),
            SECOND_ROW,
            (
                "Khi đã nộp, hoàn trả hoặc hủy, gửi lại dòng đó kèm thời điểm. "
                "Có thể gửi trước khi có hồ sơ."
            ),
            MEND_THERE,
            "Không nhập họ tên hay số tài khoản của người nộp.",
        ),
    ),
    clock=("requested_at", "paid_at", "refunded_at", "cancelled_at"),
    placed="requested_at",
    names_dossier="dossier_code",
    on_dossiers=_STATES,
    check=_check,
    listed=("dossier_code", "amount", "requested_at", "paid_at", "method", "refunded_at"),
    filters=("method", "purpose", "exempt"),
    once="payment_code_once",
    indexes=(
        Index("payment_unit", ("unit",)),
        Index("payment_of_dossier", ("dossier_code",)),
    ),
)
