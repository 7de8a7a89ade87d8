"""The offices' profiles and the procedures they handle, read from the tables beside."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Procedure", "Profile", "procedures_of", "profiles"]

_WARDS = "wards"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A real procedure of the national catalogue; weight, fee and components are made up.

    Nobody applies under one of weight 0, `online` says whether it is offered online at all.
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
    """How much an office receives a working day, and how well it works (shares of one)."""

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


@cache
def profiles() -> dict[str, Profile]:
    """The offices that receive dossiers, by unit code."""
    return {
        row["unit"]: Profile(
            row["unit"], *(float(value) for name, value in row.items() if name != "unit")
        )
        for row in _table("profiles.csv")
    }


@cache
def _procedures() -> tuple[Procedure, ...]:
    return tuple(
        Procedure(
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
def procedures_of(unit: str) -> tuple[Procedure, ...]:
    """The procedures an office handles."""
    is_ward = unit.rpartition(".")[2].isdigit()
    return tuple(
        item
        for item in _procedures()
        if unit in item.offices or (is_ward and _WARDS in item.offices)
    )
