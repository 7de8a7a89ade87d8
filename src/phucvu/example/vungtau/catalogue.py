"""Profiles of the offices and the procedures they handle, read from the tables beside."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from importlib.resources import files

from phucvu.example.vungtau import TURN

__all__ = ["ExampleProcedure", "Profile", "procedures_of", "profiles"]

_WARDS = "wards"
# How much of what went wrong before goes wrong still.
_BETTER = 0.9


@dataclass(frozen=True, slots=True)
class ExampleProcedure:
    """A real procedure of the national catalogue; weight, fee and components are made up.

    Nobody applies under a procedure of weight 0. `online` tells whether it is offered online at
    all.
    """

    code: str
    name: str
    field: str
    offices: tuple[str, ...]
    weight: float
    term: int
    term_in_working_days: bool
    fee: int
    components: int
    subject: str
    result_code: str
    online: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """Workload of an office (dossiers a working day) and how well it works (shares of one)."""

    unit: str
    per_day: float
    online: float
    late: float
    digitised: float
    reused: float
    stored: float
    vneid: float
    population: float
    result: float
    payment: float


def _table(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def profiles(day: date) -> dict[str, Profile]:
    """Return the offices that receive dossiers on a day, by unit code."""
    return _before() if day < TURN else _after()


@cache
def _before() -> dict[str, Profile]:
    return {
        row["unit"]: Profile(
            row["unit"], *(float(value) for name, value in row.items() if name != "unit")
        )
        for row in _table("profiles.csv")
    }


@cache
def _after() -> dict[str, Profile]:
    """Merge the profiles of the old wards into those of the new wards, which work a little
    better.
    """
    became = {row["before"]: row["after"] for row in _table("successors.csv")}
    going_on = {row["code"] for row in _table("departments.csv")}
    merged: dict[str, list[Profile]] = {}
    for unit, profile in _before().items():
        if unit in became or unit in going_on or unit.rpartition(".")[2].isdigit():
            merged.setdefault(became.get(unit, unit), []).append(profile)
    return {unit: _merge(unit, parts) for unit, parts in merged.items()}


def _merge(unit: str, parts: list[Profile]) -> Profile:
    per_day = sum(part.per_day for part in parts)

    def mean(share: str) -> float:
        return sum(getattr(part, share) * part.per_day for part in parts) / per_day

    shares = [each.name for each in fields(Profile) if each.name not in ("unit", "per_day")]
    better = {name: 1 - (1 - mean(name)) * _BETTER for name in shares}
    return replace(
        parts[0], unit=unit, per_day=per_day, **better | {"late": mean("late") * _BETTER}
    )


@cache
def _procedures() -> tuple[ExampleProcedure, ...]:
    return tuple(
        ExampleProcedure(
            code=row["code"],
            name=row["name"],
            field=row["field"],
            offices=tuple(row["offices"].split("|")),
            weight=float(row["weight"]),
            term=int(row["term"]),
            term_in_working_days=row["term_unit"] == "working_days",
            fee=int(row["fee"]),
            components=int(row["components"]),
            subject=row["subject"],
            result_code=row["result_code"],
            online=row["online"] == "1",
        )
        for row in _table("procedures.csv")
    )


@cache
def procedures_of(unit: str) -> tuple[ExampleProcedure, ...]:
    """Return the procedures an office handles."""
    is_ward = unit.rpartition(".")[2].isdigit()
    return tuple(
        item
        for item in _procedures()
        if unit in item.offices or (is_ward and _WARDS in item.offices)
    )
