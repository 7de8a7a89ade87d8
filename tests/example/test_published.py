"""The provinces' figures of the example are those the portal published."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from phucvu.counters.recount import count_new_measures
from phucvu.facts.figures import Source
from phucvu.intake.actions import receive
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import StatedFigure
from phucvu.units.loading import load_units
from phucvu.units.models import Kind, Unit

DAYS = ("2026-09-17", "2026-10-10")


def lines(name: str) -> list[str]:
    return (files("phucvu.example") / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("day", DAYS)
def test_every_published_row_is_there_and_nothing_else(shared: Path, day: str):
    with (shared / "data/portal/portal_2026.csv").open(encoding="utf-8", newline="") as file:
        published = [
            (
                row["unit_code"], row["period"], row["indicator"], row["numerator"],
                row["denominator"], row["ratio"], row["score"], row["quality_flag"],
            )
            for row in csv.DictReader(file)
            if row["snapshot"] == f"provinces-{day}"
        ]  # fmt: skip
    ours = [
        (
            row["unit_code"], row["period"], row["indicator"], row["numerator"],
            row["denominator"], row["ratio"], row["points"], row["flags"],
        )
        for row in csv.DictReader(lines(f"provinces-{day}.csv"))
        if row["source"] == "published" and row["as_of"] == day
    ]  # fmt: skip
    assert sorted(ours) == sorted(published)


def test_the_units_are_the_published_ones_and_the_old_wards(shared: Path):
    units = {
        row["code"]: row
        for name in ("units.csv", "vungtau/units.csv")
        for row in csv.DictReader(lines(name))
    }
    with (shared / "data/portal/portal_2026.csv").open(encoding="utf-8", newline="") as file:
        provinces = {
            row["unit_code"]: row["unit_name"]
            for row in csv.DictReader(file)
            if row["snapshot"] == "provinces-2026-10-10"
        }
    with (shared / "data/admin/vungtau_legacy_17_units.csv").open(encoding="utf-8") as file:
        wards = {f"VT.{r['ward_code']}": r["ward_name"] for r in csv.DictReader(file)}
    assert {c: units[c]["name"] for c in provinces} == provinces
    assert {c: units[c]["name"] for c in wards} == wards
    rest = set(units) - set(provinces) - set(wards)
    assert {units[code]["kind"] for code in rest} == {Kind.DISTRICT, Kind.DISTRICT_DEPARTMENT}


@pytest.mark.database
@pytest.mark.django_db
def test_they_load_once_and_change_nothing_again():
    count_new_measures()
    added = load_units(lines("units.csv"))
    assert len(added.added) == 1 + 34
    assert len(load_units(lines("units.csv")).unchanged) == len(added.added)
    assert len(load_units(lines("vungtau/units.csv")).added) == 1 + 13 + 17
    city = Unit.objects.get(code="VT")
    assert (city.parent, city.simulated, city.children.count()) == (None, True, 30)
    assert not Unit.objects.filter(code__startswith="VT", simulated=False).exists()
    for day, count in zip(DAYS, (244, 953), strict=True):
        rows = list(csv.DictReader(lines(f"provinces-{day}.csv")))
        first, again = (receive(rows, kind=FIGURES, origin=day) for _time in range(2))
        assert (first.accepted, first.refused) == (count, 0)
        assert (again.batch, again.unchanged) == (first.batch, count)
    assert set(StatedFigure.objects.values_list("source", flat=True)) == {Source.PUBLISHED}
    assert StatedFigure.objects.filter(flags="TEMP_NATIONAL_REPORT_DENOMINATOR").exists()
