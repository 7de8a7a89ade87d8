"""The city's typed-in figures."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date

import pytest

from phucvu.counters.recount import count_new_measures
from phucvu.example.vungtau import CITY
from phucvu.example.vungtau.typed import typed_figures
from phucvu.intake.actions import receive
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import StatedFigure
from phucvu.units.models import Unit

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def rows():
    return list(csv.DictReader(typed_figures(TODAY).splitlines()))


def test_counts_make_sense(rows):
    for row in rows:
        numerator = int(row["numerator"] or 0)
        assert 0 <= numerator <= int(row["denominator"]) or row["indicator"] == "BCQG", row


def test_quarters_and_the_year_are_the_sum_of_their_months(rows):
    found = defaultdict(dict)
    for row in rows:
        if row["indicator"] in {"1.1", "5.1", "5.2", "5.3", "BCQG"}:
            counts = (int(row["numerator"] or 0), int(row["denominator"]))
            found[row["unit_code"], row["indicator"]][row["period"]] = counts
    for periods in found.values():
        months = [counts for period, counts in periods.items() if period[5:].isdigit()]
        quarters = [counts for period, counts in periods.items() if "Q" in period]
        for whole in (months, quarters):
            assert tuple(map(sum, zip(*whole, strict=True))) == periods["2026"]


def test_openness_is_the_city_s_alone(rows):
    units = {row["unit_code"] for row in rows if row["indicator"] in {"1.1", "1.2", "1.3"}}
    assert units == {CITY}


def test_some_figures_are_left_out(rows):
    given = {(row["unit_code"], row["indicator"]) for row in rows}
    assert ("VT.26518", "5.3") not in given
    assert ("VT.26506", "5.3") in given
    assert not [unit for unit, _indicator in given if unit == "VT.YT"]


def test_what_the_catalogue_lets_one_count_is_not_typed(rows):
    assert {row["indicator"] for row in rows}.isdisjoint({"3.1", "3.2", "3.4", "3.5", "4.6"})


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 1)])
def test_they_are_taken_in(today):
    count_new_measures()
    for code in {row["unit_code"] for row in csv.DictReader(typed_figures(today).splitlines())}:
        Unit.objects.create(code=code, name=code, kind="commune", simulated=True)
    rows = list(csv.DictReader(typed_figures(today).splitlines()))
    assert receive(rows, kind=FIGURES).accepted == len(rows)
    flags = StatedFigure.objects.values_list("flags", flat=True).distinct()
    assert list(flags.order_by()) == ["SIMULATED"]
    assert StatedFigure.objects.of_national_report().exists()
