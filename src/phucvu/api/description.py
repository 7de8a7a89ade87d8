"""What the OpenAPI description says of every address alike: the errors it may answer, and links.

An operation describes what is its own; what the server in front of it, its key, its body and its
parameters may be refused for is the same everywhere and is said here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI

from phucvu.api.problems import PROBLEM_SCHEMA

__all__ = ["DescribedAPI"]

_SECONDS = {"type": "integer", "minimum": 1}
_RETRY = {
    "Retry-After": {"required": True, "schema": _SECONDS, "description": "Seconds to wait"},
}
_MAY_RETRY = {"Retry-After": {"schema": _SECONDS, "description": "Seconds to wait"}}
_CHALLENGE = {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}}
_ALLOW = {
    "Allow": {"required": True, "schema": {"type": "string"}, "description": "Methods it takes"},
}
_ERRORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "400": (
        "NotRead",
        "A parameter is not known, or the body cannot be read: `position` says where JSON ended",
        {},
    ),
    "401": ("NoKey", "No key, or a wrong one", _CHALLENGE),
    "403": (
        "KeyRefused",
        "The key is revoked, over, not agreed to yet, or for another purpose or unit",
        {},
    ),
    "404": (
        "NotFound",
        "No such unit, period, edition or dossier; or the period has not begun",
        {},
    ),
    "405": ("MethodNotAllowed", "Another method than the ones described", _ALLOW),
    "408": ("TooSlow", "The body came too slowly, or not whole", {}),
    "409": ("NameTaken", "The Idempotency-Key was used for another content", {}),
    "413": ("TooLarge", "More than 32 MiB, also after decompression, or too many records", {}),
    "415": (
        "OtherType",
        "Not application/json, or another Content-Encoding than gzip",
        {"Accept-Encoding": {"schema": {"type": "string"}}},
    ),
    "422": ("NotValid", "A parameter is missing or not valid", {}),
    "429": ("TooMany", "Too many requests, or too many with a wrong key", _RETRY),
    "503": ("Busy", "Too many ask at once, or the store does not answer", _RETRY),
    "507": ("NoRoom", "The disk is full: nothing was kept", _MAY_RETRY),
}
_CODE, _OWN = {"code": "$response.body#/0/code"}, {"code": "$request.path.code"}
_PERIOD = {**_OWN, "period": "$response.body#/0/period"}
# What one may go on to, by operation: the operation, and its parameters from this one's answer.
_LINKS: dict[str, dict[str, dict[str, str]]] = {
    "listUnits": {"listPeriods": _CODE, "listOpenDossiers": _CODE},
    "listPeriods": {"readScore": _PERIOD, "readScoreboard": _PERIOD, "readTrend": _PERIOD},
    "listScorecards": {"readScorecard": {"id": "$response.body#/0/id"}},
    "receiveDossiers": {"explainDossier": {"code": "$response.body#/results/0/code"}},
    "listOpenDossiers": {"explainDossier": {"code": "$response.body#/dossiers/0/code"}},
}
_ALWAYS = ("400", "405", "429", "503", "507")
_OF_A_KEY = ("401", "403")
_OF_A_BODY = ("408", "409", "413", "415")


class DescribedAPI(NinjaAPI):
    """An API whose description tells the errors of every operation, as problem documents."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """Return the OpenAPI document; `asked` as the framework asks for it."""
        document = super().get_openapi_schema(**asked)
        components = document["components"]
        components["schemas"]["Problem"] = PROBLEM_SCHEMA
        components["responses"] = {
            name: _answer(description, headers) for name, description, headers in _ERRORS.values()
        }
        for path, methods in document["paths"].items():
            for operation in methods.values():
                told = {str(status): answer for status, answer in operation["responses"].items()}
                shared = {
                    status: {"$ref": f"#/components/responses/{_ERRORS[status][0]}"}
                    for status in _errors_of(path, operation)
                }
                operation["responses"] = dict(sorted({**shared, **told}.items()))
                if onward := _LINKS.get(operation["operationId"]):
                    operation["responses"]["200"]["links"] = {
                        name: {"operationId": name, "parameters": parameters}
                        for name, parameters in onward.items()
                    }
        return document


def _answer(description: str, headers: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    told: dict[str, Any] = {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}},
    }
    if headers:
        told["headers"] = dict(headers)
    return told


def _errors_of(path: str, operation: Mapping[str, Any]) -> list[str]:
    """List the errors an operation may answer."""
    found = list(_ALWAYS)
    parameters = operation.get("parameters", ())
    if operation.get("security"):
        found += _OF_A_KEY
    if "requestBody" in operation:
        found += _OF_A_BODY
    if "{" in path:
        found.append("404")
    if any(parameter["in"] == "query" for parameter in parameters):
        found.append("422")
    return found
