"""The kinds of fact beside dossiers, and every vocabulary by its kind's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phucvu.measures.vocabulary import DOSSIER, Column, Type, Vocabulary


def _number(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.INTEGER, False, en, vi, field)


def _text(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.TEXT, False, en, vi, field)


def _moment(name: str, en: str, vi: str, field: str = "") -> Column:
    return Column(name, Type.WALL_TIME, True, en, vi, field)


_ID = _number("id", "the register's own number", "số thứ tự trong sổ")
_DOSSIER_CODE = _text(
    "dossier_code", "the dossier it is about, or ''", "mã hồ sơ liên quan hoặc ''", "dossier_code"
)

PETITION = Vocabulary(
    "petition",
    [
        _ID,
        _number("unit_id", "the unit it is addressed to", "đơn vị được gửi đến", "unit"),
        _text("code", "code of the petition", "mã phản ánh, kiến nghị", "code"),
        _text(
            "about",
            "what it is about: 'rules' (regulations and procedures), 'staff' (conduct) or ''",
            "nội dung: 'rules' quy định, thủ tục hành chính; 'staff' hành vi của cán bộ hoặc ''",
            "about",
        ),
        _text(
            "state",
            "where it stands: 'received', 'accepted', 'refused', 'supplement_asked', "
            "'supplement_answered', 'transferred', 'processed', 'waiting' (to be published), "
            "'published'",
            "trạng thái: 'received' mới nhận, 'accepted' đã tiếp nhận, 'refused' từ chối, "
            "'supplement_asked' yêu cầu bổ sung, 'supplement_answered' đã bổ sung, 'transferred' "
            "đã chuyển, 'processed' đã xử lý, 'waiting' chờ công khai, 'published' đã công khai",
            "history",
        ),
        _moment("received_at", "when it was sent in", "thời điểm gửi", "received_at"),
        _moment("accepted_at", "when it was accepted", "thời điểm tiếp nhận", "accepted_at"),
        _moment("refused_at", "when it was refused", "thời điểm từ chối", "refused_at"),
        _moment(
            "supplement_asked_at",
            "when a supplement was asked",
            "thời điểm yêu cầu bổ sung",
            "supplement_asked_at",
        ),
        _moment(
            "supplement_answered_at",
            "when it was answered",
            "thời điểm nhận bổ sung",
            "supplement_answered_at",
        ),
        _moment(
            "transferred_at",
            "when it was last transferred to another unit",
            "thời điểm chuyển đơn vị gần nhất",
            "transferred_at",
        ),
        _moment("processed_at", "when it was processed", "thời điểm xử lý xong", "processed_at"),
        _moment(
            "waiting_at",
            "since when it waits to be published",
            "thời điểm bắt đầu chờ công khai",
            "waiting_at",
        ),
        _moment(
            "published_at",
            "when the answer was published",
            "thời điểm công khai kết quả",
            "published_at",
        ),
        _moment(
            "accept_due_at",
            "until when it has to be accepted or refused: 2 working days",
            "hạn tiếp nhận hoặc từ chối: 2 ngày làm việc",
        ),
        _moment(
            "supplement_due_at",
            "until when a supplement can be asked: 5 working days",
            "hạn yêu cầu bổ sung: 5 ngày làm việc",
        ),
        _moment(
            "process_due_at",
            "until when it has to be processed: 15 working days from sending or the last transfer",
            "hạn xử lý: 15 ngày làm việc từ khi gửi hoặc từ lần chuyển gần nhất",
        ),
        _moment(
            "publish_due_at",
            "until when the answer has to be published: 2 working days of waiting",
            "hạn công khai: 2 ngày làm việc từ khi chờ công khai",
        ),
        _number("likes", "likes on the portal", "lượt thích trên cổng", "likes"),
        _number("dislikes", "dislikes on the portal", "lượt không thích trên cổng", "dislikes"),
        Column(
            "complained_again",
            Type.BOOLEAN,
            False,
            "the same matter was complained of again",
            "có phản ánh lại về cùng việc",
            "complained_again",
        ),
        _text(
            "follows_code",
            "the petition it repeats; '' of a first one",
            "mã phản ánh trước về cùng việc; '' nếu là lần đầu",
            "follows_code",
        ),
        _DOSSIER_CODE,
    ],
)
"""Petitions (phản ánh, kiến nghị): one row is one petition with the moments of its states."""

CERTIFIED_COPY = Vocabulary(
    "certified_copy",
    [
        _ID,
        _number("unit_id", "the unit that certified", "đơn vị chứng thực", "unit"),
        _text("code", "number of the certification", "số chứng thực", "code"),
        _moment("certified_at", "when it was certified", "thời điểm chứng thực", "certified_at"),
        _number("copies", "how many copies", "số bản sao", "copies"),
        _DOSSIER_CODE,
    ],
)
"""Certified electronic copies of an original (bản sao điện tử có chứng thực từ bản chính)."""

LOOKUP = Vocabulary(
    "lookup",
    [
        _ID,
        _number("unit_id", "the unit that looked up", "đơn vị tra cứu", "unit"),
        _text("code", "number of the lookup", "mã lượt tra cứu", "code"),
        _moment("looked_up_at", "when it was looked up", "thời điểm tra cứu", "looked_up_at"),
        _text("account", "pseudonym of the account", "mã thay cho tài khoản", "account"),
        _DOSSIER_CODE,
    ],
)
"""Lookups in the national population database: one row is one lookup."""

FACTS: Mapping[str, Vocabulary] = MappingProxyType(
    {vocabulary.fact: vocabulary for vocabulary in (DOSSIER, PETITION, CERTIFIED_COPY, LOOKUP)}
)
"""The vocabularies by the kind's name, dossiers first."""
