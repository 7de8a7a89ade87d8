"""The records of a request: what the description says they may be, and that others are refused.

The description lets a list hold anything beside the records it is for, as whatever is no such
record is answered by itself (`api.message_schema.one_or_refused`). To find faults in how records
are read the tests send what is nearly one: they make their requests from the records alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jsonschema
import schemathesis

__all__ = ["record_schemas", "strictly", "stripped"]

_LISTS: dict[str, list[dict[str, Any]]] = {}


def strictly(document: dict[str, Any]) -> dict[str, Any]:
    """The description with lists that hold the records they are for and nothing else."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for rows in _lists_in(operation.get("requestBody", {})):
                rows["items"] = rows["items"]["anyOf"][0]
    return document


def stripped(value: Any) -> Any:
    """A record without the space around its texts, which does not count."""
    match value:
        case str():
            return value.strip()
        case list():
            return [stripped(each) for each in value]
        case dict():
            return {key: stripped(each) for key, each in value.items()}
    return value


@contextmanager
def record_schemas(document: dict[str, Any]) -> Iterator[None]:
    """Let the check below know what records each address is for."""
    for path, methods in document["paths"].items():
        body = methods.get("post", {}).get("requestBody", {})
        _LISTS[path] = [rows["items"]["anyOf"][0] for rows in _lists_in(body)]
    try:
        yield
    finally:
        _LISTS.clear()


def _lists_in(schema: Any) -> Iterator[dict[str, Any]]:
    """The lists of records in the description of a body."""
    if isinstance(schema, list):
        for each in schema:
            yield from _lists_in(each)
    elif isinstance(schema, dict):
        if len(schema.get("items", {}).get("anyOf", ())) == 2:
            yield schema
        else:
            for each in schema.values():
                yield from _lists_in(each)


@schemathesis.check
def only_fitting_records_are_taken(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """A record that is not as described is refused, whatever becomes of the others."""
    kinds = _LISTS.get(case.path)
    sent = response.request.body
    if not kinds or case.method != "POST" or response.status_code != 200 or not sent:
        return
    told = response.json()
    results = told.get("result", told)["results"]
    body = json.loads(sent)
    rows = body["data"] if isinstance(body, dict) else body
    assert len(rows) == len(results), "an answer for each record"
    for row, result in zip(rows, results, strict=True):
        if result["result"] == "refused":
            assert result["reason"] and result["problems"], "a refusal has a reason"
            continue
        faults = [_first_fault(kind, stripped(row)) for kind in kinds]
        if all(faults):
            raise AssertionError(f"taken although not as described: {faults} {row!r}"[:1_500])


def _first_fault(kind: dict[str, Any], row: Any) -> str:
    fault = next(jsonschema.Draft202012Validator(kind).iter_errors(row), None)
    return "" if fault is None else f"{fault.json_path} {fault.message}"
