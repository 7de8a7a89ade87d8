"""OpenAPI description of the address for a kind of fact, from its template."""

from __future__ import annotations

from typing import Any

from phucvu.api.message_schema import (
    DATE,
    HEADERS,
    LIMITS,
    UNREAD,
    one_or_refused,
    responses,
)
from phucvu.facts.petitions import STATES
from phucvu.intake.excel.columns import Column
from phucvu.intake.kinds import PETITIONS, PROGRESS_STEPS, FactKind

__all__ = ["openapi"]

_MOMENT: dict[str, Any] = {
    "type": ["string", "integer", "null"],
    "examples": ["2026-03-02T08:05:00", "2026-03-02T08:05:00+07:00", "20260302080500"],
}
# Beside the columns of the template.
_HISTORY: dict[str, Any] = {
    "type": ["array", "string", "null"],
    "description": "the states it went through, beside or in place of the single moments",
    "maxItems": 1_000,
    "items": {
        "type": "object",
        "required": ["state", "at"],
        "properties": {"state": {"enum": list(STATES)}, "at": _MOMENT},
    },
}


def openapi(kind: FactKind) -> dict[str, Any]:
    """Describe the requests and answers of the address."""
    columns = kind.form.columns
    moment = DATE if kind is PROGRESS_STEPS else _MOMENT
    properties = {column.name: _property(column, moment) for column in columns}
    if kind is PETITIONS:
        properties["history"] = _HISTORY
    record = {
        "type": "object",
        "description": UNREAD,
        "required": [column.name for column in columns if column.required],
        "properties": properties,
    }
    records = {"type": "array", "maxItems": 10_000, "items": one_or_refused(record)}
    return {
        "parameters": HEADERS,
        "requestBody": {
            "required": True,
            "description": f"{LIMITS}, and 10,000 records.",
            "content": {"application/json": {"schema": records}},
        },
        "responses": responses("Stored; what became of each record"),
    }


def _property(column: Column, moment: dict[str, Any]) -> dict[str, Any]:
    """Describe a field."""
    described = {"description": column.meaning}
    match column.kind:
        case "moment":
            clock = "on the unit's own clock where it has no offset"
            past = "" if column.ahead else "; not in the future"
            return {**moment, "description": f"{column.meaning}; {clock}{past}"}
        case "number" | "money":
            return {"type": ["integer", "string", "null"], "minimum": 0, **described}
        case "decimal":
            return {"type": ["number", "string", "null"], "minimum": 0, **described}
        case "choice" if column.is_flag:
            return {"type": ["boolean", "integer", "string", "null"], **described}
        case "choice":
            numbers = [int(code) for code in column.choices if code.isdigit()]
            empty = [] if column.required else ["", None]
            return {"enum": [*column.choices, *numbers, *empty], **described}
    kinds = ["string", "integer"] if column.required else ["string", "integer", "null"]
    example = {"examples": [column.example]} if column.example else {}
    if column.kind == "name":
        cut = f"{column.meaning}; cut where it has more than {column.longest} characters"
        return {"type": kinds, "description": cut, **example}
    return {"type": kinds, "maxLength": column.longest, **described, **example}
