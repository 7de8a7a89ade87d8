"""The stated-figures CSV: what goes in, what is refused and how that is said."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from phucvu.register.models import NationalReport, StatedFigure
from phucvu.register.rows import ABOVE, guard, unguard
from phucvu.register.signals import figures_stated
from phucvu.register.stated import export_figures, import_figures
from phucvu.register.tables import TableError
from phucvu.units.models import Kind, Unit

HEADER = "unit_code,period,indicator,numerator,denominator,ratio,points,source,as_of,flags,note"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="VT.26506", name="Phường 1", kind=Kind.COMMUNE)


@pytest.fixture
def announced():
    """The sets of units announced during the test."""
    heard: list[set[int]] = []

    def listen(sender, unit_ids, **_kwargs):
        heard.append(set(unit_ids))

    figures_stated.connect(listen)
    yield heard
    figures_stated.disconnect(listen)


def load(*rows: str, header: str = HEADER):
    return import_figures([header, *rows], "figures.csv")


def test_a_good_row_goes_in(unit, announced):
    report = load("VT.26506,2026-Q3,5.1,9,10,90.00,5.4,typed,2026-10-01,LATE|CHECKED,by hand")
    assert (report.added, report.refused) == (1, [])
    figure = StatedFigure.objects.get()
    assert (figure.unit, figure.period, figure.indicator) == (unit, "2026-Q3", "5.1")
    assert (figure.numerator, figure.denominator) == (9, 10)
    assert (figure.ratio, figure.points) == (Decimal("90.00"), Decimal("5.40"))
    assert (figure.flags, figure.note) == ("LATE|CHECKED", "by hand")
    # A date is midnight on the unit's own clock.
    assert figure.as_of == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert announced == [{unit.pk}]


def test_empty_is_not_given_and_never_zero(unit):
    load("VT.26506,2026,3.4,,330,,,published,2026-10-10,NUMERATOR_NOT_PUBLISHED,")
    figure = StatedFigure.objects.get()
    assert figure.numerator is None
    assert figure.ratio is None


def test_the_same_row_again_is_unchanged_and_announces_nothing(unit, announced):
    row = "VT.26506,2026,5.1,9,10,,,typed,2026-10-01,,"
    load(row)
    report = load(row, row)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert len(announced) == 1


def test_the_same_figure_with_other_values_is_updated(unit):
    load("VT.26506,2026,5.1,9,10,,,typed,2026-10-01,,")
    report = load("VT.26506,2026,5.1,8,10,,,typed,2026-10-01,,")
    assert (report.updated, StatedFigure.objects.get().numerator) == (1, 8)


def test_a_later_moment_or_another_source_is_another_figure(unit):
    load(
        "VT.26506,2026,5.1,9,10,,,typed,2026-10-01,,",
        "VT.26506,2026,5.1,9,10,,,typed,2026-10-02T08:30,,",
        "VT.26506,2026,5.1,9,10,,,published,2026-10-01,,",
    )
    assert StatedFigure.objects.count() == 3


def test_within_a_file_the_later_row_stands(unit):
    report = load(
        "VT.26506,2026,5.1,9,10,,,typed,2026-10-01,,",
        "VT.26506,2026,5.1,7,10,,,typed,2026-10-01,,",
    )
    assert (report.added, report.updated, StatedFigure.objects.get().numerator) == (1, 1, 7)


def test_the_national_report_has_its_own_table(unit, announced):
    row = "VT.26506,2026-08,BCQG,,412,,,typed,2026-09-02,,"
    assert load(row).added == 1
    assert NationalReport.objects.get().received == 412
    assert load(row).unchanged == 1
    # It has one source: the same figure said twice is one figure.
    again = load(row.replace("412", "415"), row.replace("412", "420").replace("typed", "published"))
    assert again.updated == 2
    assert NationalReport.objects.get().received == 420
    assert not StatedFigure.objects.exists()
    assert announced == [{unit.pk}, {unit.pk}]


def test_a_share_above_one_is_taken_and_flagged(unit):
    assert load("VT.26506,2026,5.1,11,10,,,typed,2026-10-01,CHECKED,").refused == []
    assert StatedFigure.objects.get().flags == f"CHECKED|{ABOVE}"


def test_days_may_exceed_their_number(unit):
    load("VT.26506,2026,2.2,110,10,,,typed,2026-10-01,,")
    assert StatedFigure.objects.get().flags == ""


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("XX,2026,5.1,1,2,,,typed,2026-10-01,,", "unit_code", "unit in force"),
        ("VT.26506,Q3/2026,5.1,1,2,,,typed,2026-10-01,,", "period", "2026-Q3"),
        ("VT.26506,2026-13,5.1,1,2,,,typed,2026-10-01,,", "period", "2026-08"),
        ("VT.26506,2026,9.9,1,2,,,typed,2026-10-01,,", "indicator", "5.1"),
        ('VT.26506,2026,5.1,1,2,"88,47",,typed,2026-10-01,,', "ratio", "88.47"),
        ("VT.26506,2026,5.1,1,2,88.471,,typed,2026-10-01,,", "ratio", "two decimals"),
        ("VT.26506,2026,5.1,1.000,2,,,typed,2026-10-01,,", "numerator", "12345"),
        ("VT.26506,2026,5.1,-1,2,,,typed,2026-10-01,,", "numerator", "negative"),
        ("VT.26506,2026,5.1,1,1e3,,,typed,2026-10-01,,", "denominator", "12345"),
        ("VT.26506,2026,5.1,1,٣,,,typed,2026-10-01,,", "denominator", "12345"),
        ("VT.26506,2026,5.1,1,2,,123456,typed,2026-10-01,,", "points", "10,000"),
        ("VT.26506,2026,5.1,1,2,,,guessed,2026-10-01,,", "source", "typed"),
        ("VT.26506,2026,5.1,1,2,,,typed,01/10/2026,,", "as_of", "2026-10-10"),
        ("VT.26506,2026,5.1,1,2,,,typed,,,", "as_of", "2026-10-10"),
        ("VT.26506,2026,5.1,1,2,,,typed,2026-10-01,not a code,", "flags", "capitals"),
        ("VT.26506,2026,5.1,,,,,typed,2026-10-01,,", "numerator", "never 0"),
        ("VT.26506,2026,BCQG,,,,,typed,2026-10-01,,", "denominator", "received"),
        ("VT.26506,2026,BCQG,5,10,,,typed,2026-10-01,,", "numerator", "denominator"),
        ("VT.26506,2026,5.1,1,2,88,47,5.3,typed,2026-10-01,,", "(beyond", "decimals"),
        (f"VT.26506,2026,5.1,1,2,,,typed,2026-10-01,,{'x' * 301}", "note", "300"),
    ],
)
def test_a_bad_row_is_refused_and_the_good_ones_go_in(unit, row, field, says):
    report = load("VT.26506,2026,5.2,9,10,,,typed,2026-10-01,,", row)
    assert StatedFigure.objects.count() == 1
    assert len(report.refused) == 1
    messages = list(report.messages())
    found = [m for m in messages if field in m]
    assert found, messages
    assert "figures.csv, row 3" in found[0]
    assert says in found[0]


def test_all_that_is_wrong_with_a_row_is_said_at_once(unit):
    (refused,) = load("XX,soon,5.1,-1,2,,,typed,2026-10-01,,").refused
    assert [fault.field for fault in refused.faults] == ["unit_code", "numerator", "period"]


@pytest.mark.parametrize("header", ["unit_code,period", HEADER + ",colour", ""])
def test_a_file_without_its_columns_is_refused_whole(header):
    with pytest.raises(TableError):
        load("VT.26506,2026", header=header)


def test_byte_order_mark_and_spaces_do_no_harm(unit):
    assert (
        load(" VT.26506 ,2026,5.1,9,10,,,typed,2026-10-01,,", header="\ufeff" + HEADER).added == 1
    )


def test_what_is_exported_can_be_imported(unit):
    load(
        "VT.26506,2026,5.1,11,10,,,typed,2026-10-01,CHECKED,=1+2",
        "VT.26506,2026,3.1,,,77.50,2,published,2026-10-01T08:30:15.25,,",
        "VT.26506,2026,BCQG,,412,,,typed,2026-10-01,SIMULATED,",
    )
    out = io.StringIO()
    csv.writer(out).writerows(export_figures())
    assert ",'=1+2" in out.getvalue()
    report = import_figures(out.getvalue().splitlines(), "again")
    assert (report.unchanged, report.added, report.updated, report.refused) == (3, 0, 0, [])


@pytest.mark.parametrize("text", ["=1+2", "+84", "-1", "@x", "\tx", "'", "plain", "", "'=x"])
def test_no_spreadsheet_takes_a_text_for_a_formula(text):
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'"):
        assert unguard(guard(text)) == text
