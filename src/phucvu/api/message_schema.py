"""OpenAPI description of the requests and answers of `POST /dossiers`.

It is written out, not derived: the body is read with msgspec for speed, past the framework's
schemas.
"""

from __future__ import annotations

from typing import Any

from phucvu.intake.requests import MAX_NAME, NAME

__all__ = [
    "DATE",
    "DOSSIERS",
    "ENVELOPE",
    "HEADERS",
    "LIMITS",
    "OPENAPI",
    "UNREAD",
    "one_or_refused",
    "responses",
]

_TEXT: dict[str, Any] = {"type": ["string", "integer", "null"]}
UNREAD = (
    "Other fields may be sent; they are not read and not kept. Space around a text does not count."
)
DATE: dict[str, Any] = {
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


def one_or_refused(record: dict[str, Any]) -> dict[str, Any]:
    """Describe what a list of records may hold: such a record, or anything, then refused alone.

    A program between sender and server that checks requests by the description must not keep a
    whole request out because of one record.
    """
    rest = "Anything else is refused, with field and reason, and does not keep the others out."
    return {"anyOf": [record, {"description": rest}]}


_DOSSIER: dict[str, Any] = {
    "type": "object",
    "description": UNREAD,
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
        "NgayNopHoSo": DATE,
        "NgayTiepNhan": DATE,
        "NgayHenTra": DATE,
        "NgayKetThucXuLy": DATE,
        "NgayTra": DATE,
        "NgayTuChoi": DATE,
        "HinhThuc": _FLAG,
        "HoSoCoThanhPhanSoHoa": _FLAG,
        "TaiKhoanDuocXacThucVoiVNeID": _FLAG,
        "DuocThanhToanTrucTuyen": _code("0 to 3", "0", "1"),
        "DSKetNoiCSDL": _list_of(
            MaCSDL={"description": "a code; what is no text names none", "examples": ["DANCU"]}
        ),
        "TaiLieuNop": _list_of(
            DuocSoHoa=_FLAG,
            DuocTaiSuDung={**_FLAG, "description": "0, 1 or 2", "examples": ["0", "2"]},
            DuocLayTuKhoDMQG=_FLAG,
        ),
        "DanhSachLePhi": _list_of(
            Gia={"type": ["string", "number", "null"], "description": "VND, whole"}
        ),
        "DanhSachHoSoBoSung": _list_of(NgayBoSung=DATE, NgayTiepNhanBoSung=DATE),
        "DanhSachGiayToKetQua": _list_of(
            DuongDanTepTinKetQua={"description": "given: there is a file; not kept"},
            MaGiayToKetQua={"description": "given: there is a result; not kept"},
        ),
    },
}
DOSSIERS = {"type": "array", "maxItems": 10_000, "items": one_or_refused(_DOSSIER)}
ENVELOPE: dict[str, Any] = {
    "session": {"description": "Not read"},
    "madonvi": {"description": "Not read"},
    "isUpdating": {
        "examples": [False, True],
        "description": (
            "true: a correction, which stands even where a version with later moments is known"
        ),
    },
}
"""What older senders put beside the service and its rows."""
_ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {
        **ENVELOPE,
        "service": {"const": "DongBoHoSoMC"},
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


LIMITS = "UTF-8, as it is or with Content-Encoding: gzip; at most 32 MiB, also after decompression"
HEADERS: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "description": (
            "A name for this request. Sent again with the same key and name it is not read again, "
            "but answered as the first time."
        ),
        "schema": {"type": "string", "maxLength": MAX_NAME, "pattern": NAME},
    },
]
"""What every address that takes facts understands."""


def responses(stored: str) -> dict[int, dict[str, Any]]:
    """Describe the answer of such an address where nothing is wrong with the request."""
    return {200: {"description": stored, "content": {"application/json": {"schema": _RECEIPT}}}}


OPENAPI: dict[str, Any] = {
    "parameters": HEADERS,
    "requestBody": {
        "required": True,
        "description": f"{LIMITS}, and 10,000 dossiers.",
        "content": {"application/json": {"schema": {"oneOf": [DOSSIERS, _ENVELOPE]}}},
    },
    "responses": responses("Stored; what became of each dossier"),
}
