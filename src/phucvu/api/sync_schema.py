"""OpenAPI description of the addresses for synchronisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phucvu.api.fact_schema import openapi as fact_openapi
from phucvu.api.message_schema import DOSSIERS, ENVELOPE, HEADERS, LIMITS, responses
from phucvu.intake.kinds import PROGRESS_STEPS

__all__ = ["openapi"]


def openapi(service: str | None, services: Sequence[str], most_steps: int) -> dict[str, Any]:
    """Describe an address: rows of one service, or the envelope of either."""
    steps = fact_openapi(PROGRESS_STEPS)["requestBody"]["content"]["application/json"]["schema"]
    rows = {
        "DongBoHoSoMC": DOSSIERS,
        "CapNhatTienDoHoSoMC": {**steps, "maxItems": most_steps},
    }
    shapes = [_envelope(name, rows[name]) for name in services if service in (None, name)]
    if service is not None:
        shapes.insert(0, rows[service])
    return {
        "parameters": HEADERS,
        "requestBody": {
            "required": True,
            "description": f"{LIMITS}.",
            "content": {"application/json": {"schema": {"oneOf": shapes}}},
        },
        "responses": _answers(),
    }


def _answers() -> dict[int, dict[str, Any]]:
    answers = responses("Stored; what became of each row")
    receipt = answers[200]["content"]["application/json"]["schema"]
    reply = {
        "type": "object",
        "required": ["error_code", "message", "result"],
        "properties": {
            "error_code": {"enum": ["0", "1"], "description": "1: some rows were refused"},
            "message": {"type": "string"},
            "result": receipt,
        },
    }
    answers[200] = {**answers[200], "content": {"application/json": {"schema": reply}}}
    return answers


def _envelope(service: str, rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["service", "data"],
        "properties": {
            **ENVELOPE,
            "service": {"const": service},
            "data": rows,
        },
    }
