"""`POST /figures`: figures that are not counted here, those of the national report among them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from phucvu.accounts.models import ApiKey
from phucvu.api.bodies import decode, read_body
from phucvu.api.message_schema import HEADERS, responses
from phucvu.api.problems import ProblemError
from phucvu.api.requests import answered, check_number
from phucvu.api.security import KEY_AUTH
from phucvu.intake.actions import Answer
from phucvu.intake.record import Problem
from phucvu.register.models import Source
from phucvu.register.rows import COLUMNS
from phucvu.register.stated import REQUIRED, state_figures
from phucvu.register.tables import RefusedRow
from phucvu.units.tree import load_eras

__all__ = ["router"]

router = Router(tags=["figures"])

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_NUMBER: dict[str, Any] = {"type": ["integer", "string", "null"], "minimum": 0}
_PROPERTIES: dict[str, Any] = {
    "unit_code": {"type": "string", "description": "a unit in force that the key is valid for"},
    "period": {"type": "string", "examples": ["2026-08", "2026-Q3", "2026"]},
    "indicator": {
        "type": "string",
        "description": (
            "1.1 to 5.3, a group's code, TOTAL, or BCQG: dossiers received by the national report,"
            " in denominator"
        ),
        "examples": ["BCQG", "1.1"],
    },
    "numerator": _NUMBER,
    "denominator": _NUMBER,
    "ratio": {"type": ["number", "string", "null"], "description": "at most two decimals"},
    "points": {"type": ["number", "string", "null"], "description": "at most two decimals"},
    "source": {"enum": ["typed", "", None], "description": "what the portal published has no key"},
    "as_of": {"type": "string", "description": "ISO date or date-time: when it was so"},
    "flags": {**_TEXT, "description": "in capitals, separated by |"},
    "note": _TEXT,
}
_RECORDS = {
    "type": "array",
    "maxItems": 10_000,
    "items": {"type": "object", "required": list(REQUIRED), "properties": _PROPERTIES},
}


def _responses() -> dict[int, dict[str, Any]]:
    found = responses("a list of figures", "Stored; what became of each figure")
    schema = found[200]["content"]["application/json"]["schema"]
    required = [name for name in schema["required"] if name != "batch"]
    found[200]["content"]["application/json"]["schema"] = {**schema, "required": required}
    del found[422]
    return found


@router.post(
    "/figures",
    auth=KEY_AUTH,
    operation_id="stateFigures",
    summary="State figures that are not counted",
    openapi_extra={
        "parameters": HEADERS[:1],
        "requestBody": {
            "required": True,
            "description": "At most 32 MiB, also after decompression, and 10,000 figures.",
            "content": {"application/json": {"schema": _RECORDS}},
        },
        "responses": _responses(),
    },
)
def state(request: HttpRequest) -> HttpResponse:
    """State figures as typed in, each by the columns of the figures file.

    The same figure (unit, period, indicator, as of) is overwritten: sending again is harmless.
    """
    records = decode(read_body(request))
    if not isinstance(records, list):
        raise ProblemError(400, _("Send a list of records."))
    check_number(records)
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    units = load_eras()
    unread = {
        position: problem
        for position, record in enumerate(records)
        if (problem := _unusable(record)) is not None
    }
    report = state_figures(
        ((at, _cells(record)) for at, record in enumerate(records) if at not in unread),
        "API",
        lambda unit: None if units.within(key.unit_id, unit.pk) else frozenset(),
    )
    refused = {row.line: _problems(row) for row in report.refused}
    refused |= {position: [problem] for position, problem in unread.items()}
    results = []
    for position, record in enumerate(records):
        code = _code(record)
        if position in refused:
            (first, *_rest) = problems = refused[position]
            results.append(
                Answer(position, code, "refused", None, first.field, first.reason, problems)
            )
            continue
        outcome = report.outcomes[position]
        if outcome == "unchanged":
            results.append(Answer(position, code, "unchanged"))
        else:
            results.append(Answer(position, code, "accepted", new=outcome == "added"))
    return answered(
        {
            "accepted": report.added + report.updated,
            "unchanged": report.unchanged,
            "refused": len(refused),
            "results": results,
        }
    )


def _unusable(record: object) -> Problem | None:
    if not isinstance(record, dict):
        return Problem("", _("must be an object"))
    if record.get("source") not in (None, "", Source.TYPED):
        return Problem("source", _("a key states figures as typed in; leave the source out"))
    for name in COLUMNS:
        value = record.get(name)
        if isinstance(value, bool | list | dict):
            return Problem(name, _("must be text or a number"))
    return None


def _cells(record: dict[str, Any]) -> dict[str, str]:
    cells = {name: record.get(name) for name in COLUMNS}
    cells["source"] = Source.TYPED.value
    return {name: "" if value is None else str(value) for name, value in cells.items()}


def _problems(row: RefusedRow) -> list[Problem]:
    return [Problem(fault.field, str(fault)) for fault in row.faults]


def _code(record: object) -> str:
    """What to call the figure in the answer: “H44 2026-08 BCQG”."""
    if not isinstance(record, dict):
        return ""
    parts = (record.get(name) for name in ("unit_code", "period", "indicator"))
    return " ".join(part for part in parts if isinstance(part, str))[:100]
