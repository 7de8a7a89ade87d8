"""Records of the kinds of fact beside dossiers, as a system sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

__all__ = [
    "BUILDERS",
    "announced",
    "applied",
    "certified",
    "figure",
    "good_rows",
    "lookup",
    "paid",
    "petition",
    "procedure",
    "rating",
    "step",
]


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


def rating(code: str, level: str = "satisfied", **fields: Any) -> dict[str, Any]:
    """A rating of the dossier `code`, on 10 March 2026."""
    sent = {"code": code, "unit": "H29.01", "rated_at": "2026-03-10T08:05:00", "level": level}
    return {**sent, "name": "Nguyễn Văn Bí Mật", **fields}


def announced(procedure: str, **fields: Any) -> dict[str, Any]:
    """A procedure in a decision of 2 March 2026, published the day after."""
    return {
        "unit": "H29",
        "decision": "12/QĐ-UBND",
        "procedure_code": procedure,
        "action": "amended",
        "issued_at": "2026-03-02",
        "effective_at": "2026-03-16",
        "published_at": "2026-03-03T09:00:00",
        **fields,
    }


def step(dossier: str, **fields: Any) -> dict[str, Any]:
    """A step of a dossier on 2 March 2026, when it was taken into process."""
    sent = {"MaHoSo": dossier, "ThoiDiemXuLy": "20260302090000", "TrangThai": "4"}
    personal = {"NguoiXuLy": "Nguyễn Văn Bí Mật", "NoiDungXuLy": "nội dung bí mật"}
    return {**sent, "PhongBanXuLy": "Bộ phận Một cửa", **personal, **fields}


def paid(code: str, **fields: Any) -> dict[str, Any]:
    """8,000 đồng asked for on 2 March 2026 and paid online the day after."""
    return {
        "code": code,
        "unit": "H29.01",
        "dossier_code": "H29.01-260302-1",
        "purpose": "charge",
        "amount": 8000,
        "requested_at": "2026-03-02T08:05:00",
        "paid_at": "2026-03-03T09:00:00",
        "method": "national",
        "account": "0071000000001",
        **fields,
    }


def procedure(code: str, **fields: Any) -> dict[str, Any]:
    """A procedure for citizens that costs 8,000 đồng."""
    sent = {"procedure_code": code, "unit": "H29", "name": "Khai sinh", "fee": 8000}
    return {**sent, "for_citizen": True, **fields}


def applied(code: str, level: int = 4, **fields: Any) -> dict[str, Any]:
    """The procedure at a ward, fully online."""
    return {"procedure_code": code, "unit": "H29.01", "online_level": level, **fields}


def figure(indicator: str = "5.3", **fields: Any) -> dict[str, Any]:
    """A share of a ward's first quarter, typed in on 1 April 2026."""
    sent = {"unit_code": "H29.01", "period": "2026-Q1", "indicator": indicator}
    return {**sent, "numerator": 3, "denominator": 4, "as_of": "2026-04-01", **fields}


BUILDERS: Mapping[str, Callable[..., dict[str, Any]]] = MappingProxyType(
    {
        "petitions": petition,
        "certified-copies": certified,
        "lookups": lookup,
        "ratings": rating,
        "announcements": announced,
        "progress-steps": step,
        "payments": paid,
        "procedures": procedure,
        "applied-procedures": applied,
        "figures": figure,
    }
)
"""By the kind's plural. The first word tells a record from others of its kind."""


def good_rows(dossier: str, procedure_code: str) -> dict[str, dict[str, Any]]:
    """A good record of every kind, by its plural, about this dossier and this procedure."""
    about = {
        **dict.fromkeys(BUILDERS, "A-1"),
        **dict.fromkeys(("ratings", "progress-steps"), dossier),
        **dict.fromkeys(("announcements", "procedures", "applied-procedures"), procedure_code),
        "figures": "5.3",
    }
    rows = {plural: make(about[plural]) for plural, make in BUILDERS.items()}
    rows["payments"]["dossier_code"] = dossier
    return rows
