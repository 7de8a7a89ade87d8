"""The check of published figures: what must be found, and what must not be claimed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from phucvu.portal import (
    CheckReport,
    Contradiction,
    PublishedFigure,
    PublishedTable,
    check,
    read_table,
    shipped_register,
)
from phucvu.portal.table import parse_table
from phucvu.scorecards import load

D = Decimal
HEADER = (
    "snapshot,period,parent_code,unit_code,unit_name,unit_level,indicator,portal_code,"
    "numerator,denominator,ratio,score,max_score,quality_flag\n"
)
CARD = load("qd766-portal-2026").scorecard


def row(indicator: str, figures: str, unit: str = "H44", level: str = "PROVINCE") -> str:
    """A line; `figures` is numerator,denominator,ratio,score,max."""
    parent = "VN" if level == "PROVINCE" else "H44"
    return f"s,2026,{parent},{unit},Name,{level},{indicator},,{figures},\n"


def run(*lines: str, register: list[Contradiction] | None = None) -> CheckReport:
    return check(parse_table(HEADER + "".join(lines)), CARD, register or [])


def found(report: CheckReport) -> list[tuple[str, str, Decimal | None, Decimal | None]]:
    return [(c.indicator, c.what, c.published, c.computed) for c in report.differences]


# Phú Thọ, year 2026: as published.
GOOD = (
    row("CKMB", ",,44.22,7.96,18"),
    row("1.1", "0,89,0,0,6"),
    row("1.2", "0,70,0,0,4"),
    row("1.3", "87,89,97.75,1.96,2"),
    row("1.4", "475053,475053,100,6,6"),
    row("TDGQ", ",,88.42,17.68,20"),
    row("2.1", "528684,597918,88.42,17.68,20"),
    row("2.2", ",,4.1,,0"),
    row("ONLINE", ",,71.33,8.56,12"),
    row("3.1", "52,89,,,2"),
    row("3.2", "516,1884,,,4"),
    row("3.3", "589496,597894,,,6"),
    row("TTTT", ",,66.7,6.67,10"),
    row("3.4", "68,313,,,2"),
    row("3.5", "119,313,,,2"),
    row("3.6", "309542,358625,,,6"),
    row("MDSH", ",,43.59,9.59,22"),
    row("4.1", "433356,597918,72.48,4.35,6"),
    row("4.2", "145096,597918,24.27,0.97,4"),
    row("4.3", "136827,597918,22.88,0.57,2"),
    row("4.4", "0,597918,0,0,4"),
    row("4.5", "325596,597918,54.45,1.09,2"),
    row("4.6", "396,1300,30.46,0.61,2"),
    row("4.7", ",,100,2,2"),
    row("MDHL", ",,63.5,11.43,18"),
    row("5.1", "296,570,51.93,3.12,6"),
    row("5.2", "230,570,40.35,2.42,6"),
    row("5.3", "528464,597918,88.38,5.89,6"),
    row("5.C1", "413,570,72.46,,0"),
    row("TOTAL", ",,61.89,61.89,100"),
)


def test_a_published_scorecard_has_no_difference() -> None:
    report = run(*GOOD)
    assert found(report) == []
    assert report.clean
    reasons = {c.indicator for c in report.not_computable}
    assert reasons == {"2.2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6"}


def bent(indicator: str, figures: str) -> CheckReport:
    mark = f",{indicator},,"
    return run(*(row(indicator, figures) if mark in line else line for line in GOOD))


@pytest.mark.parametrize(
    ("indicator", "figures", "expected"),
    [
        ("2.1", "528684,597918,88.43,17.68,20", ("2.1", "ratio", D("88.43"), D("88.42"))),
        ("2.1", "528684,597918,88.42,17.69,20", ("2.1", "points", D("17.69"), D("17.68"))),
        ("2.1", "528684,597918,88.42,,20", ("2.1", "points", None, D("17.68"))),
        ("2.1", "528684,597918,,17.68,20", ("2.1", "ratio", None, D("88.42"))),
        ("2.1", "528600,597918,88.42,17.68,20", ("2.1", "ratio", D("88.42"), D("88.41"))),
        ("1.1", "0,89,0,0,5", ("1.1", "maximum", D(5), D(6))),
        ("1.1", "0,0,0,0,6", ("1.1", "points", D(0), None)),
        ("5.1", "0,0,0,0,6", ("5.1", "points", D(0), D(6))),
        ("5.1", "3,0,0,6,6", ("5.1", "numerator", D(3), D(0))),
        ("4.7", ",,0,0,2", ("4.7", "points", D(0), D(2))),
        ("4.3", "600000,597918,100.35,2.01,2", ("4.3", "points", D("2.01"), D("2.00"))),
        ("4.4", "0,597919,0,0,4", ("4.4", "same_denominator", D(597919), D(597918))),
        ("5.C1", "413,570,72.46,1,0", ("5.C1", "points", D(1), None)),
        ("2.2", ",,4.1,3,0", ("2.2", "points", D(3), None)),
        ("3.4", "69,313,,,2", ("TTTT", "points", D("6.67"), D("6.68"))),
        ("3.4", "68,313,21.73,0.55,2", ("3.4", "points", D("0.55"), D("0.54"))),
        ("MDSH", ",,43.59,9.6,22", ("MDSH", "points", D("9.6"), D("9.59"))),
        ("MDSH", ",,43.58,9.59,22", ("MDSH", "ratio", D("43.58"), D("43.59"))),
        ("MDSH", ",,43.59,,22", ("MDSH", "points", None, D("9.59"))),
        ("MDSH", ",,47.95,9.59,20", ("MDSH", "maximum", D(20), D(22))),
        ("TDGQ", ",,88.4,17.68,20", ("TDGQ", "ratio", D("88.4"), D("88.42"))),
        ("TOTAL", ",,61.89,61.9,100", ("TOTAL", "points", D("61.9"), D("61.89"))),
    ],
)
def test_a_corrupted_figure_is_reported(
    indicator: str, figures: str, expected: tuple[str, str, Decimal | None, Decimal | None]
) -> None:
    assert expected in found(bent(indicator, figures))


def test_equal_numbers_written_otherwise_are_equal() -> None:
    assert bent("TDGQ", ",,88.420,17.680,20.0").clean


def test_the_tie_of_h53_is_right_as_published() -> None:
    assert run(row("1.1", "1,48,2.08,0.12,6")).clean
    assert found(run(row("1.1", "1,48,2.08,0.13,6"))) == [("1.1", "points", D("0.13"), D("0.12"))]


def test_unknown_indicators_are_not_computable() -> None:
    report = run(row("9.9", "1,2,50,1,2"))
    assert report.clean
    assert "no indicator or group" in report.not_computable[0].reason


def test_portal_codes_and_other_names_are_understood() -> None:
    assert found(run(row("PUBLISH_ON_TIME", "1,48,2.08,0.13,6")))
    assert found(run(row("CLGQ", ",,71.33,8.57,12"))) == [
        ("ONLINE", "ratio", D("71.33"), D("71.42"))
    ]


def test_rows_without_their_counts_are_judged_only_where_it_is_sure() -> None:
    assert run(row("4.1", ",597918,72.48,4.35,6")).clean
    assert run(row("5.1", ",,0,6,6")).clean  # perhaps 0 ÷ 0
    assert found(run(row("4.1", ",597918,72.48,4.36,6"))) == [
        ("4.1", "points", D("4.36"), D("4.35"))
    ]
    assert run(row("TDGQ", ",,77.88,15.58,20")).clean
    assert found(run(row("TDGQ", ",,77.88,15.6,20")))
    assert found(run(row("ONLINE", ",,108.33,13,12")))  # above the maximum


def test_a_group_without_all_components_is_bounded_by_those_it_has() -> None:
    known = (row("3.4", ",10,,,2"), row("3.5", "1,,,,2"), row("3.6", "1,2,,,6"))
    assert run(*known, row("TTTT", ",,40,4,10")).clean
    assert found(run(*known, row("TTTT", ",,20,2,10"))) == [("TTTT", "points", D(2), D("3.00"))]


def test_one_procedure_has_no_4_6_and_a_group_of_20() -> None:
    lines = [line for line in GOOD if ",4.6,," not in line and ",TOTAL,," not in line]
    lines = [row("MDSH", ",,44.9,8.98,20") if ",MDSH,," in line else line for line in lines]
    assert run(*lines).clean


def test_a_national_total_joins_the_online_groups() -> None:
    lines = (
        row("CKMB", ",,48.83,8.79,18"),
        row("TDGQ", ",,77.88,15.58,20"),
        row("ONLINE_SERVICE", ",,59.55,13.1,22"),
        row("MDHL", ",,58.28,10.49,18"),
        row("MDSH", ",,39.09,8.6,22"),
    )
    assert run(*lines, row("TOTAL", ",,56.56,56.56,100")).clean
    assert found(run(*lines, row("TOTAL", ",,56.57,56.57,100")))
    alone = run(row("TOTAL", ",,62.59,62.59,100"))
    assert alone.clean
    assert [c.what for c in alone.not_computable] == ["points"]


def test_a_group_ratio_that_nobody_publishes_may_be_null() -> None:
    line = row("ONLINE", ",,,8.56,12", unit="H44")
    assert run(line).clean
    assert found(run(line, row("ONLINE", ",,71.33,8.56,12", unit="H01"))) == [
        ("ONLINE", "ratio", None, D("71.33"))
    ]


# -- the tree -----------------------------------------------------------------

PARENT = row("2.1", "30,40,75,15,20")
CHILDREN = (
    row("2.1", "10,10,100,20,20", "H44.01", "DEPARTMENT"),
    row("2.1", "20,30,66.67,13.33,20", "H44.100", "COMMUNE"),
)


def test_children_that_are_all_there_pool() -> None:
    report = run(PARENT, *CHILDREN)
    assert report.clean
    assert {c.what for c in report.checks} >= {"pooled_numerator", "pooled_denominator"}
    assert not report.not_computable
    bent_child = row("2.1", "21,30,70,14,20", "H44.100", "COMMUNE")
    assert found(run(PARENT, CHILDREN[0], bent_child)) == [
        ("2.1", "pooled_numerator", D(30), D(31))
    ]


def test_children_that_may_be_incomplete_prove_nothing() -> None:
    report = run(PARENT, CHILDREN[1])
    assert report.clean
    assert {c.what for c in report.not_computable} == {"pooled_numerator", "pooled_denominator"}


def test_more_than_the_parent_is_always_wrong() -> None:
    more = row("2.1", "5,41,12.2,2.44,20", "H44.101", "COMMUNE")
    assert ("2.1", "pooled_denominator", D(40), D(71)) in found(run(PARENT, CHILDREN[1], more))


def test_completeness_proved_by_one_indicator_serves_its_like() -> None:
    others = (
        row("4.4", "0,40,0,0,4"),
        row("4.4", "0,10,0,0,4", "H44.01", "DEPARTMENT"),
        row("4.4", "0,29,0,0,4", "H44.100", "COMMUNE"),
    )
    report = found(run(PARENT, *CHILDREN, *others))
    assert ("4.4", "pooled_denominator", D(40), D(39)) in report


def test_what_is_inherited_is_equal() -> None:
    province = row("1.3", "87,89,97.75,1.96,2")
    assert run(province, row("1.3", "87,89,97.75,1.96,2", "H44.100", "COMMUNE")).clean
    other = row("1.3", "88,89,98.88,1.98,2", "H44.100", "COMMUNE")
    assert found(run(province, other)) == [("1.3", "inherited_numerator", D(88), D(87))]


# -- the register -------------------------------------------------------------


def entry(**changes: object) -> Contradiction:
    given = next(e for e in shipped_register() if e.unit == "H55" and e.what == "points")
    return replace(given, snapshot="s", unit="H44", **changes)


def test_an_entry_excuses_exactly_one_value() -> None:
    lines = [row("CKMB", ",,44.17,7.95,18") if ",CKMB,," in line else line for line in GOOD]
    lines = [line for line in lines if ",TOTAL,," not in line]
    fits = entry(published=D("7.95"), expected=D("7.96"))
    report = run(*lines, register=[fits])
    assert report.clean
    assert [c.known for c in report.known_contradictions] == [fits]
    moved = run(*lines, register=[entry(published=D("7.94"), expected=D("7.96"))])
    assert len(moved.differences) == 1
    assert len(moved.stale) == 1


def test_entries_of_other_snapshots_are_not_stale() -> None:
    assert run(*GOOD, register=shipped_register()).stale == ()
    assert len(run(*GOOD, register=[entry()]).stale) == 1


# -- the real thing -----------------------------------------------------------


@pytest.fixture(scope="module")
def published(shared: Path) -> PublishedTable:
    return read_table(shared / "data" / "portal" / "portal_2026.csv")


def test_every_published_figure_is_reproduced(published: PublishedTable) -> None:
    """All of them but the portal's own contradictions, each of which is in the register."""
    report = check(published, CARD, shipped_register())
    assert len(published.rows) == 7049
    assert report.differences == []
    assert report.bad_rows == ()
    assert report.stale == ()
    assert len(report.known_contradictions) == len(shipped_register()) == 11
    h53 = [c for c in report.checks if c.row.unit_code == "H53" and c.indicator == "1.1"]
    assert h53
    assert all(c.verdict == "matched" for c in h53)


