"""The city's catalogue of procedures: its offices apply what `procedures.csv` gives them."""

from __future__ import annotations

import csv
import io

from phucvu.example.vungtau.catalogue import Procedure, Profile, procedures_of, profiles
from phucvu.example.vungtau.chance import draw
from phucvu.register.models import OnlineLevel

__all__ = ["city_catalogue"]

_COLUMNS = ("code", "name", "field", "subjects", "fee", "unit_code", "online_level")
# The Inspectorate has not entered its procedures: one sees what *not provided* looks like.
_LEFT_OUT = "VT.TT"
# LoaiDoiTuong, in the words of the catalogue.
_SUBJECTS = {"1": "citizen|overseas", "2": "business|organisation"}
_FULL = 0.6


def city_catalogue() -> str:
    """The catalogue as the CSV that `phucvu catalogue import` reads; the same at every call."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for unit, profile in profiles().items():
        if unit == _LEFT_OUT:
            continue
        for item in procedures_of(unit):
            writer.writerow(
                [
                    item.code, item.name, item.field, _SUBJECTS[item.subject], item.fee, unit,
                    _level(item, profile).value,
                ]
            )  # fmt: skip
    return out.getvalue()


def _level(procedure: Procedure, profile: Profile) -> OnlineLevel:
    """Most are offered in full; offices that digitise little lag behind with some."""
    if not procedure.online:
        return OnlineLevel.INFORMATION
    lagging = draw("lagging", profile.unit, procedure.code).random() > profile.digitised
    if lagging:
        return OnlineLevel.INFORMATION
    full = draw("online level", procedure.code).random() < _FULL
    return OnlineLevel.FULL if full else OnlineLevel.PARTIAL
