"""Catalogue of the city's procedures: its offices apply the procedures of `procedures.csv`."""

from __future__ import annotations

import csv
import io
from datetime import date

from phucvu.example.vungtau.catalogue import ExampleProcedure, Profile, procedures_of, profiles
from phucvu.example.vungtau.chance import draw
from phucvu.facts.applied_procedures import OnlineLevel
from phucvu.facts.procedures import TermUnit

__all__ = ["city_catalogue"]

_COLUMNS = (
    "code", "name", "field", "subjects", "fee", "term", "term_unit", "unit_code", "online_level",
)  # fmt: skip
# The Inspectorate has not entered its procedures: one sees what *not provided* looks like.
_LEFT_OUT = "VT.TT"
# LoaiDoiTuong, in the words of the catalogue.
_SUBJECTS = {"1": "citizen|overseas", "2": "business|organisation"}
_FULL = 0.6


def city_catalogue(day: date) -> str:
    """Write the catalogue of a day as the CSV that `phucvu catalogue import` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for unit, profile in profiles(day).items():
        if unit == _LEFT_OUT:
            continue
        for item in procedures_of(unit):
            writer.writerow(
                [
                    item.code, item.name, item.field, _SUBJECTS[item.subject], item.fee,
                    item.term, _term_unit(item).value, unit, _level(item, profile).value,
                ]
            )  # fmt: skip
    return out.getvalue()


def _term_unit(procedure: ExampleProcedure) -> TermUnit:
    return TermUnit.WORKING_DAYS if procedure.term_in_working_days else TermUnit.DAYS


def _level(procedure: ExampleProcedure, profile: Profile) -> OnlineLevel:
    """Draw how far a procedure is offered online: mostly in full, less where little is
    digitised.
    """
    if not procedure.online:
        return OnlineLevel.INFORMATION
    lagging = draw("lagging", profile.unit, procedure.code).random() > profile.digitised
    if lagging:
        return OnlineLevel.INFORMATION
    full = draw("online level", procedure.code).random() < _FULL
    return OnlineLevel.FULL if full else OnlineLevel.PARTIAL
