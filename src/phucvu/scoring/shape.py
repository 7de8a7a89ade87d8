"""Check of a scorecard file's shape by its JSON schema, with file, line and advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from .located import LocatedValue, Problem, did_you_mean, problem_at


def shape_problems(
    plain: Any, root: LocatedValue, schema: Mapping[str, Any], *, partial: bool = False
) -> list[Problem]:
    """Return the problems of `plain` by the schema, at their places in `root`.

    `partial` leaves out what is missing, for a text that is only part of an edition.
    """
    problems = []
    for error in Draft202012Validator(dict(schema)).iter_errors(plain):
        if partial and error.validator == "required":
            continue  # what a text lacks may come from the one it extends
        problems += _from_schema(error, root)
    return problems


def _from_schema(error: ValidationError, root: LocatedValue) -> list[Problem]:
    path = [step if isinstance(step, int) else str(step) for step in error.absolute_path]
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    expected: Any = error.validator_value
    found: Any = error.instance
    if "propertyNames" in error.absolute_schema_path:
        path.append(str(found))  # it is the key itself that is wrong
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            known = list(schema.get("properties", {}))
            unknown = [key for key in found if key not in known]
            return [
                problem_at(
                    root,
                    [*path, key],
                    f"unknown key {key!r}{did_you_mean(key, known)}; expected one of: "
                    + ", ".join(known),
                )
                for key in unknown
            ]
        case "required":
            lacking = [key for key in expected if key not in found]
            keys = ", ".join(f"`{key}`" for key in lacking)
            # iter_errors raises one error per key, with the same list: report each key once.
            return [problem_at(root, path, f"lacks {keys}")]
        case "type":
            types = expected
            wanted = types if isinstance(types, str) else " or ".join(types)
            return [problem_at(root, path, f"expected {wanted}, found {found!r}")]
        case "enum":
            options = [str(option) for option in expected]
            hint = did_you_mean(str(found), options)
            return [
                problem_at(
                    root,
                    path,
                    f"expected one of {', '.join(options)}; found {found!r}{hint}",
                )
            ]
        case "pattern":
            wanted = schema.get("description", f"a text like {expected}")
            return [problem_at(root, path, f"expected {wanted}; found {found!r}")]
        case "minimum" | "exclusiveMinimum" | "maximum":
            word = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
            limit = f"{word[str(error.validator)]} {expected}"
            return [problem_at(root, path, f"expected {limit}, found {found}")]
    return [problem_at(root, path, error.message)]