def test_the_exact_arithmetic_differs_on_few_rows(published: PublishedTable) -> None:
    """The reference counts one component row of 2,100 and two payment groups of 238."""
    exact = replace(CARD, arithmetic_name="decimal")
    report = check(published, exact, shipped_register())
    assert sorted((c.indicator, c.what) for c in report.differences if c.what == "points") == [
        ("1.1", "points"),
        ("TTTT", "points"),
        ("TTTT", "points"),
    ]


def test_163_children_add_up_to_their_province(published: PublishedTable) -> None:
    report = check(published, CARD, [])
    pooled = {
        c.indicator
        for c in report.checks
        if c.what == "pooled_numerator" and c.verdict == "matched"
    }
    assert pooled == {"2.1", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5", "5.3"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("ratio", D("0.01")), ("score", D("0.01")), ("score", None), ("numerator", 997)],
)
def test_a_corrupted_component_never_passes(
    published: PublishedTable, field: str, value: Decimal | int | None
) -> None:
    """Every hundredth component with counts and a score, one bent at a time."""
    rows = [r for r in published.rows if r.snapshot == "provinces-2026-10-10"]
    targets = [r for r in rows if r.denominator and r.score is not None and r.ratio][::40]
    assert targets
    for target in targets:
        before = getattr(target, field)
        bad = replace(target, **{field: None if value is None else before + value})
        unit = [bad if r is target else r for r in rows if r.unit_code == target.unit_code]
        report = check(PublishedTable(tuple(unit), ()), CARD, shipped_register())
        if field == "numerator" and _same_to_the_reader(target, bad):
            continue
        assert any(c.row.line == target.line for c in report.differences), target


def _same_to_the_reader(a: PublishedFigure, b: PublishedFigure) -> bool:
    """Whether both counts show the same ratio: then nothing published contradicts either."""
    assert a.numerator is not None
    assert b.numerator is not None
    assert a.denominator is not None
    shown = CARD.arithmetic.ratio
    return shown(a.numerator, a.denominator) == shown(b.numerator, a.denominator)
