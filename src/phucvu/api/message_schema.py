"""OpenAPI description of the requests and answers of `POST /dossiers`.

It is written out, not derived: the body is read with msgspec for speed, past the framework's
schemas.
"""

from __future__ import annotations

from typing import Any

from phucvu.api.problems import PROBLEM_SCHEMA

__all__ = ["DOSSIERS", "HEADERS", "OPENAPI", "responses"]

_TEXT: dict[str, Any] = {"type": ["string", "integer", "null"]}
_DATE: dict[str, Any] = {
    "type": ["string", "integer", "null"],
    "description": "yyyyMMddHHmmss or yyyyMMdd on the unit's own clock; empty for none",
    "examples": ["20260103083000"],
}
_FLAG: dict[str, Any] = {"type": ["string", "integer", "boolean", "null"], "examples": ["0", "1"]}


def _code(description: str, *examples: str) -> dict[str, Any]:
    return {**_TEXT, "description": description, "examples": list(examples)}


def _list_of(**properties: Any) -> dict[str, Any]:
    return {
        "type": ["array", "string", "null"],
        "maxItems": 100_000,
        "items": {"type": "object", "properties": properties},
    }


_DOSSIER: dict[str, Any] = {
    "type": "object",
    "description": "Other fields may be sent; they are not read and not kept.",
    "required": ["MaHoSo", "MaTTHC", "TrangThaiHoSo"],
    "properties": {
        "MaHoSo": {
            "type": "string",
            "description": "<unit code>-yyMMdd-<number>; the unit code may be written either way",
            "examples": ["H21.09-260103-12345", "000.00.01.H22-260103-0001"],
            "maxLength": 64,
        },
        "MaTTHC": {**_TEXT, "maxLength": 40, "examples": ["1.013395"]},
        "TenTTHC": _TEXT,
        "MaLinhVuc": {**_TEXT, "maxLength": 40},
        "TenLinhVuc": _TEXT,
        "KenhThucHien": _code("1 at the counter (or empty), 2 online, 3 public post", "1", "2"),
        "LoaiDoiTuong": _code("1 person, 2 business, 3 state body, 4 other", "1"),
        "NoiNopHoSo": _code("1 national portal, 2 provincial portal", "2"),
        "TrangThaiHoSo": _code("1 to 10", "2", "9"),
        "NgayNopHoSo": _DATE,
        "NgayTiepNhan": _DATE,
        "NgayHenTra": _DATE,
        "NgayKetThucXuLy": _DATE,
        "NgayTra": _DATE,
        "NgayTuChoi": _DATE,
        "HinhThuc": _FLAG,
        "HoSoCoThanhPhanSoHoa": _FLAG,
        "TaiKhoanDuocXacThucVoiVNeID": _FLAG,
        "DuocThanhToanTrucTuyen": _code("0 to 3", "0", "1"),
        "DSKetNoiCSDL": _list_of(MaCSDL=_TEXT),
        "TaiLieuNop": _list_of(
            DuocSoHoa=_FLAG,
            DuocTaiSuDung=_code("0, 1 or 2", "0"),
            DuocLayTuKhoDMQG=_FLAG,
        ),
        "DanhSachLePhi": _list_of(
            Gia={"type": ["string", "number", "null"], "description": "VND, whole"}
        ),
        "DanhSachHoSoBoSung": _list_of(NgayBoSung=_DATE, NgayTiepNhanBoSung=_DATE),
        "DanhSachGiayToKetQua": _list_of(DuongDanTepTinKetQua=_TEXT, MaGiayToKetQua=_TEXT),
    },
}
DOSSIERS = {"type": "array", "maxItems": 10_000, "items": _DOSSIER}
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "session": {"type": "string"},
        "madonvi": {"type": "string"},
        "service": {"const": "DongBoHoSoMC"},
        "isUpdating": {
            "type": ["boolean", "string"],
            "description": (
                "true: a correction, which stands even where a version with later moments is known"
            ),
        },
        "data": DOSSIERS,
    },
}
_PROBLEM_ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["field", "reason"],
    "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
}
_RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["position", "code", "result"],
    "properties": {
        "position": {"type": "integer", "description": "from 0, in the order sent"},
        "code": {"type": "string"},
        "result": {
            "enum": ["accepted", "unchanged", "superseded", "refused"],
            "description": (
                "superseded: kept in the journal, but a version with later moments stands"
            ),
        },
        "new": {"type": "boolean", "description": "of an accepted one: it was not known before"},
        "field": {"type": "string", "description": "of a refused one"},
        "reason": {"type": "string", "description": "of a refused one"},
        "problems": {"type": "array", "items": _PROBLEM_ITEM},
    },
}
_RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["batch", "accepted", "unchanged", "refused", "results"],
    "properties": {
        "error_code": {"enum": ["0", "1"], "description": "only for the envelope; 1: some refused"},
        "message": {"type": "string", "description": "only for the envelope"},
        "batch": {
            "type": "integer",
            "description": (
                "number of the batch in the journal; of an earlier one where this is it again"
            ),
        },
        "accepted": {"type": "integer"},
        "unchanged": {"type": "integer"},
        "superseded": {"type": "integer", "description": "left out where none was"},
        "refused": {"type": "integer"},
        "results": {"type": "array", "items": _RESULT},
    },
}


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": PROBLEM_SCHEMA}},
    }


HEADERS: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "Content-Encoding",
        "required": False,
        "schema": {"enum": ["gzip", "identity"]},
    },
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "description": (
            "A name for this request. Sent again with the same key and name it is not read again, "
            "but answered as the first time."
        ),
        "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    },
]
"""What every address that takes facts understands."""


def responses(body: str, stored: str) -> dict[int, dict[str, Any]]:
    """Describe the answers of such an address."""
    return {
        200: {"description": stored, "content": {"application/json": {"schema": _RECEIPT}}},
        400: _problem(f"Not JSON, with the position; or not {body}"),
        401: _problem("No key, or a wrong one"),
        403: _problem("The key has been revoked, has expired, or is for another purpose"),
        413: _problem("More than 32 MiB or 10,000 records"),
        415: _problem("Not application/json, or an unknown Content-Encoding"),
        422: _problem("The Idempotency-Key was used for another content"),
        429: _problem("Too many attempts with a wrong key"),
    }


OPENAPI: dict[str, Any] = {
    "parameters": HEADERS,
    "requestBody": {
        "required": True,
        "description": "At most 32 MiB, also after decompression, and 10,000 dossiers.",
        "content": {"application/json": {"schema": {"oneOf": [DOSSIERS, _ENVELOPE]}}},
    },
    "responses": responses("a list of dossiers", "Stored; what became of each dossier"),
}
