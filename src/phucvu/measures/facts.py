"""The kinds of fact beside dossiers, and every vocabulary by its kind's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phucvu.measures.catalogue import APPLIED_PROCEDURE, PROCEDURE
from phucvu.measures.dossiers import DOSSIER
from phucvu.measures.vocabulary import Vocabulary, flag, moment, number, text

_ID = number("id", "the register's own number", "số thứ tự trong sổ")
_DOSSIER_CODE = text(
    "dossier_code", "the dossier it is about, or ''", "mã hồ sơ liên quan hoặc ''", "dossier_code"
)

PETITION = Vocabulary(
    "petition",
    [
        _ID,
        number("unit_id", "the unit it is addressed to", "đơn vị được gửi đến", "unit"),
        text("code", "code of the petition", "mã phản ánh, kiến nghị", "code"),
        text(
            "about",
            "what it is about: 'rules' (regulations and procedures), 'staff' (conduct) or ''",
            "nội dung: 'rules' quy định, thủ tục hành chính; 'staff' hành vi của cán bộ hoặc ''",
            "about",
        ),
        text(
            "state",
            "where it stands: 'received', 'accepted', 'refused', 'supplement_asked', "
            "'supplement_answered', 'transferred', 'processed', 'waiting' (to be published), "
            "'published'",
            "trạng thái: 'received' mới nhận, 'accepted' đã tiếp nhận, 'refused' từ chối, "
            "'supplement_asked' yêu cầu bổ sung, 'supplement_answered' đã bổ sung, 'transferred' "
            "đã chuyển, 'processed' đã xử lý, 'waiting' chờ công khai, 'published' đã công khai",
            "history",
        ),
        moment("received_at", "when it was sent in", "thời điểm gửi", "received_at"),
        moment("accepted_at", "when it was accepted", "thời điểm tiếp nhận", "accepted_at"),
        moment("refused_at", "when it was refused", "thời điểm từ chối", "refused_at"),
        moment(
            "supplement_asked_at",
            "when a supplement was asked",
            "thời điểm yêu cầu bổ sung",
            "supplement_asked_at",
        ),
        moment(
            "supplement_answered_at",
            "when it was answered",
            "thời điểm nhận bổ sung",
            "supplement_answered_at",
        ),
        moment(
            "transferred_at",
            "when it was last transferred to another unit",
            "thời điểm chuyển đơn vị gần nhất",
            "transferred_at",
        ),
        moment("processed_at", "when it was processed", "thời điểm xử lý xong", "processed_at"),
        moment(
            "waiting_at",
            "since when it waits to be published",
            "thời điểm bắt đầu chờ công khai",
            "waiting_at",
        ),
        moment(
            "published_at",
            "when the answer was published",
            "thời điểm công khai kết quả",
            "published_at",
        ),
        moment(
            "accept_due_at",
            "until when it has to be accepted or refused, by the law of its day",
            "hạn tiếp nhận hoặc từ chối, theo bộ chỉ số có hiệu lực ngày nhận",
        ),
        moment(
            "supplement_due_at",
            "until when a supplement can be asked, by the law of its day",
            "hạn yêu cầu bổ sung, theo bộ chỉ số có hiệu lực ngày nhận",
        ),
        moment(
            "process_due_at",
            "until when it has to be processed, by the law of its day",
            "hạn xử lý, theo bộ chỉ số có hiệu lực ngày nhận",
        ),
        moment(
            "publish_due_at",
            "until when the answer has to be published, by the law of its day",
            "hạn công khai, theo bộ chỉ số có hiệu lực ngày nhận",
        ),
        number("likes", "likes on the portal", "lượt thích trên cổng", "likes"),
        number("dislikes", "dislikes on the portal", "lượt không thích trên cổng", "dislikes"),
        flag(
            "complained_again",
            "the same matter was complained of again",
            "có phản ánh lại về cùng việc",
            "complained_again",
        ),
        text(
            "follows_code",
            "the petition it repeats; '' of a first one",
            "mã phản ánh trước về cùng việc; '' nếu là lần đầu",
            "follows_code",
        ),
        _DOSSIER_CODE,
    ],
)
"""Petitions (phản ánh, kiến nghị): one row is one petition with the moments of its states."""

PROGRESS_STEP = Vocabulary(
    "progress_step",
    [
        _ID,
        number("unit_id", "the unit of the dossier", "đơn vị của hồ sơ", "MaHoSo"),
        text("code", "what tells the step from others", "mã phân biệt bước xử lý"),
        text("dossier_code", "the dossier", "mã hồ sơ", "MaHoSo"),
        moment("processed_at", "when it was taken", "thời điểm xử lý", "ThoiDiemXuLy"),
        number("status", "the dossier's state then, 1 to 10", "trạng thái hồ sơ", "TrangThai"),
        text("department", "the department", "phòng ban xử lý", "PhongBanXuLy"),
        text("position", "the position held", "chức danh", "ChucDanh"),
        moment("started_at", "when it began", "ngày bắt đầu", "NgayBatDau"),
        moment("due_at", "its end by the rules", "hạn theo quy định", "NgayKetThucTheoQuyDinh"),
    ],
)
"""Steps of the progress trails of dossiers."""

FACTS: Mapping[str, Vocabulary] = MappingProxyType(
    {
        vocabulary.fact: vocabulary
        for vocabulary in (
            DOSSIER,
            PETITION,
            PROGRESS_STEP,
            PROCEDURE,
            APPLIED_PROCEDURE,
        )
    }
)
"""The vocabularies by the kind's name, dossiers first."""
