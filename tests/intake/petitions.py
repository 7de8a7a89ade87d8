"""Records of petitions, certified e-copies and lookups, as a system sends them."""

from __future__ import annotations

from typing import Any

__all__ = ["certified", "lookup", "petition"]


def petition(code: str, **fields: Any) -> dict[str, Any]:
    """A petition sent on Monday, 2 March 2026, that nobody has looked at yet."""
    sent = {"code": code, "unit": "H29.01", "about": "rules", "received_at": "2026-03-02T08:05:00"}
    personal = {"name": "Nguyễn Văn Bí Mật", "phone": "0900000000", "text": "nội dung bí mật"}
    return {**sent, **personal, **fields}


def certified(code: str, **fields: Any) -> dict[str, Any]:
    """A certification of one copy on the same day."""
    return {"code": code, "unit": "H29.01", "certified_at": "2026-03-02T08:05:00", **fields}


def lookup(code: str, **fields: Any) -> dict[str, Any]:
    """A lookup by an officer on the same day."""
    sent = {"code": code, "unit": "H29.01", "looked_up_at": "2026-03-02T08:05:00"}
    return {**sent, "account": "canbo01", "citizen": "012345678901", **fields}
