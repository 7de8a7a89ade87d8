"""Checks of a scorecard's `count:` texts: parsed, their names looked up, fit for the indicator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .counts import CountError, CountExpression
from .located import LocatedValue, Problem, did_you_mean, problem_at

__all__ = ["Counts", "counts_of", "quantity_problems"]

Counts = dict[tuple[str, str], CountExpression]  # by indicator id and part

_PARTS = ("numerator", "denominator")
_UNITS = ("nation", "province", "department", "commune")


def counts_of(plain: Any, root: LocatedValue) -> tuple[Counts, list[Problem]]:
    """Parse every `count:`, by indicator and part, and look its names up."""
    counts: Counts = {}
    problems = []
    for id_, indicator in plain["indicators"].items():
        for part in _PARTS:
            text = indicator[part].get("count")
            if text is None:
                continue
            path = ("indicators", id_, part, "count")
            try:
                counts[id_, part] = CountExpression.parse(text)
            except CountError as error:
                problems.append(problem_at(root, path, str(error)))
                continue
            messages = _unknown(plain, counts[id_, part])
            problems += [problem_at(root, path, message) for message in messages]
    return counts, problems


def quantity_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    """Return the problems of counts that cannot be read or do not fit their indicator."""
    counts, problems = counts_of(plain, root)
    for id_, indicator in plain["indicators"].items():
        apart = indicator.get("apart")
        if apart is not None and apart["count"] not in plain.get("measures", {}):
            message = f"{apart['count']!r} is no measure of dossiers"
            problems.append(problem_at(root, ("indicators", id_, "apart", "count"), message))
        own = [counts[id_, part] for part in _PARTS if (id_, part) in counts]
        if not own:
            continue
        path = ("indicators", id_)
        catalogued = plain.get("catalogue", {}).get("measures", {})
        dated = any(name not in catalogued for count in own for name in count.mentioned)
        if dated and indicator["window"] in ("none", "now", "at_end"):
            message = "a counted indicator needs the window `received` or `in_period`"
            problems.append(problem_at(root, (*path, "window"), message))
        if not dated and indicator["window"] not in ("now", "at_end"):
            message = "only the catalogue is counted, so the window is `now` or `at_end`"
            problems.append(problem_at(root, (*path, "window"), message))
        distinct = any(count.procedures for count in own)
        whole = indicator["parent"] in ("distinct", "inherited")
        if distinct and (not whole or any(c.names for c in own)):
            message = (
                "procedures() counts each procedure once over the units below: it needs "
                "`parent: distinct` or `inherited`, and nothing beside it that is added up"
            )
            problems.append(problem_at(root, (*path, "parent"), message))
        elif indicator["parent"] == "distinct" and not distinct:
            message = "`distinct` is never added up: count procedures(…)"
            problems.append(problem_at(root, (*path, "parent"), message))
    return problems


def _unknown(plain: Any, count: CountExpression) -> Iterator[str]:
    """Yield a message for each name that is unknown or may not stand in its place."""
    measures, inputs = plain.get("measures", {}), plain.get("inputs", {})
    catalogued = plain.get("catalogue", {}).get("measures", {})
    every = dict(measures)
    for fact in plain.get("facts", {}).values():
        every |= fact.get("measures", {})
    added = [*every, *inputs]
    for name in count.names:
        if name in catalogued:
            yield f"{name!r} is a measure of the catalogue: write procedures({name})"
        elif name not in added:
            yield f"{name!r} is neither a measure nor an input{did_you_mean(name, added)}"
    counted = [*measures, *catalogued]
    for name in dict.fromkeys(name for term in count.procedures for name in term.measures):
        if name not in counted:
            hint = did_you_mean(name, counted)
            yield f"{name!r} is no measure of dossiers or of the catalogue{hint}"
        elif name in measures and not _is_plain(measures[name]):
            yield f"{name!r} is no plain count of dossiers, so procedures() cannot ask for it"
    for term in count.units:
        if term.kind not in _UNITS:
            yield f"{term.kind!r} is no kind of unit; there are {', '.join(_UNITS)}"
        for name in term.measures:
            if name not in every:
                yield f"{name!r} is no measure{did_you_mean(name, every)}"
            elif not _is_plain(every[name]):
                yield f"{name!r} is no plain count, so units() cannot ask for it"


def _is_plain(measure: Any) -> bool:
    return not measure.get("clock") and "sum" not in measure
