"""Reorganisation of 1 July 2025: the city of Vũng Tàu ended, its 17 units became five.

The five belong to Ho Chi Minh City, of which the example shows this part only, with departments of
the province's level. The new units took over codes that others had borne before.
"""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

from django.db import transaction

from phucvu.example.vungtau import CITY, TURN
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.degrees import point_of
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit

__all__ = ["reorganise"]

_PROVINCE = "HCM"
_NAME = "Thành phố Hồ Chí Minh (địa bàn Vũng Tàu)"


def reorganise() -> None:
    """Replace the city and its wards by the units that took them over; does nothing the second
    time.
    """
    city = Unit.objects.filter(code=CITY, valid_to=None, kind=Kind.DISTRICT).first()
    if city is None:
        return
    with transaction.atomic():
        province = Unit.objects.create(
            code=_PROVINCE, name=_NAME, kind=Kind.PROVINCE, simulated=city.simulated
        )
        wards = Mandate(
            decision_of(
                "1685/NQ-UBTVQH15",
                issued_by="Ủy ban Thường vụ Quốc hội",
                issued_on=date(2025, 6, 16),
            ),
            TURN,
        )
        whole = Mandate(
            decision_of("202/2025/QH15", issued_by="Quốc hội", issued_on=date(2025, 6, 12)), TURN
        )
        _merge_wards(wards, province)
        for unit in Unit.objects.filter(parent=city, valid_to=None, kind=Kind.COMMUNE):
            actions.move(wards, unit, province)  # Long Sơn goes on as it is
        for unit in Unit.objects.filter(parent=city, valid_to=None):
            actions.end(whole, unit)
        actions.merge(whole, [city], province)
        actions.change_code(whole, province, CITY)
        for row in _table("departments.csv"):
            new = Newcomer(row["code"], row["name"], Kind.DEPARTMENT, province)
            actions.create(whole, new)


def _merge_wards(mandate: Mandate, province: Unit) -> None:
    merged: dict[str, list[str]] = {}
    new: dict[str, Newcomer] = {}
    for row in _table("successors.csv"):
        merged.setdefault(row["after"], []).append(row["before"])
        new[row["after"]] = Newcomer(
            row["after"], row["name"], Kind.COMMUNE, province, *point_of(row)
        )
    for code, before in merged.items():
        sources = list(Unit.objects.filter(code__in=before, valid_to=None))
        actions.merge(mandate, sources, new[code])


def _table(name: str) -> list[dict[str, str]]:
    text = files("phucvu.example.vungtau").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
