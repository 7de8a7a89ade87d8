"""Checks of a scorecard file's meaning: points add up, names exist, bands descend."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .located import LocatedValue, Problem, did_you_mean, problem_at
from .quantities import quantity_problems

TOTAL_POINTS = Decimal(100)


def meaning_problems(plain: Any, root: LocatedValue, *, broken: bool) -> list[Problem]:
    """Return every problem of meaning in a document of the right shape.

    `broken` tells that the shape is wrong too. Then a check that fails because of the shape is left
    out, and the others still report, so that a reader mends everything in one go.
    """
    problems: list[Problem] = []
    for check in (
        quantity_problems,
        _point_problems,
        _indicator_problems,
        _band_problems,
        _name_problems,
        _announcement_problems,
        _identity_problems,
        _interval_problems,
    ):
        try:
            problems += check(plain, root)
        except (LookupError, TypeError, AttributeError, ArithmeticError):
            if not broken:
                raise
    return problems


def _point_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    problems = []
    for code, group in plain["groups"].items():
        parts = {k: i for k, i in plain["indicators"].items() if i["group"] == code}
        total = sum((Decimal(i["points"]) for i in parts.values()), Decimal(0))
        if total != group["points"]:
            listed = " + ".join(f"{i['points']} ({k})" for k, i in parts.items() if i["points"])
            problems.append(
                problem_at(
                    root,
                    ("groups", code, "points"),
                    f"the group has {group['points']} points but its indicators add up to "
                    f"{total}: {listed or 'it has none'}",
                )
            )
        scored = [k for k, i in parts.items() if i["points"]]
        if group.get("ratio_from") == "component" and len(scored) != 1:
            message = f"`component` needs exactly one scored indicator; there are {len(scored)}"
            problems.append(problem_at(root, ("groups", code, "ratio_from"), message))
    total = sum((Decimal(g["points"]) for g in plain["groups"].values()), Decimal(0))
    if total != TOTAL_POINTS:
        message = f"the groups add up to {total} points; expected {TOTAL_POINTS}"
        problems.append(problem_at(root, ("groups",), message))
    return problems


def _indicator_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    problems = []
    codes: dict[str, str] = {}
    for id_, indicator in plain["indicators"].items():
        path = ("indicators", id_)
        if indicator["group"] not in plain["groups"]:
            hint = did_you_mean(indicator["group"], plain["groups"])
            message = f"there is no group {indicator['group']!r}{hint}"
            problems.append(problem_at(root, (*path, "group"), message))
        code = indicator["portal_code"]
        if code in codes:
            message = f"{code!r} is already the portal code of {codes[code]}"
            problems.append(problem_at(root, (*path, "portal_code"), message))
        codes.setdefault(code, id_)
        for rule in ("empty", "not_provided"):
            points = (indicator.get(rule) or {}).get("points")
            if points is not None and points > indicator["points"]:
                message = f"gives {points} points, more than the indicator's {indicator['points']}"
                problems.append(problem_at(root, (*path, rule, "points"), message))
    return problems


def _band_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    problems = []
    bands = plain["bands"]
    for i, band in enumerate(bands):
        if i and band["from"] >= bands[i - 1]["from"]:
            message = f"bands go from the highest down; {band['from']} is not below the one before"
            problems.append(problem_at(root, ("bands", i, "from"), message))
        if band["code"] in [b["code"] for b in bands[:i]]:
            problems.append(
                problem_at(root, ("bands", i, "code"), f"{band['code']!r} is used twice")
            )
    if bands[-1]["from"] != 0:
        message = "the lowest band must start at 0, so that every total has a band"
        problems.append(problem_at(root, ("bands", len(bands) - 1, "from"), message))
    return problems


def _name_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    problems = []
    sections: dict[tuple[str, ...], Any] = {(): plain}
    sections |= {("facts", kind): fact for kind, fact in plain.get("facts", {}).items()}
    taken: set[str] = set()
    for path, section in sections.items():
        definitions = section.get("definitions", {})
        for role, name in section.get("calendar", {}).items():
            if name not in definitions:
                hint = did_you_mean(name, definitions)
                message = f"there is no definition {name!r}{hint}"
                problems.append(problem_at(root, (*path, "calendar", role), message))
        measures = section.get("measures", {})
        problems += [
            problem_at(root, (*path, "measures", name), f"{name!r} is a measure already")
            for name in measures
            if name in taken
        ]
        taken.update(measures)
    problems += _explain_problems(plain, root)
    for name in plain.get("inputs", {}):
        if name in taken:
            problems.append(problem_at(root, ("inputs", name), f"{name!r} is a measure already"))
    for name in plain.get("catalogue", {}).get("measures", {}):
        # One name, one meaning: procedures() takes the measures of both.
        if name in taken or name in plain.get("inputs", {}):
            path = ("catalogue", "measures", name)
            message = f"{name!r} is a measure or an input already"
            problems.append(problem_at(root, path, message))
    return problems


def _explain_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    problems = []
    explain, definitions = plain.get("explain", {}), plain.get("definitions", {})
    named = [((role,), explain[role]) for role in ("due", "judged", "waited") if role in explain]
    for path, name in [*named, *((("words", name), name) for name in explain.get("words", {}))]:
        if name not in definitions:
            message = f"there is no definition {name!r}{did_you_mean(name, definitions)}"
            problems.append(problem_at(root, ("explain", *path), message))
    if explain and explain["verdict"] not in plain["indicators"]:
        hint = did_you_mean(explain["verdict"], plain["indicators"])
        message = f"there is no indicator {explain['verdict']!r}{hint}"
        problems.append(problem_at(root, ("explain", "verdict"), message))
    return problems


def _announcement_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    terms = plain.get("announcements")
    if terms is None or terms["issued_ahead"].keys() == terms["published_within"].keys():
        return []
    message = "`issued_ahead` and `published_within` name the same kinds of unit"
    return [problem_at(root, ("announcements",), message)]


def _identity_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    """Find portal codes, by which an edition names indicators, that no indicator has."""
    codes = [indicator["portal_code"] for indicator in plain["indicators"].values()]
    named: list[tuple[tuple[object, ...], str]] = [
        (("headline", place), code) for place, code in enumerate(plain.get("headline", []))
    ]
    for role, lead in plain.get("leads", {}).items():
        path = ("leads", role, "portal_codes")
        named += [((*path, place), code) for place, code in enumerate(lead["portal_codes"])]
    return [
        problem_at(
            root, path, f"no indicator has the portal code {code!r}{did_you_mean(code, codes)}"
        )
        for path, code in named
        if code not in codes
    ]


def _interval_problems(plain: Any, root: LocatedValue) -> list[Problem]:
    interval = plain["in_force"]
    dates = {}
    problems = []
    for side in ("from", "to"):
        text = interval.get(side)
        if text is None:
            continue
        try:
            dates[side] = date.fromisoformat(text)
        except ValueError:
            message = f"{text!r} is not a date; expected e.g. 2026-01-01"
            problems.append(problem_at(root, ("in_force", side), message))
    if len(dates) == 2 and dates["to"] < dates["from"]:
        message = f"ends on {dates['to']}, before it begins on {dates['from']}"
        problems.append(problem_at(root, ("in_force", "to"), message))
    return problems
