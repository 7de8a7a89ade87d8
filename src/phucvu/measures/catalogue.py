"""The columns of the catalogue of procedures: what each is, which units apply it, and both."""

from __future__ import annotations

from phucvu.measures.vocabulary import Column, Type, Vocabulary, flag, moment, number, text

__all__ = ["APPLIED_PROCEDURE", "CATALOGUE", "PROCEDURE"]

_CODE = text("procedure_code", "procedure code", "mã thủ tục hành chính", "procedure_code")
_LEVEL = number(
    "online_level",
    "online service at this unit: 2 information only, 3 partial, 4 full",
    "mức dịch vụ công trực tuyến tại đơn vị: 2 cung cấp thông tin, 3 một phần, 4 toàn trình",
    "online_level",
)
_AT = number("unit_id", "the unit that applies the procedure", "đơn vị thực hiện", "unit")
_KEPT = [
    number("id", "the register's own number", "số thứ tự trong sổ"),
    text("code", "the row's own code", "mã của dòng"),
]
_HELD = [
    moment("from_at", "from when it holds; null is always", "có hiệu lực từ", "from_at"),
    moment("until_at", "from when it no longer does", "hết hiệu lực từ", "until_at"),
]
_SAID = [
    text("field_name", "name of the field of work", "tên lĩnh vực", "field_name"),
    number(
        "fee",
        "the highest fee, in VND; 0 where there is nothing to pay",
        "mức phí, lệ phí cao nhất (đồng); 0 nếu không thu",
        "fee",
    ),
    text(
        "result",
        "what the applicant is given: 'document', 'none' or ''",
        "kết quả: 'document' có giấy tờ, 'none' không có giấy tờ hoặc ''",
        "result",
    ),
    flag("for_citizen", "Vietnamese citizens may apply", "công dân Việt Nam", "for_citizen"),
    flag(
        "for_overseas",
        "Vietnamese living abroad may apply",
        "người Việt Nam định cư ở nước ngoài",
        "for_overseas",
    ),
    flag("for_foreigner", "foreigners may apply", "người nước ngoài", "for_foreigner"),
    flag("for_business", "businesses may apply", "doanh nghiệp, hợp tác xã", "for_business"),
    flag("for_organisation", "organisations may apply", "tổ chức", "for_organisation"),
    flag("for_state", "state bodies may apply", "cơ quan nhà nước", "for_state"),
    flag("published", "it is published now", "đang được công khai", "published"),
    flag("has_name", "its name is given", "có tên thủ tục", "has_name"),
    flag("has_steps", "its steps are given", "có trình tự thực hiện", "has_steps"),
    flag("has_methods", "the ways to apply are given", "có cách thức thực hiện", "has_methods"),
    flag(
        "has_components",
        "the papers of a dossier and the number of sets are given",
        "có thành phần, số lượng hồ sơ",
        "has_components",
    ),
    flag("has_term", "its term is given", "có thời hạn giải quyết", "has_term"),
    flag("has_subjects", "who may apply is given", "có đối tượng thực hiện", "has_subjects"),
    flag("has_body", "the executing body is given", "có cơ quan thực hiện", "has_body"),
]

PROCEDURE = Vocabulary(
    "procedure",
    [
        *_KEPT,
        number("unit_id", "who keeps it in the catalogue", "cơ quan quản lý", "unit"),
        _CODE,
        *_HELD,
        text("name", "its name", "tên thủ tục", "name"),
        text("promulgated_by", "who promulgated it", "cơ quan ban hành", "promulgated_by"),
        text("executed_by", "who executes it", "cơ quan thực hiện", "executed_by"),
        Column("term", Type.INTEGER, True, "the longest term", "thời hạn giải quyết", "term"),
        text(
            "term_unit",
            "what the term is counted in: 'working_days', 'days' or 'hours'",
            "đơn vị thời hạn: 'working_days' ngày làm việc, 'days' ngày, 'hours' giờ làm việc",
            "term_unit",
        ),
        *_SAID,
    ],
)
"""Procedures: one row is what one procedure is from a moment on."""

APPLIED_PROCEDURE = Vocabulary("applied_procedure", [*_KEPT, _AT, _CODE, *_HELD, _LEVEL])
"""Procedures at units: one row is how far one can be done online at one unit, from a moment on."""

CATALOGUE = Vocabulary("catalogue", [_CODE, _LEVEL, *_SAID])
"""The catalogue as it was at a moment: one row is one procedure as far online as it is somewhere.

Not by unit: whether a measure holds is asked of each procedure and level once, for all units.
"""
