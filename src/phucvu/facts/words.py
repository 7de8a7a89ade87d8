"""Texts that many kinds share, and the mark of a text that `locale` translates."""

from __future__ import annotations

__all__ = ["MEND_THERE", "NO_YES", "SECOND_ROW", "gettext_noop"]


def gettext_noop(text: str) -> str:
    """Mark a text for translation where it is shown; this room knows of no language."""
    return text


SECOND_ROW = (
    "Không xóa và không sửa dòng thứ hai (tên trường). Có thể bỏ trống hoặc xóa cột không bắt buộc."
)
MEND_THERE = (
    "Dòng không nhận được ghi vào tệp .refused.xlsx kèm lý do; sửa ngay trong tệp đó rồi gửi lại."
)
NO_YES = {"0": "Không", "1": "Có"}
"""What the template offers for a flag."""
